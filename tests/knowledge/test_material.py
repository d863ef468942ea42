"""Feeds at an address: fetched as pages are, and not again while they are the same."""

from pathlib import Path

import pytest

from knowledge.errors import KnowledgeError
from knowledge.material import of_address
from knowledge.origins import Origin
from knowledge.web_pages import Web
from tests.knowledge.test_web_pages import NOW, Site, site, web

__all__ = ["site", "web"]
FEED = "sku,name,price,stock\nL-9,灯,1,1\n"


async def test_a_feed_is_fetched_once_and_its_key_is_kept_nowhere(web: Web, site: Site) -> None:
    site.put("/feed.csv?key=geheim", FEED, Content_Type="text/csv", ETag='"1"')
    url = site.url("/feed.csv?key=geheim")
    first = await of_address(web.fetcher, url, None)
    assert first.sheet().rows[0].cells["sku"] == "L-9"
    assert "geheim" not in first.origin + first.name
    known = Origin(origin=first.origin, fetched_at=NOW, digest=first.digest, etag=first.etag)
    second = await of_address(web.fetcher, url, known)
    assert (second.content, second.digest) == (None, first.digest)
    assert site.asked[-1][1]["If-None-Match"] == '"1"'


async def test_a_feed_may_not_lie_elsewhere_nor_be_without_end(web: Web, site: Site) -> None:
    site.put("/away", "", 302, Location="http://evil.example/feed.csv")
    site.put("/huge", b"x" * 6 * 1024 * 1024)
    site.put("/login", "<html><body>Please sign in</body></html>")
    for path, why in (("/away", "is not fetched: only"), ("/huge", "larger than 5 MB")):
        with pytest.raises(KnowledgeError, match=why):
            await of_address(web.fetcher, site.url(path), None)
    material = await of_address(web.fetcher, site.url("/login"), None)
    with pytest.raises(KnowledgeError, match="it is a web page, no table"):
        material.sheet()


async def test_robots_do_not_keep_an_operator_from_his_own_feed(web: Web, site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /\n", Content_Type="text/plain")
    site.put("/feed.csv", FEED, Content_Type="text/csv")
    assert (await of_address(web.fetcher, site.url("/feed.csv"), None)).content == FEED.encode()
    assert Path(site.asked[-1][0]).name == "feed.csv"
