"""What a table of the shop's comes from: a file, an address, a database; and whether it changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from knowledge.database_rows import queried, shown_address
from knowledge.fetching import Fetcher
from knowledge.origins import Origin
from knowledge.sheet_rows import Sheet, sheet_of, sheet_of_records, shown
from knowledge.sources import content_of, digest_of


@dataclass(frozen=True, slots=True)
class Material:
    """Bytes as they came with where they came from; `content` None: they are what they were."""

    origin: str
    name: str
    content: bytes | None
    digest: str
    etag: str = ""
    modified: str = ""

    def sheet(self) -> Sheet:
        """Its rows.

        Raises:
            KnowledgeError: it is no table that can be read.
        """
        if self.name.startswith("query "):
            return sheet_of_records(json.loads(self.content or b"[]"))
        return sheet_of(self.content or b"", self.name)


def of_file(path: Path) -> Material:
    """A file.

    Raises:
        KnowledgeError: it cannot be opened or is too large.
    """
    content = content_of(path, path.name)
    return Material(str(path), path.name, content, digest_of(content))


async def of_address(fetcher: Fetcher, url: str, known: Origin | None) -> Material:
    """A file on the web; not fetched again if it is still the `known` one.

    Raises:
        KnowledgeError: it may not be fetched, cannot be, or is too large.
    """
    before: Mapping[str, str] = (
        {"etag": known.etag, "modified": known.modified} if known is not None else {}
    )
    got = await fetcher.file(url, before)
    digest = known.digest if got.content is None and known else digest_of(got.content or b"")
    # Keys stand in the query of an address.
    origin = urlsplit(url)._replace(query="", fragment="").geturl()
    return Material(origin, origin, got.content, digest, got.etag, got.modified)


async def of_query(address: str, query: str) -> Material:
    """What a database answers.

    Raises:
        KnowledgeError: it cannot be read.
    """
    rows = [
        {name: _cell(value) for name, value in row.items()} for row in await queried(address, query)
    ]
    content = json.dumps(rows, ensure_ascii=False).encode()
    origin = f"{shown_address(address)} {' '.join(query.split())}"
    return Material(origin, f"query of {shown_address(address)}", content, digest_of(content))


def _cell(value: object) -> str:
    return "|".join(map(shown, value)) if isinstance(value, list) else shown(value)
