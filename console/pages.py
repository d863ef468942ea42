"""How pages are made: templates that escape, nothing inline, nothing from elsewhere."""

import hashlib
import json
import mimetypes
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from console.navigation import places_for
from console.showing import FILTERS
from console.words import Words, load_words
from knowledge.brand import Language

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# htmx would otherwise write a style of its own into the page, and evaluate expressions.
HTMX = json.dumps({"includeIndicatorStyles": False, "allowEval": False, "historyCacheSize": 0})


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

    def names(self, ending: str) -> list[str]:
        """The files with this ending, in the order of their names."""
        return [name for name in self.files if name.endswith(ending)]


@dataclass(frozen=True)
class Look:
    """Templates, words and files."""

    assets: Assets
    environment: Environment
    words: Words

    @classmethod
    def load(cls) -> "Look":
        """As they are on disk."""
        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(FILTERS)
        return cls(Assets.load(), environment, load_words())

    @property
    def headers(self) -> dict[str, str]:
        """What keeps a page from running or showing anything that is not ours."""
        return {
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            # With no referrer at all browsers would also withhold the Origin that POST needs.
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
            "Cache-Control": "no-store",
        }

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """A template with its words in the reader's language."""
        language: Language = values["language"]
        csrf = values["csrf"]
        shown = {
            "t": partial(self.say, language),
            "asset": lambda name: f"/console/assets/{self.assets.version}/{name}",
            "styles": self.assets.names(".css"),
            "htmx": HTMX,
            "htmx_headers": json.dumps({"X-CSRF-Token": csrf}),
            "csrf_field": lambda: Markup('<input type="hidden" name="csrf" value="{}">').format(
                csrf
            ),
            "key": lambda: secrets.token_hex(8),
            "known": self.words.__contains__,
            "places": places_for(values["operator"]),
        }
        return self.environment.get_template(template).render({**shown, **values})

    def say(self, language: Language, key: str, **parts: object) -> str:
        """A text; `{name}` in it is filled in."""
        text = self.words[key][language]
        return text.format(**parts) if parts else text
