"""The pages of a document: what every page repeats goes, and where each begins stays known."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

PAGE = re.compile(r"<!-- page (\d+) -->")
_EDGE = 3  # lines at the top and at the bottom of a page that may be its header or footer
_FEWEST, _SHARE = 3, 0.6
_NUMBERED = re.compile(
    r"[-–—·.\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*(?:[/／]|of|共)\s*(?:共\s*)?\d{1,4}(?:\s*页)?)?[-–—·.\s]*"
    r"|page\s+\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?",
    re.IGNORECASE,
)


def without_repeats(pages: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """The pages without headers, footers and page numbers; how many lines that were.

    A line is one if it stands at the edge of most pages, whatever number is in it.
    """
    edges = [_edges(page.split("\n")) for page in pages]
    counts = Counter(key for page, at in zip(pages, edges, strict=True) for key in _keys(page, at))
    most = max(_FEWEST, _SHARE * len(pages))
    repeated = {key for key, count in counts.items() if count >= most}
    made, dropped = [], 0
    for page, at in zip(pages, edges, strict=True):
        kept = []
        for number, line in enumerate(page.split("\n")):
            is_number = len(pages) > 1 and bool(_NUMBERED.fullmatch(line.strip()))
            if line.strip() and number in at and (_key(line) in repeated or is_number):
                dropped += 1
            else:
                kept.append(line)
        made.append("\n".join(kept))
    return tuple(made), dropped


def marked(pages: Mapping[int, str], dropped: int) -> str:
    """One text, each page behind a comment with its number; a comment says what was left out."""
    parts = [f"<!-- page {number} -->\n\n{page.strip()}" for number, page in pages.items()]
    if dropped:
        parts.append(f"<!-- left out: {dropped} repeated lines -->")
    return "\n\n".join(parts)


def _edges(lines: Sequence[str]) -> frozenset[int]:
    said = [number for number, line in enumerate(lines) if line.strip()]
    return frozenset((*said[:_EDGE], *said[-_EDGE:]))


def _keys(page: str, at: frozenset[int]) -> set[str]:
    lines = page.split("\n")
    return {_key(lines[number]) for number in at}


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))
