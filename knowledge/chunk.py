"""From a cleaned document to passages: small, whole, and understandable alone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from knowledge.cutting import cut, even
from knowledge.outline import Block, Heading, Items, Paragraph, Table, outline
from knowledge.passages import Passage, PassageKind
from knowledge.products import ProductNames
from knowledge.sentences import sentences_of
from knowledge.tables import row_passages
from knowledge.writing import passage

# In characters. Of Latin letters it takes twice as many to say as much.
SMALL = 160  # what is not longer stays whole
STEPS = 220  # a numbered list up to this length stays whole
LONGEST = 320  # no row of a table is longer, whatever it holds
_LATIN = 2
_HAN = re.compile(r"[一-鿿]")
_LONGEST_LEAD = 60

Prose = Paragraph | Items


@dataclass(frozen=True, slots=True)
class _Section:
    """What stands under one path of headings, up to the next heading."""

    path: tuple[Heading, ...]
    blocks: tuple[Prose | Table, ...]

    @property
    def heading(self) -> tuple[str, ...]:
        return tuple(heading.text for heading in self.path)


def passages_of(source: str, text: str, names: ProductNames) -> tuple[Passage, ...]:
    """The passages of one document, in order, none of them twice; no word of it is lost."""
    blocks = outline(text)
    title, rest = _title(source, blocks)
    made: dict[str, Passage] = {}
    for section in _sections(title, rest):
        for piece in _section_passages(source, section, names):
            made.setdefault(piece.id, piece)
    return tuple(made.values())


def _title(source: str, blocks: tuple[Block, ...]) -> tuple[Heading, tuple[Block, ...]]:
    """The heading above all others if the document opens with it, otherwise the file's name."""
    headings = [block for block in blocks if isinstance(block, Heading)]
    if headings and blocks[0] is headings[0] and len(blocks) > 1:
        first = headings[0]
        if all(other.level > first.level for other in headings[1:]):
            return Heading(0, first.text), blocks[1:]
    return Heading(0, PurePosixPath(source).stem), blocks


def _sections(title: Heading, blocks: tuple[Block, ...]) -> Iterator[_Section]:
    path: tuple[Heading, ...] = (title,)
    held: list[Prose | Table] = []
    for block in blocks:
        if not isinstance(block, Heading):
            held.append(block)
            continue
        # A heading that another of its rank follows at once stands for itself.
        if held or (len(path) > 1 and block.level <= path[-1].level):
            yield _Section(path, tuple(held))
        held = []
        path = (*(above for above in path if above.level < block.level), block)
    if held or len(path) > 1:
        yield _Section(path, tuple(held))


def _section_passages(source: str, section: _Section, names: ProductNames) -> Iterator[Passage]:
    heading = section.heading
    about = names.about(reversed(heading))
    kind: PassageKind = "question_answer" if section.path[-1].asks else "text"
    empty = True
    for text in _texts(section.blocks):
        empty = False
        yield passage(source, heading, text, kind, about)
    for block in section.blocks:
        if isinstance(block, Table):
            for row in row_passages(source, heading, block, names, LONGEST):
                empty = False
                yield row
    if empty:
        # A heading with nothing beneath it is itself what the document says.
        yield passage(source, heading[:-1], heading[-1], "text", names.about(heading[-1:]))


def _texts(blocks: tuple[Prose | Table, ...]) -> Iterator[str]:
    prose = [block for block in blocks if not isinstance(block, Table)]
    whole = "\n".join(_text(block) for block in prose)
    limit = STEPS if any(isinstance(b, Items) and b.numbered for b in prose) else SMALL
    if len(whole) <= limit * _wide(whole):
        yield from filter(None, (whole,))
        return
    lead = ""
    for block, following in zip(prose, [*prose[1:], None], strict=True):
        if isinstance(block, Items):
            yield from _list_texts(block, lead)
            lead = ""
            continue
        text = f"{lead}\n{_text(block)}" if lead else _text(block)
        before, lead = _lead_in(text) if following else (text, "")
        if before:
            small = SMALL * _wide(before)
            yield from cut(before, even(len(before), small), small)


def _lead_in(text: str) -> tuple[str, str]:
    """A paragraph, and what of it leads in what follows: "Please order by:"."""
    sentences = sentences_of(text.strip())
    last = sentences[-1].strip() if sentences else ""
    if not last.endswith((":", "：")) or len(last) > _LONGEST_LEAD:
        return text, ""
    return "".join(sentences[:-1]).strip(), last


def _text(block: Prose) -> str:
    return block.text if isinstance(block, Paragraph) else "\n".join(block.items)


def _list_texts(block: Items, lead: str) -> Iterator[str]:
    """The list whole if it is short, otherwise a few items together, each time with the lead-in."""
    wide = _wide(_text(block))
    limit = wide * (STEPS if block.numbered else SMALL)
    opening = f"{lead}\n" if lead else ""
    whole = opening + _text(block)
    if len(whole) <= limit:
        yield whole
        return
    small = SMALL * wide
    for piece in _together(block.items, even(len(whole), small), small):
        yield opening + piece


def _wide(text: str) -> int:
    return 1 if _HAN.search(text) else _LATIN


def _together(items: Iterable[str], limit: int, small: int) -> Iterator[str]:
    held = ""
    for item in items:
        for number, piece in enumerate(cut(item, small)):
            if held and (number or len(held) + 1 + len(piece) > limit):
                yield held
                held = piece
            else:
                held = f"{held}\n{piece}" if held else piece
    if held:
        yield held
