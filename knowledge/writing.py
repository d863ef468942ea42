"""Writing passages: one identity for the same words in the same place."""

import hashlib

from knowledge.passages import Passage, PassageKind


def passage(
    source: str, heading: tuple[str, ...], text: str, kind: PassageKind, sku: str | None = None
) -> Passage:
    """A passage whose id depends on source, headings and text alone."""
    content = "\x1f".join((source, *heading, "", text))
    identity = hashlib.sha256(content.encode()).hexdigest()[:16]
    return Passage(identity, source, heading, text, kind, sku)


def in_context(passage: Passage) -> str:
    """The passage with the headings that tell what it is about, as it is embedded."""
    return "\n".join((" ".join(passage.heading[-2:]), passage.text)).strip()
