"""Web pages as knowledge, from a real site on loopback; the resolver says where hosts are."""

import gzip
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from knowledge.errors import KnowledgeError
from knowledge.fetching import Fetcher, PublicTransport, is_public
from knowledge.origins import read_origins
from knowledge.web_pages import Web, name_of

NOW = datetime(2026, 11, 28, tzinfo=UTC)
PAGE = (
    "<html><head><title>退货 - 小店</title></head><body><nav><a href='/'>首页</a></nav><article>"
    "<h1>退货政策</h1><p>签收后 {days} 天内可以退货，商品必须未拆封。</p><table><tr><th>地区</th>"
    "<th>运费</th></tr><tr><td>新疆</td><td>18元</td></tr></table></article>"
    "<footer>版权所有</footer></body></html>"
)


class Site:
    """What is served: path to status, headers and body; `asked` is the ledger."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.port = 0

    def put(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        named = {"Content-Type": "text/html; charset=utf-8"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, named, content)

    def url(self, path: str, host: str = "shop.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def sitemap(self, path: str, *pages: str, kind: str = "url", **more: str) -> None:
        entries = "".join(f"<{kind}><loc>{page}</loc></{kind}>" for page in pages)
        body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
        self.put(path, body, Content_Type="application/xml", **more)


@pytest.fixture
def site() -> Iterator[Site]:
    told = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append((self.path, dict(self.headers)))
            status, headers, body = told.pages.get(self.path, (404, {}, b""))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


async def on_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture
async def web(tmp_path: Path, site: Site) -> AsyncIterator[Web]:
    transport = PublicTransport(on_loopback, lambda address: True)
    async with httpx.AsyncClient(transport=transport) as http:
        fetcher = Fetcher(http, frozenset({"shop.example"}), pause_seconds=0.0)
        yield Web(fetcher, tmp_path, lambda: NOW, "by permission")


async def gather(web: Web, url: str) -> Any:
    return await web.gather(url, lambda *_: None)


async def test_a_page_becomes_its_text_with_its_origin(web: Web, site: Site) -> None:
    site.put("/help/returns.html", PAGE.format(days=7))
    url = site.url("/help/returns.html")
    [name] = (await gather(web, url)).added
    text = (web.brand_folder / name).read_text("utf-8")
    assert text.startswith("# 退货政策\n\n签收后 7 天内可以退货")
    assert "| 新疆 | 18元 |" in text
    assert not any(word in text for word in ("首页", "版权所有"))
    origin = read_origins(web.brand_folder)[name]
    assert (origin.origin, origin.licence, origin.fetched_at) == (url, "by permission", NOW)
    assert site.asked[-1][1]["Host"] == f"shop.example:{site.port}"


async def test_a_second_run_takes_only_what_changed(web: Web, site: Site) -> None:
    site.put("/a", PAGE.format(days=7), ETag='"1"')
    site.put("/b", PAGE.format(days=8))
    site.put("/c", PAGE.format(days=9))
    site.sitemap("/sitemap.xml", *(site.url(path) for path in ("/a", "/b", "/c")))
    first = await gather(web, site.url("/sitemap.xml"))
    assert len(first.added) == 3
    site.put("/c", PAGE.format(days=10))
    second = await gather(web, site.url("/sitemap.xml"))
    assert (len(second.same), second.changed, second.added) == (2, [name_of(site.url("/c"))], [])
    assert "10 天" in (web.brand_folder / second.changed[0]).read_text("utf-8")
    assert [h.get("If-None-Match") for path, h in site.asked if path == "/a"] == [None, '"1"']


async def test_sitemaps_of_sitemaps_also_packed_ones_are_read(web: Web, site: Site) -> None:
    site.put("/a", PAGE.format(days=7))
    site.sitemap("/inner.xml", site.url("/a"))
    packed = gzip.compress(site.pages["/inner.xml"][2])
    site.put("/inner.xml.gz", packed, Content_Type="application/gzip")
    site.sitemap("/outer.xml", site.url("/inner.xml.gz"), kind="sitemap")
    assert (await gather(web, site.url("/outer.xml"))).added == [name_of(site.url("/a"))]


async def test_robots_are_obeyed(web: Web, site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private\n", Content_Type="text/plain")
    site.put("/private/a", PAGE.format(days=7))
    with pytest.raises(KnowledgeError, match=r"robots\.txt forbids"):
        await gather(web, site.url("/private/a"))
    assert [path for path, _ in site.asked] == ["/robots.txt"]


async def test_a_site_whose_rules_are_in_trouble_is_left_alone(web: Web, site: Site) -> None:
    site.put("/robots.txt", "", 503)
    with pytest.raises(KnowledgeError, match=r"robots\.txt forbids"):
        await gather(web, site.url("/a"))


async def test_a_redirect_leads_to_no_other_host(web: Web, site: Site) -> None:
    site.put("/a", "", 302, Location="http://evil.example/")
    with pytest.raises(KnowledgeError, match=r"evil\.example/ is not fetched: only shop\.example"):
        await gather(web, site.url("/a"))


async def test_one_bad_page_stops_no_other(web: Web, site: Site) -> None:
    site.put("/good", PAGE.format(days=7))
    site.put("/empty", "<html><body></body></html>")
    site.put("/picture", b"\x89PNG", Content_Type="image/png")
    site.put("/huge", b"<p>" + b"x" * 6 * 1024 * 1024)
    pages = [site.url(path) for path in ("/gone", "/empty", "/picture", "/huge", "/good")]
    site.sitemap("/sitemap.xml", *pages, "http://elsewhere.example/", "ftp://shop.example/a")
    gathered = await gather(web, site.url("/sitemap.xml"))
    assert gathered.added == [name_of(site.url("/good"))]
    words = ("answers 404", "no text", "image/png", "larger than 5 MB", "only shop", "only shop")
    assert len(gathered.refused) == len(words)
    assert all(word in why for word, why in zip(words, gathered.refused, strict=True))


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fd00::1", "0.0.0.0"],
)
async def test_a_name_that_means_an_inner_address_is_not_connected_to(
    site: Site, tmp_path: Path, address: str
) -> None:
    async def inner(host: str, port: int) -> list[str]:
        return ["93.184.216.34", address]

    async with httpx.AsyncClient(transport=PublicTransport(inner)) as http:
        web = Web(Fetcher(http, frozenset({"shop.example"})), tmp_path, lambda: NOW)
        with pytest.raises(KnowledgeError, match="not on the public internet"):
            await gather(web, site.url("/a"))
    assert site.asked == []
    assert not is_public(address)


async def test_an_entity_bomb_is_no_sitemap(web: Web, site: Site) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><urlset>&b;</urlset>'
    site.put("/sitemap.xml", bomb, Content_Type="text/xml")
    with pytest.raises(KnowledgeError, match="no sitemap that can be read"):
        await gather(web, site.url("/sitemap.xml"))


def test_two_addresses_never_share_a_file() -> None:
    urls = ["https://a.example/x?p=1", "https://a.example/x?p=2", "https://a.example/x/"]
    urls += [
        "https://a.example/../../etc/passwd",
        "https://a.example/%2e%2e/%2e%2e/x",
        "https://b/",
    ]
    names = [name_of(url) for url in urls]
    assert len(set(names)) == len(urls)
    assert all(name.startswith("knowledge/web/") and ".." not in name for name in names)


async def test_the_licence_of_a_page_that_did_not_change_is_noted_and_stays(
    web: Web, site: Site
) -> None:
    site.put("/help", PAGE.format(days=7), ETag='"1"')
    [name] = (await gather(replace(web, licence=""), site.url("/help"))).added
    before = read_origins(web.brand_folder)[name]
    assert (await gather(replace(web, licence="CC BY 4.0"), site.url("/help"))).same == [name]
    noted = read_origins(web.brand_folder)[name]
    assert noted == before.model_copy(update={"licence": "CC BY 4.0"})
    site.put("/help", PAGE.format(days=8), ETag='"2"')
    assert (await gather(replace(web, licence=""), site.url("/help"))).changed == [name]
    assert read_origins(web.brand_folder)[name].licence == "CC BY 4.0"
