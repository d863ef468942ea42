"""Questions and their answers out of chats: only what any other customer might be told as well."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Literal

from knowledge.chat_messages import Message, in_order, side_of
from knowledge.chat_words import (
    ASKS_PRICE,
    DATE,
    LINK,
    LONG_NUMBER,
    NAMED,
    OPENING,
    ORDER,
    PLACEHOLDER,
    POINTING,
    PRICE,
    QUESTION,
    SALUTATION,
    SMALL_TALK,
)
from knowledge.cleaning import clean, clean_line
from knowledge.personal import personal_in
from knowledge.qa_sheet import LONGEST_QUESTION

Dropped = Literal["personal", "order", "price", "link", "no question", "no answer", "unclear"]

LONGEST_ANSWER = 800
_SHORTEST = 4
_GAP = timedelta(hours=12)
_LONGEST_MESSAGE = 4000


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what a person answered, that day."""

    question: str
    answer: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Mined:
    """What may be told to others, and how much was dropped for which reason."""

    exchanges: tuple[Exchange, ...]
    dropped: Counter[Dropped]
    conversations: int


def mined(messages: Sequence[Message], own: Iterable[str] = ()) -> Mined:
    """Question turns that a person's answer follows; `own` are the shop's own contacts."""
    exchanges, dropped, talks = [], Counter[Dropped](), in_order(messages)
    contacts = tuple(own)
    for talk in talks:
        names = _names(talk)
        for asked, told in _turns(talk):
            question, answer = _question(asked), _answer(told)
            if not any(map(_worth, _lines(asked))):
                continue
            all_said = "\n".join(_lines([*asked, *told]))
            if reason := _why_private(all_said, names, contacts) or _why_not(question, answer):
                dropped[reason] += 1
                continue
            at = told[0].at
            exchanges.append(Exchange(question, answer, at.date() if at else None))
    return Mined(tuple(exchanges), dropped, len(talks))


def _names(talk: Sequence[Message]) -> frozenset[str]:
    """The customers' names, where they are names and not what the log calls any customer."""
    senders = {one.sender for one in talk if one.side == "customer"}
    return frozenset(one for one in senders if len(one) > 1 and not side_of(one))


def _turns(talk: Sequence[Message]) -> Iterator[tuple[list[Message], list[Message]]]:
    """Each turn of the customer with the turn of a person after it; the bot's do not count."""
    heard = [one for one in talk if one.side in {"customer", "staff"}]
    turns = [(side, list(said)) for side, said in groupby(heard, key=lambda one: one.side)]
    for (side, asked), (_, told) in pairwise(turns):
        if side != "customer":
            continue
        before, after = asked[-1].at, told[0].at
        if before is None or after is None or after - before <= _GAP:
            yield asked, told


def _lines(messages: Iterable[Message]) -> list[str]:
    texts = (one.text[:_LONGEST_MESSAGE] for one in messages)
    cleaned = (clean(PLACEHOLDER.sub(" ", text)) for text in texts)
    return [line for text in cleaned for raw in text.split("\n") if (line := clean_line(raw))]


def _worth(line: str) -> bool:
    """Whether a line says more than hello, please and thanks."""
    bare = re.sub(r"[\s,，。.!！?？、:：;；…]+", "", line)
    return bool(bare) and not SMALL_TALK.fullmatch(bare)


def _question(asked: Sequence[Message]) -> str:
    """The line that asks; of several lines all, which is not clear enough for others."""
    lines = [line for line in _lines(asked) if _worth(line) and QUESTION.search(line)]
    return "\n".join(OPENING.sub("", line) for line in lines)


def _answer(told: Sequence[Message]) -> str:
    lines = [SALUTATION.sub("", line) for line in _lines(told)]
    return "\n".join(OPENING.sub("", line) for line in lines if _worth(line)).strip()


def _why_private(said: str, names: Collection[str], own: Sequence[str]) -> Dropped | None:
    """Whether anything in these turns is one customer's own."""
    told = "\n".join(SALUTATION.sub("", line) for line in said.split("\n"))
    if personal_in(said, own) or NAMED.search(told) or any(name in told for name in names):
        return "personal"
    return "order" if ORDER.search(said) or LONG_NUMBER.search(DATE.sub(" ", said)) else None


def _why_not(question: str, answer: str) -> Dropped | None:
    """Why others may not be told this, or need not; None if they may."""
    both = f"{question}\n{answer}"
    if not question:
        return "no question"
    if (
        PRICE.search(question)
        or PRICE.search(answer)
        or (ASKS_PRICE.search(question) and re.search(r"\d", answer))
    ):
        return "price"
    return "link" if LINK.search(both) else _why_unclear(question, answer)


def _why_unclear(question: str, answer: str) -> Dropped | None:
    if not answer or len(answer) > LONGEST_ANSWER or answer.endswith(("?", "？")):
        return "no answer"
    several = "\n" in question or not _SHORTEST <= len(question) <= LONGEST_QUESTION
    return "unclear" if several or POINTING.search(question) else None
