"""One spelling for comparing: names, aliases, stock-keeping units and order numbers."""

import unicodedata
from dataclasses import dataclass

# White space, control characters and invisible format characters carry no name.
_SILENT = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Folded:
    """A text folded, and for each folded character its place in the text it came from."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the folded characters from `start` to `end` stand in the original text."""
        return self.places[start], self.places[end - 1] + 1


def folded(text: str) -> Folded:
    """Compatibility characters made plain, lower case, without white space; places kept."""
    characters: list[str] = []
    places: list[int] = []
    for place, raw in enumerate(text):
        plain = raw if raw.isascii() else unicodedata.normalize("NFKC", raw)
        for character in plain.casefold():
            if unicodedata.category(character) not in _SILENT:
                characters.append(character)
                places.append(place)
    return Folded("".join(characters), tuple(places))


def fold(text: str) -> str:
    """The text as it is compared: `ＨＹ-jh 30` and `hy-JH30` read the same."""
    return folded(text).text


def order_number(text: str) -> str:
    """An order number as it is stored and compared: plain capitals without white space."""
    return fold(text).upper()
