"""Wishes to see what something looks like."""

import re

from agent.clauses import asks, clauses
from agent.cues import waits

_SEES_PICTURE = re.compile(
    r"图|相片|[发有看给来传要晒张].{0,8}照片?|照片?.{0,3}[发有看给来传呢吗要]|照片?[?？。~～!！]*$"
    r"|瞅|看|样|外观|实物|长相|(?<!原)包装(?![^,，。?？]{0,4}[破坏丢扔没怎咋])|晒|展示|pictures?|photos?|images?|\bpics?\b|look|\bsee\b|\bshow\b",
    re.IGNORECASE,
)
_LOOKS = re.compile(
    r"长[啥什]么?样|什么样子|啥样|有图|有.{0,4}[图照]片?[吗么呢不没]|\blooks? like\b"
    r"|\b(?:want|like|love|need) to see (?:the|a|an|your|some|those|that|how|what)\b"
    r"|\b(?:pictures?|photos?|pics?) of\b",
    re.IGNORECASE,
)
# What it costs to have a sample to look at is no wish to see one.
_PRICED = re.compile(r"多少(?!张)|几块|收费|\b(?:how much|cost|charge)", re.IGNORECASE)


def asks_for_looks(text: str) -> bool:
    """Whether a message plainly asks what something looks like."""
    return bool(_LOOKS.search(text))


def wants_to_see_first(text: str) -> bool:
    """Whether a message wishes to see something before it is bought."""
    return waits(text) and bool(_SEES_PICTURE.search(text))


def asks_to_see(text: str) -> bool:
    """Whether a message can be a wish to see something: "身份证照片能重拍吗" is none."""
    shown = (clause for clause in clauses(text) if _SEES_PICTURE.search(clause))
    return not asks(text) or any(not _PRICED.search(clause) for clause in shown)
