"""Who in a chat log is the shop: by its roles, by the operator's word, by names."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from knowledge.chat_messages import Message, Side, side_of
from knowledge.errors import KnowledgeError
from knowledge.folding import fold

_STAFF_NAME = re.compile(
    r"客服|店小二|小二|店长|店主|掌柜|官方|旗舰店|专营店|专卖店|售前|售后|顾问|坐席|"
    r"\b(?:service|support|agent|staff|official|help ?desk|team)\b",
    re.IGNORECASE,
)
_BOT_NAME = re.compile(r"机器人|系统消息|系统通知|自动回复|\bbot\b", re.IGNORECASE)


def with_sides(
    messages: Sequence[Message], staff: Collection[str], own: Collection[str]
) -> tuple[Message, ...]:
    """Each message with whose it is. `staff` are names that the operator gave, `own` the shop's.

    Raises:
        KnowledgeError: nobody of the shop can be told from the customers.
    """
    named = set(map(fold, staff))
    ours = {fold(name) for name in own if name}
    sided = tuple(replace(one, side=_side(one, named, ours)) for one in messages)
    if not any(one.side == "staff" for one in sided):
        names = list(dict.fromkeys(one.sender for one in messages))
        shown = ", ".join(names[:10])
        raise KnowledgeError(
            f"It cannot be told who answers for the shop; say so: --staff NAME. Names: {shown}."
        )
    return sided


def _side(message: Message, named: Collection[str], ours: Collection[str]) -> Side:
    sender = fold(message.sender)
    if named and sender in named:
        return "staff"
    if named:
        return message.side if message.side == "bot" else "customer"
    return message.side or _side_of_name(message.sender, ours)


def _side_of_name(sender: str, ours: Collection[str]) -> Side:
    if _BOT_NAME.search(sender):
        return "bot"
    if _STAFF_NAME.search(sender) or any(name in fold(sender) for name in ours):
        return "staff"
    return side_of(sender) or "customer"
