"""Seeing that a brand's knowledge files changed, without reading them."""

from pathlib import Path

from knowledge.digests import file_state
from knowledge.sources import FOLDER, visible_entries


def state_of(brand_folder: Path) -> int:
    """A number that is another one when a file came, went or was written."""
    entries = visible_entries(brand_folder / FOLDER)
    return hash(tuple((name, file_state(entry)) for name, entry in entries))
