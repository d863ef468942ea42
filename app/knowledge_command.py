"""`knowledge`: index what a brand knows, and look into it."""

import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path, PurePosixPath

from rich.console import Console
from rich.table import Table

from app.building import knowledge_builder
from app.collect_command import add_source
from app.progress import shown_progress
from app.review_command import accept_records
from app.search_command import look
from app.settings import Settings
from app.survey_command import look_over
from app.versions_command import look_back
from knowledge.brand import Brand
from knowledge.brand_folder import load_brand
from knowledge.embed import open_embedder
from knowledge.errors import KnowledgeError
from knowledge.upkeep import stats

_INSTEAD = {
    **dict.fromkeys((".doc", ".wps", ".rtf", ".odt", ".pages"), "save it as .docx"),
    **dict.fromkeys((".xls", ".et", ".ods", ".numbers"), "save it as .xlsx"),
    **dict.fromkeys((".ppt", ".dps", ".odp", ".key"), "save it as .pptx"),
    **dict.fromkeys((".rar", ".7z", ".gz"), "unpack it"),
    **dict.fromkeys((".gif", ".bmp", ".tif", ".tiff", ".heic"), "save it as .png or .jpg"),
    ".zip": "unpack it, or have `knowledge add` do so",
    ".msg": "save it as .eml",
}


async def run_knowledge(args: Namespace, settings: Settings) -> int:
    """Build, add, search or describe; prints what came of it."""
    brand = load_brand(settings.brand)
    folder = settings.data_dir / "knowledge" / brand.id
    match args.action:
        case "build":
            return await _build(brand, folder, settings)
        case "add":
            return await _add(args, brand, folder, settings)
        case "extract" | "report":
            return await look_over(args, brand, settings)
        case "accept":
            refused = await accept_records(brand, Path(_subject(args, "a review file")))
            return max(refused, await _build(brand, folder, settings))
        case "search" | "calibrate":
            await look(args, brand, settings)
        case "versions" | "rollback":
            await look_back(args, folder)
        case _:
            _print_stats(folder)
    return 0


async def _add(args: Namespace, brand: Brand, folder: Path, settings: Settings) -> int:
    source = _subject(args, "a file, folder, web address or database")
    refused = await add_source(args, brand, source, folder)
    # Chats are knowledge only once a person has gone through them.
    built = 0 if args.kind == "chats" else await _build(load_brand(brand.folder), folder, settings)
    return max(refused, built)


def _subject(args: Namespace, what: str) -> str:
    if not args.subject:
        raise ValueError(f"`knowledge {args.action}` needs {what}.")
    return str(args.subject)


async def _build(brand: Brand, folder: Path, settings: Settings) -> int:
    """The exit status: 1 if a file could not be read, though all others are indexed."""
    embedder = open_embedder(settings.embeddings, settings.ollama_url)
    try:
        with shown_progress() as progress:
            builder = knowledge_builder(brand, settings, embedder, progress)
            report = await replace(builder, folder=folder, release=True).build()
    except OSError as error:
        raise KnowledgeError(
            f"The knowledge index in {folder} cannot be written ({error.strerror}); what was there "
            "is still in use. Check the disk, then run `knowledge build` again."
        ) from error
    for mark, sources in (
        ("+", report.added),
        ("~", report.changed),
        ("-", report.removed),
        ("skipped", report.skipped),
    ):
        for source in sources:
            print(f"{mark} {source}{_instead(source) if mark == 'skipped' else ''}")
    print(f"version {report.version}: {report.passages} passages, {report.seconds:.1f} s")
    for sentence in report.unreadable:
        print(sentence, file=sys.stderr)
    return int(bool(report.unreadable))


def _instead(source: str) -> str:
    """What to do with a file of a kind that is not read, where that is known."""
    advice = _INSTEAD.get(PurePosixPath(source).suffix.lower())
    return f": {advice}" if advice else ""


def _print_stats(folder: Path) -> None:
    counted = stats(folder)
    table = Table("source", "passages")
    for source, passages in counted.by_source:
        table.add_row(source, str(passages))
    console = Console()
    console.print(table)
    console.print(
        f"version {counted.version}: {counted.passages} passages, embedded by {counted.embedder}"
    )
