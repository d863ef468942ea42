"""Web pages as knowledge: a page, or all pages of a sitemap, without navigation and boilerplate."""

import asyncio
import gzip
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import trafilatura
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from trafilatura.settings import use_config

from knowledge.brand_edit import write_whole
from knowledge.cleaning import clean
from knowledge.decoding import UndecodableError, decoded_html
from knowledge.errors import KnowledgeError
from knowledge.fetching import MOST_BYTES, Fetched, Fetcher
from knowledge.gathering import Gathered
from knowledge.html_tables import plainer
from knowledge.origins import Origin, licensed, read_origins, write_origins
from knowledge.sources import FOLDER

MOST_PAGES = 2000
_DEPTH = 2
_LONGEST_NAME = 80
_HTML = frozenset({"text/html", "application/xhtml+xml", ""})
_ODD = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class Web:
    """Puts pages into a brand's knowledge folder, as Markdown under `web/HOST/`."""

    fetcher: Fetcher
    brand_folder: Path
    clock: Callable[[], datetime]
    licence: str = ""

    async def gather(self, url: str, told: Callable[[int, int, str], None]) -> Gathered:
        """The page at an address, or every page its sitemap names; `told` of each one's end.

        A page that cannot be had stops no other; what was there of it stays.

        Raises:
            KnowledgeError: the address itself cannot be fetched.
        """
        gathered, origins = Gathered(), read_origins(self.brand_folder)
        first = await self.fetcher.page(url)
        pages = await self._listed(first, _DEPTH) if _is_sitemap(first) else [url]
        if len(pages) > MOST_PAGES:
            gathered.refused.append(f"{url} names {len(pages)} pages; {MOST_PAGES} are fetched.")
        for number, page in enumerate(pages[:MOST_PAGES], start=1):
            told(number, min(len(pages), MOST_PAGES), page)
            try:
                await self._take(first if page == url else None, page, origins, gathered)
            except KnowledgeError as error:
                gathered.refused.append(str(error))
            write_origins(self.brand_folder, origins)
        return gathered

    async def _take(
        self, have: Fetched | None, url: str, origins: dict[str, Origin], gathered: Gathered
    ) -> None:
        name = name_of(url)
        known = origins.get(name)
        there = known is not None and (self.brand_folder / name).exists()
        before = {"etag": known.etag, "modified": known.modified} if known and there else None
        page = have or await self.fetcher.page(url, before)
        digest = hashlib.sha256(page.content).hexdigest() if page.content is not None else ""
        if there and known and (page.content is None or known.digest == digest):
            gathered.same.append(name)
            origins[name] = licensed(known, self.licence)
            return
        text = await asyncio.to_thread(text_of, page)
        write_whole(self.brand_folder / name, f"{text}\n")
        origins[name] = Origin(
            origin=url,
            fetched_at=self.clock(),
            digest=digest,
            licence=self.licence or (known.licence if known else ""),
            etag=page.etag,
            modified=page.modified,
        )
        (gathered.changed if there else gathered.added).append(name)

    async def _listed(self, sitemap: Fetched, depth: int) -> list[str]:
        """The pages of a sitemap, and of the sitemaps that it names."""
        pages: list[str] = []
        for kind, place in _locations(sitemap):
            if kind == "url":
                pages.append(place)
            elif depth and len(pages) < MOST_PAGES:
                pages += await self._listed(await self.fetcher.page(place), depth - 1)
        return list(dict.fromkeys(pages))


def name_of(url: str) -> str:
    """The file a page is kept in; two addresses never share one."""
    parts = urlsplit(url)
    path = [_ODD.sub("-", unquote(part)).strip("-.") for part in parts.path.split("/")]
    words = [part[:_LONGEST_NAME] for part in path if part] or ["index"]
    words[-1] = f"{words[-1].removesuffix('.html')}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
    return "/".join((FOLDER, "web", _ODD.sub("-", parts.netloc), *words)) + ".md"


def text_of(page: Fetched) -> str:
    """What a page says, as Markdown under its title.

    Raises:
        KnowledgeError: it is no page of text, or has nothing to say.
    """
    if page.kind not in _HTML:
        raise KnowledgeError(f"{page.url} is no web page but {page.kind}; add it as a file.")
    try:
        html = decoded_html(page.content or b"")
    except UndecodableError as error:
        raise KnowledgeError(f"{page.url} cannot be read: {error}.") from error
    html = plainer(html)
    config = use_config()
    for limit in ("EXTRACTED_SIZE", "OUTPUT_SIZE", "FILE_SIZE"):
        # A page of one sentence may be what customers ask about.
        config.set("DEFAULT", f"MIN_{limit}", "1")
    text = trafilatura.extract(
        html, output_format="markdown", include_comments=False, favor_recall=True, config=config
    )
    said = clean(text or "")
    if not said:
        raise KnowledgeError(f"{page.url} has no text of its own.")
    title = trafilatura.extract_metadata(html).title
    return said if said.startswith("# ") or not title else f"# {clean(title)}\n\n{said}"


def _is_sitemap(page: Fetched) -> bool:
    return page.kind in {"application/xml", "text/xml", "application/gzip", "application/x-gzip"}


def _locations(sitemap: Fetched) -> list[tuple[str, str]]:
    """`url` or `sitemap` and an address, for each entry."""
    content = sitemap.content or b""
    try:
        if content.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(content)) as packed:
                content = packed.read(MOST_BYTES * 4)
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, DefusedXmlException, OSError, EOFError) as error:
        raise KnowledgeError(f"{sitemap.url} is no sitemap that can be read: {error}.") from error
    return [
        (entry.tag.rpartition("}")[2], (place.text or "").strip())
        for entry in root
        for place in entry
        if place.tag.rpartition("}")[2] == "loc"
    ]
