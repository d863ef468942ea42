"""`knowledge add https://…`: web pages into a brand's knowledge."""

import sys
from argparse import Namespace
from urllib.parse import urlsplit

import httpx

from app.progress import shown_progress
from app.wiring import real_time
from knowledge.brand import Brand
from knowledge.fetching import Fetcher, PublicTransport
from knowledge.web_pages import Web


async def gather_pages(args: Namespace, brand: Brand, url: str) -> int:
    """Fetch a page, or the pages of a sitemap; the exit status: 1 if a page could not be had."""
    hosts = frozenset({urlsplit(url).hostname or "", *args.allow})
    async with httpx.AsyncClient(transport=PublicTransport(), trust_env=False) as http:
        web = Web(Fetcher(http, hosts), brand.folder, real_time, args.licence)
        with shown_progress() as progress:
            gathered = await web.gather(
                url, lambda done, total, _: progress(done, total, "fetching pages")
            )
    for mark, names in (("+", gathered.added), ("~", gathered.changed), ("=", gathered.same)):
        for name in names:
            print(f"{mark} {name}")
    for why in gathered.refused:
        print(why, file=sys.stderr)
    return int(bool(gathered.refused))
