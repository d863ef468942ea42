"""Saying a question anew, as it would stand in a list of frequent questions.

People ask in a hurry, in dialect and in anger; documents are written in plain words. A question in
the words of documents is found better, and the model tells better whether it is answered.
"""

import re
import unicodedata

from agent.model import Message, Request
from agent.prompts import Prompts
from knowledge.brand import Language

_ASKED: dict[Language, tuple[str, str]] = {
    "zh": ("顾客：", "问题："),
    "en": ("Customer: ", "Question: "),
}
_HAN = re.compile(r"[一-鿿]")
_FIGURE = re.compile(r"\d+")
# A question that grew much longer says more than the customer did.
_LONGEST, _GROWTH = 40, 2
_MAX_TOKENS = 80


def restate_request(prompts: Prompts, question: str) -> Request:
    """Ask the model for the question in plain words."""
    return Request(
        messages=(
            Message("system", prompts.restate),
            Message("user", f"{_ASKED[prompts.language][0]}{question}"),
        ),
        max_tokens=_MAX_TOKENS,
    )


def restated(text: str, question: str, language: Language) -> str:
    """The question in the model's words; empty where they are no other wording of it.

    That is if no letter changed, if it is in another language or much longer, or if it has not just
    the figures that the customer said.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    asked = lines[0] if lines else ""
    for label in _ASKED[language]:  # which the model repeats now and then
        asked = asked.removeprefix(label.strip()).strip()
    other_language = bool(_HAN.search(asked)) != bool(_HAN.search(question))
    too_long = len(asked) > _GROWTH * len(question) + _LONGEST
    other_figures = set(_FIGURE.findall(asked)) != set(_FIGURE.findall(question))
    if not asked or _bare(asked) == _bare(question) or other_language or too_long or other_figures:
        return ""
    return asked


def _bare(text: str) -> str:
    """Letters and digits alone: what else differs is no other wording."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())
