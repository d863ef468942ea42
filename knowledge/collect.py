"""Collecting a brand's knowledge: every file as clean, Markdown-like text."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.cleaning import clean
from knowledge.decoding import UndecodableError, decoded
from knowledge.delimited import csv_text
from knowledge.errors import KnowledgeError
from knowledge.office import OFFICE, Office
from knowledge.records import json_text
from knowledge.review import read_review
from knowledge.sources import PLAIN, RECORDS, SourceFile, unchanged_content
from knowledge.unreadable import UnreadableError, check_kind

READABLE = PLAIN | OFFICE


@dataclass(frozen=True, slots=True)
class Collected:
    """Each file's text by its source, and why a file has none: a sentence that names it."""

    texts: dict[str, str]
    unreadable: dict[str, str]


async def collect(
    files: Sequence[SourceFile], office: Office, on_file: Callable[[SourceFile], None]
) -> Collected:
    """What can be read; `on_file` is called as files are done. A bad file stops no other.

    Reading takes minutes of a large brand, which a service has to answer in: a thread does it.
    """
    texts, unreadable = await asyncio.to_thread(_plain_texts, files, on_file)
    remaining = [f for f in files if f.source not in texts and f.source not in unreadable]
    converted = await office.texts(remaining, on_file)
    texts |= converted.texts
    unreadable |= converted.unreadable
    there = [file.source for file in files if file.source in texts]
    cleaned = await asyncio.to_thread(lambda: {name: clean(texts[name]) for name in there})
    return Collected(cleaned, unreadable)


def _plain_texts(
    files: Sequence[SourceFile], on_file: Callable[[SourceFile], None]
) -> tuple[dict[str, str], dict[str, str]]:
    texts: dict[str, str] = {}
    unreadable: dict[str, str] = {}
    for file in files:
        if file.path.suffix.lower() not in PLAIN:
            continue
        try:
            text = _plain_text(file)
            if file.source == RECORDS:
                read_review(text, RECORDS)
            texts[file.source] = text
        except KnowledgeError as error:
            unreadable[file.source] = str(error)
        on_file(file)
    return texts, unreadable


def _plain_text(file: SourceFile) -> str:
    content = unchanged_content(file)
    suffix = file.path.suffix.lower()
    try:
        if file.source == RECORDS:
            # Accepted records stay as they are: each is a passage, not the row of a table.
            return decoded(content)
        check_kind(suffix, content)
        return _as_markdown(suffix, decoded(content))
    except UnreadableError as error:
        raise KnowledgeError(f"{file.source} cannot be read: {error}. {error.advice}") from error
    except UndecodableError as error:
        raise KnowledgeError(
            f"{file.source} cannot be read: {error}. Save it as UTF-8 text, or take it out of "
            "the folder."
        ) from error
    except ValueError as error:
        raise KnowledgeError(
            f"{file.source} cannot be read as {suffix} ({error}). Mend it, or take it "
            "out of the folder."
        ) from error


def _as_markdown(suffix: str, text: str) -> str:
    if suffix == ".csv":
        table = csv_text(text)
        if table.startswith("|") and table.count("\n") < 2:
            raise UnreadableError("it has a header line and no rows", "Fill it, or take it out.")
        return table
    told = json_text(text) if suffix in {".json", ".jsonl"} else text
    if not told.strip():
        raise UnreadableError("there is no text in it", "Fill it, or take it out of the folder.")
    return told
