"""Fetching web pages for an operator: allowed hosts, public addresses only, politely and capped."""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpx

from knowledge.errors import KnowledgeError

AGENT = "digital-human"
MOST_BYTES = 5 * 1024 * 1024
_SECONDS = 30.0
_REDIRECTS = 5
_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0
_MOVED = frozenset({301, 302, 303, 307, 308})

Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


def is_public(address: str) -> bool:
    """Whether an address lies on the internet, and not in somebody's own network."""
    return ipaddress.ip_address(address.partition("%")[0]).is_global


@dataclass(frozen=True)
class PublicTransport(httpx.AsyncBaseTransport):
    """Looks a host up once and connects to that very address, if `allows` it.

    What a name means cannot change between the check and the connection.
    """

    resolve: Resolve = resolved
    allows: Callable[[str], bool] = is_public
    inner: httpx.AsyncHTTPTransport = field(default_factory=httpx.AsyncHTTPTransport)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """As httpx calls it.

        Raises:
            httpx.ConnectError: the host has no address, or one that is not public.
        """
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        try:
            addresses = await self.resolve(host, port)
        except OSError as error:
            raise httpx.ConnectError(f"{host} has no address") from error
        if not addresses or not all(map(self.allows, addresses)):
            raise httpx.ConnectError(f"{host} is not on the public internet")
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=addresses[0])
        return await self.inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self.inner.aclose()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came, or `content` None: it is still what it was."""

    url: str
    content: bytes | None
    kind: str
    etag: str
    modified: str


@dataclass
class Fetcher:
    """Gets pages of the hosts in `hosts`, one after the other and not too fast."""

    http: httpx.AsyncClient
    hosts: frozenset[str]
    pause_seconds: float = _PAUSE_SECONDS
    most_bytes: int = MOST_BYTES
    robots: dict[str, RobotFileParser] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)

    async def page(self, url: str, known: Mapping[str, str] | None = None) -> Fetched:
        """The page at this address; `known` are the etag and time of change it had.

        Raises:
            KnowledgeError: it may not be fetched, cannot be, or is too large.
        """
        if not (await self._rules(url)).can_fetch(AGENT, url):
            raise KnowledgeError(f"{url} is not fetched: the site's robots.txt forbids it.")
        return await self.file(url, known)

    async def file(self, url: str, known: Mapping[str, str] | None = None) -> Fetched:
        """As `page`, of one file that the operator names: robots.txt speaks to those who roam.

        Raises:
            KnowledgeError: it may not be fetched, cannot be, or is too large.
        """
        headers = {
            "If-None-Match": (known or {}).get("etag", ""),
            "If-Modified-Since": (known or {}).get("modified", ""),
        }
        answer, content = await self._got(url, {k: v for k, v in headers.items() if v})
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return Fetched(url, None, "", headers["If-None-Match"], headers["If-Modified-Since"])
        if answer.status_code != httpx.codes.OK:
            raise KnowledgeError(f"{url} cannot be fetched: it answers {answer.status_code}.")
        return Fetched(
            url=url,
            content=content,
            kind=answer.headers.get("content-type", "").partition(";")[0].strip().lower(),
            etag=answer.headers.get("etag", ""),
            modified=answer.headers.get("last-modified", ""),
        )

    async def _rules(self, url: str) -> RobotFileParser:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self.robots:
            rules = RobotFileParser()
            answer, content = await self._got(f"{site}/robots.txt", {})
            if answer.status_code == httpx.codes.OK:
                rules.parse(content.decode("utf-8", "replace").splitlines())
            elif answer.is_server_error:
                # RFC 9309: a site whose rules cannot be had now is left alone.
                rules.parse(["User-agent: *", "Disallow: /"])
            else:
                rules.parse([])
            self.robots[site] = rules
        return self.robots[site]

    async def _got(self, url: str, headers: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
        """Follow redirects, each checked like the first address."""
        for _ in range(_REDIRECTS + 1):
            self._check(url)
            await self._paced(url)
            try:
                answer, content = await self._read(url, headers)
            except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
                why = str(error) or type(error).__name__
                raise KnowledgeError(f"{url} cannot be fetched: {why}.") from error
            if answer.status_code not in _MOVED:
                return answer, content
            url = urljoin(url, answer.headers.get("location", ""))
        raise KnowledgeError(f"{url} cannot be fetched: it moves on and on.")

    async def _read(self, url: str, headers: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
        named = {"User-Agent": AGENT, **headers}
        content = b""
        async with (
            asyncio.timeout(_SECONDS),
            self.http.stream("GET", url, headers=named, follow_redirects=False) as answer,
        ):
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > self.most_bytes:
                    megabytes = self.most_bytes // 1024**2
                    raise KnowledgeError(f"{url} is larger than {megabytes} MB.")
        return answer, content

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or parts.hostname not in self.hosts:
            hosts = ", ".join(sorted(self.hosts))
            raise KnowledgeError(f"{url} is not fetched: only {hosts}; --allow HOST adds one.")

    async def _paced(self, url: str) -> None:
        parts = urlsplit(url)
        rules = self.robots.get(f"{parts.scheme}://{parts.netloc}")
        wished = float(rules.crawl_delay(AGENT) or 0) if rules and rules.mtime() else 0.0
        pause = min(max(self.pause_seconds, wished), _LONGEST_PAUSE_SECONDS)
        waited = time.monotonic() - self.last.get(parts.netloc, -pause)
        if waited < pause:
            await asyncio.sleep(pause - waited)
        self.last[parts.netloc] = time.monotonic()
