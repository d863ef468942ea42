"""Seeing that a brand's knowledge files changed, without reading them."""

import os
from pathlib import Path

from knowledge.sources import FOLDER, visible_names


def state_of(brand_folder: Path) -> int:
    """A number that is another one when a file came, went or was written."""
    root, states = brand_folder / FOLDER, []
    for name in visible_names(root):
        try:
            stat = os.stat(f"{root}/{name}")  # noqa: PTH116 - of 50,000 files a Path each takes long
        except OSError:
            continue  # gone meanwhile: the next look sees that
        states.append((name, stat.st_mtime_ns, stat.st_size))
    return hash(tuple(states))
