"""Short follow-ups made into whole questions: "眼霜呢" after a question about the toner."""

import re

from agent.memory import Memory
from agent.terms import nouns
from tools.catalog import CatalogIndex

_ELLIPSIS = re.compile(
    r"^(?:那么?|还有|然后)?(?P<zh>[^,，。?？!！]{1,14}?)(?:呢|咧|怎么样)[?？。~～]*$"
    r"|^(?:and|what about|how about|and for|and what about)\s+(?P<en>[^?.!]{1,40})[?.!]*$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|that|they|them|those|these|there|one|she|her|he|him)\b"
    r"|[它他她]|[这那](?:个|种|款|样|儿|里|边)",
    re.I,
)
_LONGEST_LEANING = 40
_ARTICLES = re.compile(r"\b(?:the|a|an|one|ones)\b|[的款那个]", re.I)
_PLACED = re.compile(r"(at|in|to|from|on|for)\s+\S", re.IGNORECASE)
_POINTING = re.compile(r"^[这那它其该]|^(?:it|that|this|they|these|those)\b", re.I)


def whole_question(text: str, memory: Memory, catalog: CatalogIndex) -> str:
    """The question that a message stands for; the message itself where it stands alone.

    What is new in it takes the place of the product or place that an earlier question was about.
    """
    match = _ELLIPSIS.match(text.strip())
    topic = (match["zh"] or match["en"] or "").strip(" 的") if match else ""
    if not topic or _POINTING.match(topic):
        return text
    before = memory.thread[::-1] or (memory.question,)
    whole = (_with_topic(topic, question, catalog) for question in before)
    return next(filter(None, whole), text)


def _with_topic(topic: str, before: str, catalog: CatalogIndex) -> str:
    """An earlier question about this instead; empty where it has nothing that this replaces."""
    named = catalog.mentions(before)
    if named:
        first, new = named[0], catalog.mentions(topic)
        other = None if new else catalog.sibling(first.sku, _ARTICLES.sub("", topic))
        if new or other:
            name = other.name if other else topic
            return f"{before[: first.start]}{name}{before[first.end :]}"
    return _with_place(topic, before)


def _with_place(topic: str, before: str) -> str:
    """The question with another place in it: "at Leeds" in "can I park at Cardiff"."""
    preposition = _PLACED.match(topic)
    if not preposition:
        return ""
    places = list(re.finditer(rf"\b{preposition[1]}\s+(?:the\s+)?\w+", before, re.IGNORECASE))
    return f"{before[: places[-1].start()]}{topic}{before[places[-1].end() :]}" if places else ""


def with_subject(text: str, memory: Memory, catalog: CatalogIndex) -> str:
    """A short question with a pronoun for its subject, behind the question that named it."""
    named = catalog.mentions(text) or any(not noun.isascii() for noun in nouns(text))
    return text if named else leaning_on(memory.question, text)


def points_back(text: str) -> bool:
    """Whether a text has a pronoun that something said before may stand for."""
    return bool(_PRONOUN.search(text))


def leaning_on(before: str, text: str) -> str:
    """A short question whose subject is a pronoun, behind the one before it; else as it is."""
    leans = len(text) <= _LONGEST_LEANING and _PRONOUN.search(text) and before not in text
    return f"{before} {text}" if leans and before else text
