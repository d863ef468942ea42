"""`knowledge add https://…`: web pages into a brand's knowledge."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx

from app.progress import shown_progress
from app.wiring import real_time
from knowledge.brand import Brand
from knowledge.fetching import Fetcher, PublicTransport
from knowledge.gathering import Gathered
from knowledge.web_pages import Web

_SHOWN = 40


async def gather_pages(args: Namespace, brand: Brand, url: str) -> int:
    """Fetch a page, or the pages of a sitemap; the exit status: 1 if a page could not be had."""
    hosts = frozenset({urlsplit(url).hostname or "", *args.allow})
    async with httpx.AsyncClient(transport=PublicTransport(), trust_env=False) as http:
        web = Web(Fetcher(http, hosts), brand.folder, real_time, args.licence)
        with shown_progress() as progress:
            gathered = await web.gather(
                url, lambda done, total, _: progress(done, total, "fetching pages")
            )
    print_gathered(gathered)
    for why in gathered.refused:
        print(why, file=sys.stderr)
    return int(bool(gathered.refused))


def print_gathered(gathered: Gathered) -> None:
    """Say what is new, changed, as it was, and of a kind that is not read."""
    print_listed("+", gathered.added)
    print_listed("~", gathered.changed)
    print_listed("=", gathered.same, " unchanged")
    print_listed("skipped", gathered.passed)


def print_listed(mark: str, names: Sequence[str], words: str = "") -> None:
    """The names, one a line; of many the first."""
    for name in names[:_SHOWN]:
        print(f"{mark} {name}{words}")
    if len(names) > _SHOWN:
        print(f"{mark} … and {len(names) - _SHOWN} more{words}")
