"""A passage as a person would say it, and its sentences."""

import re

_ANSWER = re.compile(r"^\s*(?:问|Q|q)\s*[:\uff1a].*?(?:答|A|a)\s*[:\uff1a]\s*", re.S)
_MARKUP = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)、])\s+|\*\*|`|^#+\s*", re.M)
# 3、4号线 is a line of a list only among others.
_POINT = re.compile(r"^\s*\d{1,2}[、．](?!\d)", re.M)
_POINTS = re.compile(r"^\s*\d{1,2}[、．]", re.M)
_LINE_END = re.compile(r"\s*\n\s*")
_END = re.compile(r"(?<=[。！？!?；;])|(?<=\.\s)(?=\S)|(?<=\n)")

# What a sentence begins with that tells what holds else, later, beyond, or by exception.
_GOES_ON = re.compile(
    r"\s*(?:否则|不然|反之|逾期|超期|过期|过后|此后|之后|超过|超出|超时|超额|除此之?外|但|不过|然而|例外|除非"
    r"|[如若](?:未|不|果?超|果?没)|未[达满到]|不[满足到]|低于|其[余他](?:情况|情形|时)"
    r"|(?:later|earlier|more|less|longer|sooner) than (?:that|this)\b|(?:after|beyond|outside|above"
    r"|below|over|under|past|before) (?:that|this|these|those)\b|otherwise\b|if not\b|else\b|but\b"
    r"|however\b|except\b|unless\b|not (?:for|on|in|to|with)\b|only (?:if|for|on|with)\b"
    r"|exceptions?\b|anything (?:over|above|more|later|less|under|else)\b)",
    re.IGNORECASE,
)


def goes_on(text: str) -> bool:
    """Whether a text goes on from the sentence before it, so that each is half of a rule."""
    return bool(_GOES_ON.match(text))


def plain(text: str, kind: str) -> str:
    """The passage without markup, in one line; of a pair of question and answer only the answer."""
    bare = _ANSWER.sub("", text) if kind == "question_answer" else text
    numbers = _POINTS if len(_POINT.findall(bare)) > 1 else _POINT
    return _LINE_END.sub(" ", numbers.sub("", _MARKUP.sub("", bare))).strip()


def sentences_of(said: str) -> tuple[str, ...]:
    """The sentences of such a text; put together they are the text again.

    A question is one with its answer: alone it says nothing.
    """
    told: list[str] = []
    for part in filter(None, _END.split(said)):
        if told and told[-1].rstrip().endswith(("?", "？")):
            told[-1] += part
        else:
            told.append(part)
    return tuple(told)
