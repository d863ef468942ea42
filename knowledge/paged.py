"""Which page of a document each of its passages begins on."""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.markup import plain
from knowledge.paging import PAGE
from knowledge.passages import Passage

_KNOWN_BY = 24  # characters by which a passage is found again


def paged(passages: Sequence[Passage], text: str) -> tuple[Passage, ...]:
    """The passages, in their order, with their pages; as they were where none are marked."""
    marks = list(PAGE.finditer(text))
    if not marks:
        return tuple(passages)
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    pages = [
        (int(mark[1]), _bare(text[mark.end() : end])) for mark, end in zip(marks, ends, strict=True)
    ]
    made, at = [], 0
    for passage in passages:
        # A table's row is written with its headers, so its own cells are looked for.
        said = [_bare(passage.text), *map(_bare, passage.text.split("; "))]
        keys = [key for part in said if (key := part.rpartition(":")[2][:_KNOWN_BY])]
        at = next((n for n in range(at, len(pages)) if any(k in pages[n][1] for k in keys)), at)
        made.append(replace(passage, page=pages[at][0]))
    return tuple(made)


def _bare(text: str) -> str:
    return re.sub(r"[\s|*#]+", "", plain(text))
