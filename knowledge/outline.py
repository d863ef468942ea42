"""A document's outline: headings, paragraphs, lists and tables, read from Markdown-like text."""

import re
from dataclasses import dataclass

from knowledge.cleaning import clean_line
from knowledge.markup import plain, without_html

_HEADING = re.compile(r"(#{1,6})\s+(\S.*?)\s*#*")
_BOLD_LINE = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,60})(?<=\S)\1\s*[:：]?")
_NUMBERED_HEADING = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百\d]{1,4}[章节条部分篇])\s*\S.{0,30}"
)
_BULLET = re.compile(r"(?:[-*+]\s+|[•·●◆■▪]\s*)(?=\S)")
_NUMBER = re.compile(r"(?:\d{1,2}(?:[.)](?!\d)|、)|[（(]\d{1,2}[)）]|[①-⑳])\s*(?=\S)")
_QUESTION = re.compile(r"[*_]{0,2}(?:问题?|Q)\s*\d{0,3}\s*[:：]\s*(\S.*?)[*_]{0,2}", re.IGNORECASE)
# A question on a line of its own, numbered or not: `3、能开发票吗？`
_ASKS = re.compile(r"(?:\d{1,3}\s*[、.．)）]\s*|[（(]\d{1,3}[)）]\s*|[①-⑳]\s*)?(\S.{1,58}[?？])")
_BRACKETED = re.compile(r"【([^【】]{1,30})】\s*[:：]?")
_ANSWER = re.compile(r"[*_]{0,2}(?:答案?|回答|A)\s*\d{0,3}\s*[:：][*_]{0,2}\s*", re.IGNORECASE)
_SEPARATOR = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_RULE = re.compile(r"(?:[-*_=]\s*){3,}")
_SENTENCE_SIGNS = re.compile(r"[。！？；，：!?;,:]|\.$")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_LONGEST_HEADING = 120
_BOLD_LEVEL, _NUMBERED_LEVEL, _QUESTION_LEVEL = 7, 6, 8


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; a question that an answer follows counts as one, deeper than all others."""

    level: int
    text: str

    @property
    def asks(self) -> bool:
        """Whether what follows is an answer."""
        return self.level == _QUESTION_LEVEL or self.text.endswith(("?", "？", "吗", "呢"))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; line breaks as they were written."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `numbered` items are steps that belong together."""

    items: tuple[str, ...]
    numbered: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table's header and rows; a row may have fewer or more cells than the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Items | Table


def outline(text: str) -> tuple[Block, ...]:
    """The blocks of a cleaned document, in order."""
    reader = _Reader(without_html(text).split("\n"))
    while reader.at < len(reader.lines):
        reader.step()
    reader.end_paragraph()
    return _with_title(reader.blocks)


def _with_title(blocks: list[Block]) -> tuple[Block, ...]:
    """A short first line without a sentence's signs is the title of a document without headings.

    So is a bold one that a section follows at once, or sections with headings of another kind.
    """
    match blocks:
        case [Heading(level, text), *rest] if level == _BOLD_LEVEL and any(
            isinstance(one, Heading) and (one.level < _BOLD_LEVEL or one is rest[0]) for one in rest
        ):
            return (Heading(1, text), *rest)
        case [Paragraph(text), *rest] if rest and len(text) <= 40:
            if not _SENTENCE_SIGNS.search(text) and "\n" not in text:
                return (Heading(1, text), *rest)
    return tuple(blocks)


