"""What works here, and how to fix what does not."""

import asyncio
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from agent.model_files import DEFAULT_MODEL
from agent.model_http import is_loopback
from agent.models import SPEC_FORMS
from agent.weights import known_models
from app.settings import Settings
from knowledge.brand import BrandError
from knowledge.brand_folder import load_brand

_SECONDS = 1.0
_ROOM_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `ok` None: not needed, or not yet there; `fix`: what to do."""

    name: str
    ok: bool | None
    text: str
    fix: str = ""


async def checks(settings: Settings) -> list[Check]:
    """Everything worth knowing before the first customer; takes three seconds at most."""
    kind, _, name = settings.model.partition(":")
    ollama, openai, database, brand = await asyncio.gather(
        _ollama(settings, name if kind == "ollama" else ""),
        _openai(settings, name) if kind == "openai" else _nothing(),
        asyncio.to_thread(_database, settings.data_dir),
        asyncio.to_thread(_brand, settings.brand),
    )
    found = [_python(), _model(settings), ollama, openai, _disk(settings), database, brand]
    return [check for check in found if check is not None]


async def ollama_qwen_models(url: str) -> list[str]:
    """The Qwen models for conversation that Ollama has; none if it is not there."""
    return _talking_qwens(await _served(f"{url.rstrip('/')}/api/tags", "models", "name") or [])


def _works(name: str, text: str) -> Check:
    return Check(name, ok=True, text=text)


def _lacks(name: str, text: str, fix: str) -> Check:
    return Check(name, ok=None, text=text, fix=fix)


def _fails(name: str, text: str, fix: str) -> Check:
    return Check(name, ok=False, text=text, fix=fix)


def _talking_qwens(names: list[str]) -> list[str]:
    return [name for name in names if "qwen" in name.lower() and "embed" not in name.lower()]


def _python() -> Check:
    return _works("python", ".".join(str(part) for part in sys.version_info[:3]))


def _model(settings: Settings) -> Check:
    kind, _, name = settings.model.partition(":")
    if kind == "embedded":
        return _embedded(name or DEFAULT_MODEL, settings.cache_dir)
    if kind == "scripted":
        return _file("model", name)
    if kind in {"ollama", "openai"} and name:
        return _works("model", settings.model)
    return _fails("model", f"{settings.model!r}", f"Set DIGITAL_HUMAN_MODEL to {SPEC_FORMS}.")


def _embedded(name: str, cache_dir: Path) -> Check:
    if name.endswith(".gguf"):
        return _file("model", name)
    row = next((row for row in known_models(cache_dir) if row.name == name), None)
    if row is None:
        return _fails("model", f"embedded:{name}", "See `digital-human models list`.")
    if row.cached:
        return _works("model", f"embedded:{name}, its file is here")
    fetch = f"Run `digital-human models pull {name}`, or let the first chat fetch it."
    return _lacks("model", f"embedded:{name}, {row.bytes / 1e6:.0f} MB to fetch", fetch)


def _file(name: str, path: str) -> Check:
    if Path(path).expanduser().is_file():
        return _works(name, path)
    return _fails(name, f"{path!r} is no file", "Check the path in DIGITAL_HUMAN_MODEL.")


async def _ollama(settings: Settings, wanted: str) -> Check:
    url = settings.ollama_url.rstrip("/")
    names = await _served(f"{url}/api/tags", "models", "name")
    if names is None:
        start = "Run `ollama serve`, or set DIGITAL_HUMAN_OLLAMA_URL."
        return (_fails if wanted else _lacks)("ollama", f"not at {url}", start)
    if wanted and not {wanted, f"{wanted}:latest"} & set(names):
        return _fails("ollama", f"has no {wanted}", f"Run `ollama pull {wanted}`.")
    qwens = _talking_qwens(names)
    if not qwens:
        return _lacks("ollama", f"at {url}, without a Qwen", "Run `ollama pull qwen3:4b`.")
    return _works("ollama", f"at {url}: {', '.join(qwens[:5])}")


async def _openai(settings: Settings, wanted: str) -> Check:
    url = settings.openai_url.rstrip("/")
    key = settings.openai_key.get_secret_value()
    names = await _served(f"{url}/models", "data", "id", key)
    if names is None:
        start = "Start it, or check DIGITAL_HUMAN_OPENAI_URL and DIGITAL_HUMAN_OPENAI_KEY."
        return _fails("openai", f"no model server at {url}", start)
    if wanted not in names:
        offer = f"Set DIGITAL_HUMAN_MODEL to openai: and one of: {', '.join(names[:5])}."
        return _fails("openai", f"{url} has no {wanted}", offer)
    return _works("openai", f"at {url}: {wanted}")


async def _nothing() -> None:
    return None


async def _served(url: str, rows: str, name: str, key: str = "") -> list[str] | None:
    """The names that a server lists there; None where no such server answers."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    limits = httpx.Timeout(_SECONDS)
    proxied = not is_loopback(url)
    try:
        async with asyncio.timeout(2 * _SECONDS):
            async with httpx.AsyncClient(timeout=limits, trust_env=proxied) as client:
                answer = await client.get(url, headers=headers)
            listed: dict[str, list[dict[str, Any]]] = answer.raise_for_status().json()
            return [str(row[name]) for row in listed[rows]]
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, KeyError, TypeError):
        return None


def _disk(settings: Settings) -> Check:
    """Room for the model, if it is still to come, and for the database and indexes."""
    wanted = settings.model.partition(":")
    rows = known_models(settings.cache_dir) if wanted[0] == "embedded" else ()
    missing = [row for row in rows if row.name == (wanted[2] or DEFAULT_MODEL) and not row.cached]
    needed = _ROOM_BYTES + sum(row.bytes for row in missing)
    place = _existing(settings.cache_dir if missing else settings.data_dir)
    free = shutil.disk_usage(place).free
    text = f"{free / 1e6:.0f} MB free at {place}, {needed / 1e6:.0f} MB needed"
    fix = "Free some, or set DIGITAL_HUMAN_CACHE_DIR or DIGITAL_HUMAN_DATA_DIR to another disk."
    return _works("disk", text) if free >= needed else _fails("disk", text, fix)


def _database(folder: Path) -> Check:
    file = folder / "digital-human.sqlite3"
    try:
        with tempfile.TemporaryFile(dir=_existing(folder)):
            pass
        if file.exists():
            with closing(sqlite3.connect(file)) as database:
                database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except OSError as error:
        fix = "Make it writable, or set DIGITAL_HUMAN_DATA_DIR."
        return _fails("database", f"{folder} cannot be used: {error.strerror}", fix)
    except sqlite3.Error as error:
        fix = "Move it away (a new one is made), or restore a copy."
        return _fails("database", f"{file}: {error}", fix)
    return _works("database", f"{folder} can be written")


def _existing(folder: Path) -> Path:
    """The path, or the nearest one above it that is there."""
    return next(place for place in (folder, *folder.absolute().parents) if place.exists())


def _brand(folder: Path) -> Check:
    try:
        brand = load_brand(folder)
    except (BrandError, OSError) as error:
        fix = "Correct it, or set DIGITAL_HUMAN_BRAND to another folder."
        return _fails("brand", f"{folder}: {error}", fix)
    return _works("brand", f"{brand.name}, {len(brand.products)} products")
