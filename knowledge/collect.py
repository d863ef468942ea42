"""Collecting a brand's knowledge: every file as clean, Markdown-like text."""

from collections.abc import Callable, Sequence

from knowledge.cleaning import clean
from knowledge.decoding import UndecodableError, decoded
from knowledge.delimited import csv_text
from knowledge.errors import KnowledgeError
from knowledge.office import OFFICE, Office
from knowledge.sources import PLAIN, SourceFile, content_of

READABLE = PLAIN | OFFICE


async def collect(
    files: Sequence[SourceFile], office: Office, on_file: Callable[[SourceFile], None]
) -> dict[str, str]:
    """Each file's text by its source; `on_file` is called as they are read.

    Raises:
        KnowledgeError: a file cannot be read; names it and says what to do.
    """
    texts: dict[str, str] = {}
    for file in files:
        if file.path.suffix.lower() in PLAIN:
            texts[file.source] = _plain_text(file)
            on_file(file)
    remaining = [file for file in files if file.source not in texts]
    texts |= await office.texts(remaining, on_file)
    return {file.source: clean(texts[file.source]) for file in files}


def _plain_text(file: SourceFile) -> str:
    try:
        text = decoded(content_of(file.path, file.source))
    except UndecodableError as error:
        raise KnowledgeError(
            f"{file.source} cannot be read: {error}. Save it as UTF-8 text, or take it out of "
            "the folder."
        ) from error
    return csv_text(text) if file.path.suffix.lower() == ".csv" else text