class _Reader:
    """Walks over the lines; what was read so far is in `blocks` and the open `paragraph`."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0
        self.fenced = False
        self.paragraph: list[str] = []
        self.blocks: list[Block] = []

    def step(self) -> None:
        """Read the block, or the line of a paragraph, that starts here."""
        line = self.lines[self.at].strip()
        if line.startswith(("```", "~~~")):
            self.fenced = not self.fenced
            self.end_paragraph()
        elif self.fenced:
            self.paragraph.append(line)
        elif not line or self._is_rule(line):
            self.end_paragraph()
        elif heading := self._heading(line):
            self.end_paragraph()
            self.blocks.append(heading)
        elif self._starts_table(line):
            self._table()
            return
        elif _marker(line):
            self._list()
            return
        else:
            self.paragraph.append(line.lstrip("> ") or line)
        self.at += 1

    def end_paragraph(self) -> None:
        """Close the open paragraph, if there is one; its first line may turn out to be a title."""
        text = plain("\n".join(self.paragraph))
        self.paragraph = []
        if text:
            self.blocks.append(Paragraph(_ANSWER.sub("", text, count=1) if self._asked() else text))

    def _asked(self) -> bool:
        last = self.blocks[-1] if self.blocks else None
        return isinstance(last, Heading) and last.asks

    def _is_rule(self, line: str) -> bool:
        if not _RULE.fullmatch(line):
            return False
        if line[0] in "=-" and len(self.paragraph) == 1 and len(self.paragraph[0]) <= 60:
            self.blocks.append(Heading(1 if line[0] == "=" else 2, plain(self.paragraph.pop())))
        return True

    def _heading(self, line: str) -> Heading | None:
        if len(line) > _LONGEST_HEADING:
            return None
        level, text = 0, ""
        if match := _HEADING.fullmatch(line):
            level, text = len(match.group(1)), plain(match.group(2))
            asked = _QUESTION.fullmatch(text)
            text = asked.group(1) if asked else text
        elif match := _QUESTION.fullmatch(line) or self._answered(line):
            level, text = _QUESTION_LEVEL, plain(match.group(1))
        elif match := _BRACKETED.fullmatch(line):
            level, text = _BOLD_LEVEL, plain(match.group(1))
        elif match := _BOLD_LINE.fullmatch(line):
            text = plain(match.group(2))
            level = _NUMBERED_LEVEL if _NUMBERED_HEADING.fullmatch(text) else _BOLD_LEVEL
        elif self._is_numbered_heading(line):
            level, text = _NUMBERED_LEVEL, plain(line)
        return Heading(level, text) if text else None

    def _answered(self, line: str) -> re.Match[str] | None:
        """A question that stands on its own or has a number, if words that ask nothing follow.

        In the midst of a text a question without a number is a part of it.
        """
        question = _ASKS.fullmatch(line)
        if not question:
            return None
        following = next((x.strip() for x in self.lines[self.at + 1 :] if x.strip()), "")
        numbered = question.group(1) != question.group()
        others = _ASKS.fullmatch(following) or _HEADING.fullmatch(following) or "|" in following
        alone = bool(following) and not others and (numbered or not self.paragraph)
        return question if alone or _ANSWER.match(following) else None

    def _is_numbered_heading(self, line: str) -> bool:
        """`一、` counts as a heading where text follows, not where the next item does."""
        if not _NUMBERED_HEADING.fullmatch(line) or _SENTENCE_SIGNS.search(line):
            return False
        following = next((x.strip() for x in self.lines[self.at + 1 :] if x.strip()), "")
        return bool(following) and not _NUMBERED_HEADING.fullmatch(following)

    def _starts_table(self, line: str) -> bool:
        if "|" not in line or self.at + 1 >= len(self.lines):
            return False
        below = self.lines[self.at + 1].strip()
        return "-" in below and "|" in below and bool(_SEPARATOR.fullmatch(below))

    def _table(self) -> None:
        self.end_paragraph()
        header = _cells(self.lines[self.at])
        self.at += 2
        rows = []
        while self.at < len(self.lines) and "|" in self.lines[self.at]:
            rows.append(_cells(self.lines[self.at]))
            self.at += 1
        self.blocks.append(Table(header, tuple(row for row in rows if any(row))))

    def _list(self) -> None:
        self.end_paragraph()
        numbered = bool(_NUMBER.match(self.lines[self.at].strip()))
        margin = _indent(self.lines[self.at])
        items: list[list[str]] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            marker = _marker(line.strip())
            if marker and _indent(line) <= margin:
                items.append([_without_bullet(line.strip())])
            elif line.strip() and items and _indent(line) > margin:
                items[-1].append(_without_bullet(line.strip()))
            elif line.strip() or not self._list_goes_on(margin):
                break
            self.at += 1
        kept = tuple(text for item in items if (text := plain("\n".join(item))))
        if kept:
            self.blocks.append(Items(kept, numbered))

    def _list_goes_on(self, margin: int) -> bool:
        following = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else ""
        return bool(_marker(following.strip())) or (
            bool(following.strip()) and _indent(following) > margin
        )


def _marker(line: str) -> str:
    match = _BULLET.match(line) or _NUMBER.match(line)
    return match.group() if match else ""


def _without_bullet(line: str) -> str:
    """A bullet says nothing and goes; a number is part of what is said."""
    return _BULLET.sub("", line, count=1)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return tuple(clean_line(plain(cell)) for cell in _CELL_BORDER.split(inner))
