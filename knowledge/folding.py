"""One spelling for comparing: names, aliases, stock-keeping units and order numbers."""

import unicodedata
from dataclasses import dataclass
from functools import cache

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
        plain = _character(raw)
        characters.append(plain)
        places += [place] * len(plain)
    return Folded("".join(characters), tuple(places))


def fold(text: str) -> str:
    """The text as it is compared: `ＨＹ-jh 30` and `hy-JH30` read the same."""
    return text.translate(_table())


class _Table(dict[int, str]):
    """Each character as it is compared, noted when it first comes."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _character(chr(code))
        return plain


@cache
def _table() -> _Table:
    return _Table()


def _character(raw: str) -> str:
    plain = raw if raw.isascii() else unicodedata.normalize("NFKC", raw)
    return "".join(c for c in plain.casefold() if unicodedata.category(c) not in _SILENT)


def order_number(text: str) -> str:
    """An order number as it is stored and compared: plain capitals without white space."""
    return fold(text).upper()
