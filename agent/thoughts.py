"""Keeping a model's thoughts out of what it says."""

import re

_OPEN, _CLOSE = "<think>", "</think>"
_LEADING = re.compile(r"\A\s*<think>.*?</think>\s*", re.DOTALL)


def spoken(text: str) -> str:
    """The text without its thoughts; an unclosed thought goes to the end.

    A closing mark alone means that the prompt template opened the thought, so that all before it
    was thought as well.
    """
    heard = ThoughtFilter()
    kept = heard.feed(text) + heard.rest()
    return kept.rpartition(_CLOSE)[2].strip() if _CLOSE in kept else kept.strip()


def without_leading_thought(text: str) -> str:
    """A JSON answer without the thought before it; strings inside the JSON are left alone."""
    return _LEADING.sub("", text).strip()


class ThoughtFilter:
    """Takes thoughts out of a stream of text, also where a mark is split between two pieces."""

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False

    def feed(self, piece: str) -> str:
        """What may be shown after this piece."""
        self._held += piece
        shown: list[str] = []
        while True:
            mark = _CLOSE if self._thinking else _OPEN
            before, found, after = self._held.partition(mark)
            if not found:
                break
            if not self._thinking:
                shown.append(before)
            self._held, self._thinking = after, not self._thinking
        keep = _half_mark(self._held, mark)
        if not self._thinking:
            shown.append(self._held[: len(self._held) - keep])
        self._held = self._held[len(self._held) - keep :]
        return "".join(shown)

    def rest(self) -> str:
        """What was held back in case a mark was coming."""
        kept = "" if self._thinking else self._held
        self._held = ""
        return kept


def _half_mark(text: str, mark: str) -> int:
    """How many characters at the end of the text could be the beginning of the mark."""
    longest = min(len(text), len(mark) - 1)
    return next((size for size in range(longest, 0, -1) if mark.startswith(text[-size:])), 0)
