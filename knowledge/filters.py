"""Which passages a search may find at all."""

import re
from dataclasses import dataclass

from knowledge.brand import Language
from knowledge.passages import Passage, PassageKind

_HAN = re.compile(r"[㐀-䶿一-鿿]")


@dataclass(frozen=True, slots=True)
class Only:
    """Passages of these kinds, in this language and of none of these sources; empty: of all."""

    kinds: frozenset[PassageKind] = frozenset()
    language: Language | None = None
    without: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.kinds or self.language or self.without)

    def allows(self, passage: Passage) -> bool:
        """Whether the passage may be found."""
        return (
            (not self.kinds or passage.kind in self.kinds)
            and (self.language is None or language_of(passage.text) == self.language)
            and passage.source not in self.without
        )

    def sql(self) -> str:
        """The same as a condition for the database."""
        parts = []
        if self.kinds:
            parts.append(f"kind IN ({quoted(self.kinds)})")
        if self.language:
            parts.append(f"language = '{self.language}'")
        if self.without:
            parts.append(f"source NOT IN ({quoted(self.without)})")
        return " AND ".join(parts)


EVERYTHING = Only()


def language_of(text: str) -> Language:
    """Chinese if it has Han characters."""
    return "zh" if _HAN.search(text) else "en"


def quoted(names: frozenset[str] | tuple[str, ...]) -> str:
    """The names as a list in SQL."""
    return ", ".join("'" + name.replace("'", "''") + "'" for name in sorted(names))
