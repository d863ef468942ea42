"""How many tokens a prompt may have, told from its text alone.

A server with a fixed window cuts a longer prompt silently, and from the front, where the rules
stand; so the size is judged before anything is sent. docs/models.md has the texts that both
figures were compared with.
"""

import json
import re

from agent.model import Request

_MESSAGE_TOKENS = 6
_REPLY_TOKENS = 8
_LONGEST_WORD = 12
_BYTES_PER_TOKEN_AT_MOST = 8
_PIECE = re.compile(r" ?[A-Za-z]+|\s+|[^\sA-Za-z]")
_REPEATED = re.compile(r"(.)\1{3,}", re.DOTALL)


def most_tokens(request: Request) -> int:
    """The prompt has at most so many tokens, in any text that somebody means to say.

    Counted are one token for three letters of a word, for a digit or sign, and for a Chinese
    character; two for three letters of what is no word (codes, keys); two or three for characters
    of other scripts and emoji; one for four of white space, none for the blank before a word.
    """
    return _REPLY_TOKENS + sum(_MESSAGE_TOKENS + _most(text) for text in _texts(request))


def fewest_tokens(request: Request) -> int:
    """The prompt has at least so many tokens: one for eight bytes, repetitions left out."""
    squeezed = (_REPEATED.sub(r"\1\1\1", text) for text in _texts(request))
    return sum(len(text.encode()) for text in squeezed) // _BYTES_PER_TOKEN_AT_MOST


def _texts(request: Request) -> list[str]:
    tools = [json.dumps(tool, ensure_ascii=False) for tool in request.tools]
    return [message.text for message in request.messages] + tools


def _most(text: str) -> int:
    return sum(_most_of(match.group()) for match in _PIECE.finditer(text))


def _most_of(piece: str) -> int:
    if piece.isspace():
        return (len(piece) + 3) // 4
    if piece.isascii():
        return _most_of_letters(piece.strip())
    if piece > "\uffff":
        return 3
    chinese = "\u4e00" <= piece <= "\u9fff" or "\u3000" <= piece <= "\u303f" or piece >= "\uff00"
    return 1 if chinese else 2


def _most_of_letters(piece: str) -> int:
    is_word = len(piece) <= _LONGEST_WORD and (piece[1:].islower() or len(piece) == 1)
    return (len(piece) + 2) // 3 if is_word else (2 * len(piece) + 2) // 3
