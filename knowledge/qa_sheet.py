"""Sheets of questions and answers as a document that is cut into a passage for each."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from knowledge.brand import Language
from knowledge.chunk import passages_of
from knowledge.cleaning import clean, clean_line
from knowledge.columns import QA, assigned
from knowledge.errors import KnowledgeError
from knowledge.folding import fold
from knowledge.outline import Heading, outline
from knowledge.products import ProductNames
from knowledge.sheet_rows import Sheet, SheetRow

FOLDER = "knowledge/qa"
LONGEST_QUESTION = 110
_MARKS: Mapping[Language, tuple[str, str]] = {"zh": ("问：", "答："), "en": ("Q: ", "A: ")}
_UNTIL: Mapping[Language, str] = {"zh": "有效期至 {}。", "en": "Valid until {}."}
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T].*)?")
_QUESTION_MARK = re.compile(r"^(?:问题?|Q)\s*\d{0,3}\s*[:：]\s*|^\d{1,3}[.、]\s*", re.IGNORECASE)
_ANSWER_MARK = re.compile(r"^(?:答案?|回答|A)\s*[:：]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, its answer, what it is about, and the last day it holds."""

    number: int
    question: str
    answer: str
    category: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class QaSheet:
    """The pairs that can be used, why others cannot, and which column was taken for what."""

    pairs: tuple[Pair, ...]
    refused: tuple[str, ...]
    columns: Mapping[str, str]
    doubled: int


def pairs_of(sheet: Sheet, given: Mapping[str, str], today: date) -> QaSheet:
    """Read a sheet as it is on this day: what has run out is not taken.

    Raises:
        KnowledgeError: there is no column of questions or of answers, or nothing can be used.
    """
    columns = assigned(sheet.columns, QA, given)
    for name in ("question", "answer"):
        if name not in columns:
            raise KnowledgeError(
                f"No column is the {name}; name it, as in --map {name}=COLUMN. There are: "
                f"{', '.join(sheet.columns[:20])}."
            )
    pairs: dict[str, Pair] = {}
    refused, doubled = [], 0
    for row in sheet.rows:
        pair = _pair(row, columns)
        before = pairs.get(fold(pair.question))
        if trouble := _trouble(pair, row, columns, today):
            refused.append(f"row {row.number}: {trouble}")
        elif before and fold(before.answer) != fold(pair.answer):
            refused.append(
                f"row {row.number}: row {before.number} answers the same question differently; "
                "leave one of them"
            )
        elif before:
            doubled += 1
        else:
            pairs[fold(pair.question)] = pair
    if not pairs:
        raise KnowledgeError(f"No row can be used ({refused[0]}).")
    return QaSheet(tuple(pairs.values()), tuple(refused), columns, doubled)


def document(pairs: tuple[Pair, ...], title: str, language: Language) -> str:
    """The pairs as Markdown: categories are headings, each question stands above its answer."""
    parts = [f"# {title}"]
    for category in dict.fromkeys(pair.category for pair in pairs):
        if category:
            parts.append(f"## {category}")
        parts += [_written(pair, language) for pair in pairs if pair.category == category]
    return "\n\n".join(parts) + "\n"


def file_of(name: str, origin: str, taken: Mapping[str, str]) -> str:
    """Where the sheet of this name is kept in the brand folder.

    `taken` are the origins by file: two sheets of one name do not take each other's place.
    """
    stem = re.sub(r"[^\w.-]+", "-", PurePosixPath(name).stem).strip("-.") or "qa"
    plain = f"{FOLDER}/{stem}.md"
    if taken.get(plain, origin) == origin:
        return plain
    return f"{FOLDER}/{stem}-{hashlib.sha256(origin.encode()).hexdigest()[:6]}.md"


def _pair(row: SheetRow, columns: Mapping[str, str]) -> Pair:
    said = {name: row.cells.get(column, "") for name, column in columns.items()}
    question = _QUESTION_MARK.sub("", clean_line(said["question"]).lstrip("# "))
    answer = _ANSWER_MARK.sub("", clean(said["answer"]).strip())
    category = clean_line(said.get("category", "")).strip("# ")[:60]
    return Pair(row.number, question, answer, category, _day(said.get("valid_until", "")))


def _day(text: str) -> date | None:
    if match := _DAY.fullmatch(text.strip()):
        try:
            return date(*(int(part) for part in match.groups()))
        except ValueError:
            return None
    return None


def _trouble(pair: Pair, row: SheetRow, columns: Mapping[str, str], today: date) -> str:
    """Why a pair will not do; empty if it will."""
    if not pair.question or not pair.answer:
        return f"it has no {'answer' if pair.question else 'question'}"
    if len(pair.question) > LONGEST_QUESTION:
        return f"the question has more than {LONGEST_QUESTION} characters"
    until = row.cells.get(columns.get("valid_until", ""), "").strip()
    if until and pair.until is None and fold(until) not in {"长期", "永久", "长期有效", "-", "无"}:
        return f"expected a day such as 2026-12-31 until which it holds, found {until!r}"
    if pair.until and pair.until < today:
        return f"it held until {pair.until} and is left out"
    has_words = passages_of("x.md", _written(pair, "zh"), ProductNames(()))
    return "" if has_words else "there are no words in it"


def _written(pair: Pair, language: Language) -> str:
    ask, reply = _MARKS[language]
    answer = pair.answer
    if pair.until:
        answer = f"{answer.rstrip()}\n{_UNTIL[language].format(_shown(pair.until, language))}"
    text = f"{ask}{pair.question}\n\n{reply}{answer}"
    if sum(isinstance(block, Heading) for block in outline(text)) == 1:
        return text
    # A line that would be read as a heading, or as the next question, is no line of its own.
    return f"{ask}{pair.question}\n\n{reply}{' '.join(answer.split())}"


def _shown(day: date, language: Language) -> str:
    if language == "zh":
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    return f"{day:%B} {day.day}, {day.year}"
