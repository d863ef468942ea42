"""How many tokens a prompt may have, told from its text alone.

A server with a fixed window cuts a longer prompt silently, and from the front, where the rules
stand; so the size is judged before it is sent. Both figures hold for the tokenizers of all Qwen
generations: see docs/models.md for the texts they were compared with.
"""

import json
import re

from agent.model import Request

_MESSAGE_TOKENS = 6
_REPLY_TOKENS = 8
_WORD = re.compile(r"[A-Za-z]+|\s+|[^\sA-Za-z]")
_BYTES_PER_TOKEN_AT_MOST = 9


def most_tokens(request: Request) -> int:
    """The prompt has at most so many tokens.

    Letters count one for two of them begun; a digit, sign or Chinese character one; anything rarer
    its UTF-8 bytes less one; a run of white space one for four.
    """
    return _REPLY_TOKENS + sum(_MESSAGE_TOKENS + _most(text) for text in _texts(request))


def fewest_tokens(request: Request) -> int:
    """The prompt has at least so many tokens."""
    return sum(len(text.encode()) for text in _texts(request)) // _BYTES_PER_TOKEN_AT_MOST


def _texts(request: Request) -> list[str]:
    tools = [json.dumps(tool, ensure_ascii=False) for tool in request.tools]
    return [message.text for message in request.messages] + tools


def _most(text: str) -> int:
    return sum(_most_of(match.group()) for match in _WORD.finditer(text))


def _most_of(piece: str) -> int:
    if piece.isascii() and piece.isalpha():
        return (len(piece) + 1) // 2
    if piece.isspace():
        return (len(piece) + 3) // 4
    if (
        piece.isascii()
        or "\u3000" <= piece <= "\u303f"
        or "\u4e00" <= piece <= "\u9fff"
        or "\uff00" <= piece <= "\uffef"
    ):
        return 1
    return len(piece.encode())
