"""Many names looked for in a text: only those whose first two letters stand in it."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise


class KnownNames:
    """A shop of ten thousand products has thirty thousand names; a text has some of their pairs."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_start: dict[str, set[str]] = defaultdict(set)
        for name in names:
            self._by_start[name[:2]].add(name)

    def __bool__(self) -> bool:
        return bool(self._by_start)

    def found_in(self, text: str) -> list[str]:
        """The names that occur, in alphabetical order; both are to be folded alike.

        Names of a single letter are found where a text has nothing else.
        """
        pairs = {one + two for one, two in pairwise(text)} or {text}
        starts = pairs & self._by_start.keys()
        return sorted(name for start in starts for name in self._by_start[start] if name in text)
