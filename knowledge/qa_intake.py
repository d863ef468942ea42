"""Taking a sheet of questions and answers into a brand's knowledge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from knowledge.brand import Brand
from knowledge.brand_edit import editing, write_whole
from knowledge.material import Material
from knowledge.origins import Origin, read_origins, write_origins
from knowledge.qa_sheet import FOLDER, QaSheet, document, file_of, pairs_of
from knowledge.sources import digest_of


@dataclass(frozen=True, slots=True)
class QaOptions:
    """How the operator wants a sheet taken."""

    columns: Mapping[str, str]
    licence: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The file that was written, whether it says anything new, and what the sheet held."""

    name: str
    changed: bool
    sheet: QaSheet


def is_settled(brand: Brand, name: str, known: Origin, options: QaOptions, today: date) -> bool:
    """Whether what was made of a sheet is there as it was made, and all of it still holds."""
    path = brand.folder / name
    made, _, until = known.made.partition(" until ")
    if not path.is_file() or (until and until < today.isoformat()):
        return False
    return made == _made(path.read_bytes(), options, brand)


async def take_sheet(brand: Brand, material: Material, options: QaOptions, now: datetime) -> Taken:
    """Write the sheet as a document of the brand's knowledge, whole or not at all.

    Raises:
        KnowledgeError: it cannot be read, or nothing of it be used.
    """
    today = now.astimezone(brand.timezone).date()
    sheet = pairs_of(material.sheet(), options.columns, today)
    async with editing(brand.folder):
        origins = read_origins(brand.folder)
        name = file_of(material.name, material.origin, _taken(brand, origins))
        path = brand.folder / name
        text = document(sheet.pairs, path.stem, brand.language)
        changed = not path.is_file() or path.read_bytes() != text.encode()
        if changed:
            write_whole(path, text)
        before = origins[name].licence if name in origins else ""
        origins[name] = Origin(
            origin=material.origin,
            fetched_at=now,
            digest=material.digest,
            licence=options.licence or before,
            etag=material.etag,
            modified=material.modified,
            made="" if sheet.refused else _made(text.encode(), options, brand) + _until(sheet),
        )
        write_origins(brand.folder, origins)
    return Taken(name, changed, sheet)


def _taken(brand: Brand, origins: Mapping[str, Origin]) -> dict[str, str]:
    """Where each file of the folder came from; a person's own came from nowhere."""
    there = {f"{FOLDER}/{path.name}": "" for path in (brand.folder / FOLDER).glob("*.md")}
    return there | {name: known.origin for name, known in origins.items()}


def _made(content: bytes, options: QaOptions, brand: Brand) -> str:
    return digest_of(content + repr((sorted(options.columns.items()), brand.language)).encode())


def _until(sheet: QaSheet) -> str:
    """The first day after which a pair of the sheet holds no longer."""
    days = [pair.until.isoformat() for pair in sheet.pairs if pair.until]
    return f" until {min(days)}" if days else ""
