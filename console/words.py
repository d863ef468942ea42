"""The console's words, in both languages: console/texts/AREA.toml, one table a text."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from fastapi import Request

from knowledge.brand import Language

TEXTS = Path(__file__).parent / "texts"
LANGUAGE_COOKIE = "digital_human_console_language"
Words = Mapping[str, Mapping[Language, str]]


def load_words(folder: Path = TEXTS) -> Words:
    """Every text by `area.name`.

    Raises:
        ValueError: a text lacks one of the languages.
    """
    words: dict[str, Mapping[Language, str]] = {}
    for file in sorted(folder.glob("*.toml")):
        for name, text in tomllib.loads(file.read_text("utf-8")).items():
            if set(text) != {"zh", "en"}:
                raise ValueError(f"{file.name}: {name}: expected zh and en")
            words[f"{file.stem}.{name}"] = text
    return words


def preferred(request: Request, account: Language | None = None) -> Language:
    """The language chosen in this browser, else the account's, else the browser's own."""
    match request.cookies.get(LANGUAGE_COOKIE), account:
        case ("zh" | "en") as chosen, _:
            return "zh" if chosen == "zh" else "en"
        case _, ("zh" | "en") as own:
            return own
        case _:
            wished = request.headers.get("accept-language", "zh").lower()
            return "zh" if wished.startswith("zh") or not wished.startswith("en") else "en"
