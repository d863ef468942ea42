"""The same question of many chats as one record: the most frequent answer, how often and when."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import rjieba

from knowledge.chat_pairs import Exchange
from knowledge.folding import fold
from knowledge.review import Record
from knowledge.simplified import simplified

_SIGNS = re.compile(r"[\W_]+")
# What two askers of the same thing put differently.
_SAME = (
    (re.compile(r"能不能|可不可以|可以不可以|是不是|是否|可否|能否|可以|能够|能"), ""),
    (re.compile(r"有没有"), "有"),
    (re.compile(r"怎么样|怎样|如何|咋"), "怎么"),
    (re.compile(r"多长时间|多少天|几天|多少日"), "多久"),
    (re.compile(r"什么时候|啥时候|何时"), "什么时候"),
    (re.compile(r"请问|麻烦问|想问|问一下|一下|你们家|你们|咱们|贵店|您们|我想|想要|亲"), ""),
)
_SILENT = frozenset("的了吗呢啊呀嘛吧么哦哈就都还也会要是在我你您它个们")
_SMALL_WORDS = re.compile(
    r"an?|the|do|does|did|is|are|can|could|i|you|we|it|my|your|to|of|for|please|hi|hello"
)


def records_of(exchanges: Iterable[Exchange], source: str) -> tuple[Record, ...]:
    """A record for each question that was asked, the most frequent first."""
    groups: dict[tuple[str, ...], list[Exchange]] = {}
    for one in exchanges:
        groups.setdefault(question_key(one.question), []).append(one)
    ranked = sorted(groups.values(), key=lambda group: -len(group))
    return tuple(_record(group, source) for group in ranked)


def question_key(question: str) -> tuple[str, ...]:
    """Questions that differ only in how politely they are put have the same.

    Words decide, not letters: another product, number or `not` makes another question.
    """
    text = simplified(question).lower()
    for pattern, word in _SAME:
        text = pattern.sub(word, text)
    words = (word for run in _SIGNS.split(text) if run for word in rjieba.cut(run))
    kept = [w for w in words if w not in _SILENT and not _SMALL_WORDS.fullmatch(w)]
    return tuple(sorted(kept)) or (fold(question),)


def _record(group: Sequence[Exchange], source: str) -> Record:
    answers = Counter(_bare(one.answer) for one in group)
    best, count = answers.most_common(1)[0]
    # Of the spellings of that answer, the newest.
    told = max(
        (one for one in group if _bare(one.answer) == best), key=lambda one: str(one.day or "")
    )
    question = Counter(one.question for one in group).most_common(1)[0][0]
    quote = f"{question}\n{told.answer}"
    return Record(
        kind="question_answer",
        fields={"question": question, "answer": told.answer},
        source=source,
        start=0,
        end=len(quote),
        quote=quote,
        by=_told_of(group, count),
    )


def _told_of(group: Sequence[Exchange], count: int) -> str:
    days = sorted(one.day.isoformat() for one in group if one.day)
    when = f", {days[0]} to {days[-1]}" if days else ""
    others = len(group) - count
    other = f"; {others} times answered otherwise" if others else ""
    return f"log: asked {len(group)} times{when}{other}"


def _bare(answer: str) -> str:
    return _SIGNS.sub("", fold(simplified(answer)))
