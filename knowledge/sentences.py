"""A passage as a person would say it, and its sentences."""

import re

_ANSWER = re.compile(r"^\s*(?:问|Q|q)\s*[:\uff1a].*?(?:答|A|a)\s*[:\uff1a]\s*", re.S)
_MARKUP = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)、])\s+|\*\*|`|^#+\s*", re.M)
# 3、4号线 is a line of a list only among others.
_POINT = re.compile(r"^\s*\d{1,2}[、．](?!\d)", re.M)
_POINTS = re.compile(r"^\s*\d{1,2}[、．]", re.M)
_LINE_END = re.compile(r"\s*\n\s*")
_END = re.compile(r"(?<=[。！？!?；;])|(?<=\.\s)(?=\S)|(?<=\n)")


def plain(text: str, kind: str) -> str:
    """The passage without markup, in one line; of a pair of question and answer only the answer."""
    bare = _ANSWER.sub("", text) if kind == "question_answer" else text
    numbers = _POINTS if len(_POINT.findall(bare)) > 1 else _POINT
    return _LINE_END.sub(" ", numbers.sub("", _MARKUP.sub("", bare))).strip()


def sentences_of(said: str) -> tuple[str, ...]:
    """The sentences of such a text; put together they are the text again."""
    return tuple(part for part in _END.split(said) if part)
