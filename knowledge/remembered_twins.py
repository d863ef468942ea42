"""What is remembered of passages that say the same, beside each version of the index."""

import json
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile, is_zipfile

import numpy as np

from knowledge.twins import Twins


def read_twins(folder: Path, version: int) -> Twins | None:
    """What was remembered with this version of the index; None if nothing was."""
    try:
        with np.load(_file(folder, version), allow_pickle=False) as kept:
            sources = tuple(json.loads(kept["sources"].tobytes()))
            arrays = (kept[name] for name in ("owners", "places", "bands", "gists"))
            return Twins(sources, *arrays)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def has_twins(folder: Path, version: int) -> bool:
    """Whether it is there whole, without reading the 60 MB that it may be: its list comes last."""
    try:
        return is_zipfile(_file(folder, version))
    except OSError:
        return False


def write_twins(twins: Twins, folder: Path, version: int) -> None:
    """Remember it beside this version of the index; what belongs to others stays."""
    path = _file(folder, version)
    part = path.with_suffix(".part.npz")
    np.savez(
        part,
        sources=np.frombuffer(json.dumps(twins.sources).encode(), dtype=np.uint8),
        owners=twins.owners,
        places=twins.places,
        bands=twins.bands,
        gists=twins.gists,
    )
    part.replace(path)


def forget_twins(folder: Path, versions: Sequence[int]) -> None:
    """Drop what belongs to other versions than these."""
    kept = {_file(folder, version) for version in versions}
    for path in folder.glob("twins-*.npz"):
        if path not in kept:
            path.unlink(missing_ok=True)


def _file(folder: Path, version: int) -> Path:
    return folder / f"twins-{version}.npz"
