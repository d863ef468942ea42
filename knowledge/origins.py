"""Where knowledge came from: each collected file with its origin, time, digest and licence note."""

import json
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from knowledge.brand_edit import editing, write_whole
from knowledge.errors import KnowledgeError
from knowledge.sources import FOLDER

# Hidden, so that it is no source itself.
_FILE = ".origins.json"


class Origin(BaseModel):
    """Of one file. `digest` is that of the original, so that what did not change is known.

    `made` is that of what was made of it and of the options, where it is no copy.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: str
    fetched_at: datetime
    digest: str
    licence: str = ""
    etag: str = ""
    modified: str = ""
    made: str = ""


_ORIGINS = TypeAdapter(dict[str, Origin])


def read_origins(brand_folder: Path) -> dict[str, Origin]:
    """By the file's name as it is cited (`knowledge/web/…`); nothing was collected: empty.

    Raises:
        KnowledgeError: the file is damaged.
    """
    path = brand_folder / FOLDER / _FILE
    try:
        return _ORIGINS.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValidationError as error:
        raise KnowledgeError(
            f"{FOLDER}/{_FILE} is damaged; delete it, and everything is collected anew."
        ) from error


def licensed(origin: Origin, licence: str) -> Origin:
    """With this note of its licence; with the one it has, if there is none."""
    return origin.model_copy(update={"licence": licence or origin.licence})


async def note_licence(brand_folder: Path, name: str, licence: str) -> bool:
    """Whether there is something new to note of the licence of what is otherwise as it was."""
    async with editing(brand_folder):
        origins = read_origins(brand_folder)
        noted = licensed(origins[name], licence)
        if noted == origins[name]:
            return False
        write_origins(brand_folder, origins | {name: noted})
    return True


def write_origins(brand_folder: Path, origins: dict[str, Origin]) -> None:
    """Keep them, whole or not at all."""
    path = brand_folder / FOLDER / _FILE
    told = {name: one.model_dump(mode="json") for name, one in sorted(origins.items())}
    write_whole(path, json.dumps(told, ensure_ascii=False, indent=1))
