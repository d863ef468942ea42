"""The pages and files of the web chat: nothing inline, nothing from elsewhere."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape

from channels.web.colour import theme
from channels.web.requests import MAX_TEXT, refused
from channels.web.signing import sign_identity
from channels.web.site import Site, Sites

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
)
FOR_EVER = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600"


@dataclass(frozen=True)
class Assets:
    """Scripts and styles, read once; `version` changes with any of them."""

    files: Mapping[str, tuple[bytes, str]]
    version: str

    @classmethod
    def load(cls, folder: Path = HERE / "static") -> "Assets":
        """All files of the folder."""
        files = {
            path.name: (path.read_bytes(), mimetypes.guess_type(path.name)[0] or "text/plain")
            for path in sorted(folder.iterdir())
            if path.is_file()
        }
        digest = hashlib.sha256(b"".join(content for content, _ in files.values()))
        return cls(files, digest.hexdigest()[:12])


def page_routes(sites: Sites) -> APIRouter:
    """/chat/BOT with its files, /widget.js, and /demo/BOT where it is switched on."""
    pages = Pages(sites, Assets.load(), templates())
    routes = APIRouter(include_in_schema=False)
    for path, endpoint in (
        ("/widget.js", pages.widget),
        ("/chat/{bot}", pages.moved),
        ("/chat/{bot}/", pages.chat),
        ("/chat/{bot}/theme.css", pages.theme),
        ("/chat/{bot}/images/{name:path}", pages.image),
        ("/chat/{bot}/assets/{version}/{name}", pages.asset),
        ("/demo/{bot}", pages.demo),
    ):
        routes.add_api_route(path, endpoint, response_model=None)
    return routes


def templates() -> Environment:
    """Templates that escape whatever they are given."""
    return Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape())


def page_headers(ancestors: str = "'none'") -> dict[str, str]:
    """What keeps a page from running or showing anything that is not ours."""
    return {
        "Content-Security-Policy": POLICY + ancestors,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cache-Control": "no-store",
    }


@dataclass(frozen=True)
class Pages:
    """The routes."""

    sites: Sites
    assets: Assets
    templates: Environment

    def site(self, bot: str) -> Site:
        """The web chat of this name."""
        if bot not in self.sites:
            raise refused(404, "unknown_bot", "There is no web chat of this name.")
        return self.sites[bot]

    async def widget(self) -> Response:
        """The one script that a shop puts on its pages."""
        content, kind = self.assets.files["widget.js"]
        headers = {"Cache-Control": AN_HOUR, "Cross-Origin-Resource-Policy": "cross-origin"}
        return Response(content, media_type=kind, headers=headers)

    async def moved(self, bot: str) -> Response:
        """The page's addresses are relative to its own, which ends in a slash."""
        return RedirectResponse(f"{self.site(bot).bot.name}/", 308)

    async def chat(self, bot: str) -> Response:
        """The page, by itself or in the widget's frame."""
        site = self.site(bot)
        ancestors = " ".join(("'self'", *site.bot.allowed_origins))
        return self._page("chat.html", site, page_headers(ancestors))

    async def demo(self, bot: str, request: Request) -> Response:
        """A made-up shop that embeds the widget, to see it work."""
        site = self.site(bot)
        if not site.bot.demo:
            raise refused(404, "no_demo", "This chat has no demo page.")
        customer = request.query_params.get("as", "")
        identity = ""
        if customer in site.demo_customers and site.identity_key:
            until = site.clock() + timedelta(hours=1)
            identity = sign_identity(site.identity_key, bot, customer, until)
        shown = {
            "identity": identity,
            "customer": customer if identity else "",
            "pictures": list(site.images)[:12],
        }
        return self._page("demo.html", site, page_headers(), **shown)

    async def theme(self, bot: str) -> Response:
        """The brand's colour, and what can be read on it."""
        css = theme(self.site(bot).bot.accent)
        return Response(css, media_type="text/css", headers={"Cache-Control": AN_HOUR})

    async def image(self, bot: str, name: str) -> Response:
        """A product picture; only those that the catalogue names."""
        file = self.site(bot).images.get(f"images/{name}")
        if file is None or not file.is_file():
            raise refused(404, "unknown_image", "There is no such picture.")
        headers = {"Cache-Control": AN_HOUR, "X-Content-Type-Options": "nosniff"}
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return FileResponse(file, headers=headers)

    async def asset(self, bot: str, version: str, name: str) -> Response:
        """A script or style of ours."""
        self.site(bot)
        if version != self.assets.version or name not in self.assets.files:
            raise refused(404, "unknown_file", "There is no such file.")
        content, kind = self.assets.files[name]
        headers = {"Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"}
        return Response(content, media_type=kind, headers=headers)

    def _page(self, name: str, site: Site, headers: dict[str, str], **more: Any) -> Response:
        shown = {
            "site": site,
            "version": self.assets.version,
            "max_text": MAX_TEXT,
            "face": face_of(site),
            **more,
        }
        html = self.templates.get_template(name).render(shown)
        return Response(html, media_type="text/html; charset=utf-8", headers=headers)


def face_of(site: Site) -> dict[str, Any]:
    """What the page's script needs to know of the brand; one character stands for a portrait."""
    agent = site.face.agent
    return {
        "agent": agent,
        "greeting": site.face.greeting,
        "starters": list(site.bot.starters),
        "initial": agent[:1].upper() if agent.isascii() else agent[-1:],
    }
