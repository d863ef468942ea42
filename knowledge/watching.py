"""Seeing that a brand's knowledge files changed, without reading them."""

from pathlib import Path

from knowledge.sources import FOLDER, visible_files


def state_of(brand_folder: Path) -> int:
    """A number that is another one when a file came, went or was written."""
    states = []
    for path in visible_files(brand_folder / FOLDER):
        try:
            stat = path.stat()
        except OSError:
            continue  # gone meanwhile: the next look sees that
        states.append((str(path), stat.st_mtime_ns, stat.st_size))
    return hash(tuple(states))
