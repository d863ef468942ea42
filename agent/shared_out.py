"""Several orders or products named in one message: which clause wants what done with which."""

import re
from collections.abc import Callable, Iterator, Sequence

from agent.clauses import asks, clauses, commas_for_spaces
from agent.cues import called_for, pays_order
from agent.decide import Proposal
from agent.standing import asks_progress
from agent.words import Words
from knowledge.brand import ToolName

_LINK = re.compile(r"链接|\blinks?\b", re.IGNORECASE)
_SHOW: ToolName = "show_product_images"
_BOTH: tuple[ToolName, ...] = ("create_payment_link", "lookup_order")


def shared_out(calls: Sequence[Proposal], words: Words) -> list[Proposal]:
    """The calls, each order and picture by the call that its own clause asks for.

    "Pay A, and where is B": A is not looked up, and no link is made for B. "A picture of C, and
    what is D": D is not shown. Nothing changes where the clauses do not tell them apart.
    """
    return _orders_apart(_pictures_apart(calls, words), words)


def _pictures_apart(calls: Sequence[Proposal], words: Words) -> Sequence[Proposal]:
    """Without pictures of what is only named where something else is asked."""
    parts = tuple(clauses(commas_for_spaces(words.text)))
    if all(call.tool == _SHOW for call in calls) and not any(map(asks_progress, parts)):
        return calls
    shown = {one for part in parts if called_for(_SHOW, part) for one in _named_in(part, words)}
    asked = {one for part in parts if asks(part) for one in _named_in(part, words)}
    other = asked - shown if shown else frozenset()
    return [call for call in calls if call.tool != _SHOW or call.args.get("product") not in other]


def _named_in(part: str, words: Words) -> Iterator[str]:
    """The names of products in a part of the message, and the products that they stand for."""
    for name, skus in zip(words.product_names, words.wanted, strict=False):
        if name in part:
            yield from (name, *skus)


def _orders_apart(calls: Sequence[Proposal], words: Words) -> list[Proposal]:
    looked_up = _named_where(asks_progress, words)
    paid = tuple(n for n in _named_where(_pays, words) if n not in looked_up)
    if looked_up and not any(map(_pays, clauses(words.text))):
        others = [call for call in calls if call.tool != "create_payment_link"]
        return others or [Proposal("lookup_order", {"order_id": n}) for n in looked_up]
    if not paid or not looked_up or all(call.tool != "create_payment_link" for call in calls):
        return list(calls)
    seen_to = {*paid, *looked_up}
    others = [
        call
        for call in calls
        if call.tool not in _BOTH or call.args.get("order_id", "") not in seen_to
    ]
    pay, look_up = (
        [Proposal(tool, {"order_id": number}) for number in numbers]
        for tool, numbers in zip(_BOTH, (paid, looked_up), strict=True)
    )
    return [*pay, *look_up, *others]


def _pays(clause: str) -> bool:
    return pays_order(clause) or bool(_LINK.search(clause))


def _named_where(holds: Callable[[str], bool], words: Words) -> tuple[str, ...]:
    """The orders named in clauses of which something holds."""
    bare = [clause.replace(" ", "").upper() for clause in clauses(words.text) if holds(clause)]
    return tuple(n for n in words.order_numbers if any(n in clause for clause in bare))
