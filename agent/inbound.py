"""What the customer typed, made safe to read: length, script, invisible characters."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from knowledge.brand import Language

MAX_CHARACTERS = 1000
_TEMPLATE_TOKENS = re.compile(r"<\|[^|<>]{0,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|</?think>")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_MEANING = re.compile(r"[^\W_]")
_CODE = re.compile(r"\b(?=[A-Za-z]*\d)[A-Za-z0-9-]{5,}\b")


@dataclass(frozen=True, slots=True)
class Message:
    """A customer's message, cleaned. `trouble` names why it cannot be answered as it stands."""

    text: str
    language: Language
    trouble: Literal["empty", "too_long"] | None = None


def clean(raw: str) -> str:
    """NFKC without control, zero-width, tag and private characters, or chat-template tokens.

    Line breaks and tabs become spaces: what a customer writes can never look like a new role.
    """
    kept = (
        " " if unicodedata.category(char) in {"Zl", "Zp", "Zs"} or char in "\n\r\t\v\f" else char
        for char in raw
        if char in "\n\r\t\v\f" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    text = unicodedata.normalize("NFKC", "".join(kept))
    before = ""
    while before != text:
        before, text = text, _TEMPLATE_TOKENS.sub(" ", text)
    return re.sub(r" {2,}", " ", text).strip()


def language_of(text: str, otherwise: Language) -> Language:
    """The customer's language: Chinese if any Han is written, English from a Latin word on."""
    if _HAN.search(text):
        return "zh"
    return "en" if _LATIN_WORD.search(_CODE.sub(" ", text)) else otherwise


def read(raw: str, otherwise: Language) -> Message:
    """The message as the agent will see it; `otherwise` is the language where none can be told."""
    if len(raw) > MAX_CHARACTERS * 4:
        return Message(clean(raw[:200]), language_of(raw[:2000], otherwise), "too_long")
    text = clean(raw)
    if len(text) > MAX_CHARACTERS:
        return Message(text[:200], language_of(text, otherwise), "too_long")
    if not _MEANING.search(text):
        return Message(text, otherwise, "empty")
    return Message(text, language_of(text, otherwise))
