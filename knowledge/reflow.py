"""PDF text with its wrapped lines joined again, without what every page repeats."""

import re

from knowledge.paging import marked, without_repeats

_ENDS_SENTENCE = re.compile(r"[。！？；：.!?;:]$")
_STARTS_ANEW = re.compile(r"[-*•·●#|]|\d{1,2}[.)、]|[一二三四五六七八九十]{1,3}、|[（(]\d")
_HAN_BORDER = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def reflowed(text: str) -> str:
    """The text with a line joined to the one before where that filled its width unfinished.

    Pages, which a form feed ends, are marked where there are several.
    """
    numbered = [(n, page) for n, page in enumerate(text.split("\f"), 1) if page.strip()]
    pages = [page for _, page in numbered]
    full = 0.85 * max((_width(line) for line in text.split("\n") if "|" not in line), default=0)
    if "\f" not in text.strip("\f"):
        return _joined(text, full)
    kept, dropped = without_repeats(pages)
    whole = zip((n for n, _ in numbered), (_joined(page, full) for page in kept), strict=True)
    return marked(dict(whole), dropped)


def _joined(text: str, full: float) -> str:
    lines = text.split("\n")
    joined: list[str] = []
    for line in lines:
        previous = joined[-1] if joined else ""
        if _width(previous) >= max(full, 30) and line.strip() and _continues(previous, line):
            border = previous[-1] + line.strip()[0]
            gap = "" if _HAN_BORDER.search(border) else " "
            joined[-1] = f"{previous}{gap}{line.strip()}"
        else:
            joined.append(line.rstrip())
    return "\n".join(joined)


def _continues(previous: str, line: str) -> bool:
    apart = "|" in previous or "|" in line or previous.startswith(("#", "**"))
    if apart or _ENDS_SENTENCE.search(previous):
        return False
    return not _STARTS_ANEW.match(line.strip())


def _width(line: str) -> int:
    """Columns: a Han character is two wide."""
    return len(line) + sum(char > "\u2e7f" for char in line)
