"""Binding: from what the model proposed and what the customer really said to calls that may run.

The model names tools. Order numbers, products and quantities come from the customer's own words
or from what the conversation is about; nothing the model made up gets through.
"""

import re
from dataclasses import dataclass
from typing import Any

from agent.cues import (
    called_for,
    left_over,
    means_order_in_focus,
    plainly_buys,
    questions,
    wants_person,
)
from agent.decide import Proposal
from agent.inbound import clean
from agent.memory import Memory
from agent.quantity import quantity_in
from knowledge.brand import ToolName
from tools.catalog import CatalogIndex

_ORDER_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?=(?:[A-Za-z-]*\d){5})[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_TAIL = re.compile(r"(?<![A-Za-z0-9.])\d{4}(?![A-Za-z0-9.%元块年])")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_PREVIOUS = re.compile(
    r"上一?[单个笔]|前一?[单个笔]|再上|(?:previous|one before|last but one)", re.I
)
MAX_PRODUCTS = 3
MAX_SEARCHES = 2
_INSTEAD_OF_BUYING = {"search_knowledge", "show_product_images"}
_ABOUT_ORDERS = {"lookup_order", "verify_order", "create_payment_link", "hand_off_to_human"}


@dataclass(frozen=True, slots=True)
class Words:
    """What the customer's message literally contains."""

    text: str
    order_numbers: tuple[str, ...]
    phone_tail: str
    products: tuple[str, ...]
    product_names: tuple[str, ...]
    quantity: int
    previous: bool


def words_of(text: str, catalog: CatalogIndex) -> Words:
    """Read order numbers, a phone's last digits, products and a quantity out of a message."""
    bare = _PHONE.sub(" ", text)
    numbers = tuple(dict.fromkeys(m.group().upper() for m in _ORDER_NUMBER.finditer(bare)))
    rest = bare
    for number in numbers:
        rest = re.sub(re.escape(number), " ", rest, flags=re.I)
    tail = _TAIL.search(rest)
    phone = _PHONE.search(text)
    mentions = catalog.mentions(text)
    return Words(
        text=text,
        order_numbers=numbers,
        phone_tail=phone.group()[-4:] if phone else tail.group() if tail else "",
        products=tuple(dict.fromkeys(m.sku for m in mentions))[:MAX_PRODUCTS],
        product_names=tuple(dict.fromkeys(text[m.start : m.end] for m in mentions)),
        quantity=quantity_in(rest),
        previous=bool(_PREVIOUS.search(text)),
    )


def bind(
    proposals: tuple[Proposal, ...], words: Words, memory: Memory, *, signed_in: bool
) -> tuple[Proposal, ...]:
    """The calls to run, in order; an argument still open is left out for `act` to settle."""
    bound: list[Proposal] = []
    for proposal in grounded(proposals, words, memory):
        bound += _bound(proposal, words, memory)
    if not signed_in:
        bound = _with_proof(bound, words, memory)
    return tuple({repr(call): call for call in bound}.values())


def grounded(proposals: tuple[Proposal, ...], words: Words, memory: Memory) -> tuple[Proposal, ...]:
    """The proposals that the customer's words can bear, and the look-up that they call for.

    A lone call may rest on the conversation. One among several needs a word of its own, and a
    search needs a clause that no other call sees to. An order that is named, or pointed at while
    it is being talked about, is looked up in any case.
    """
    kept = [call for call in proposals if called_for(call.tool, words.text)] or list(proposals[:1])
    kept = list(proposals) if len(proposals) == 1 else kept
    if words.products and plainly_buys(words.text):
        kept = [call for call in kept if call.tool not in _INSTEAD_OF_BUYING]
        if not any(call.tool == "create_payment_link" for call in kept):
            kept.append(Proposal("create_payment_link", {"for": "new"}))
    if wants_person(words.text):
        kept = [call for call in kept if call.tool != "search_knowledge"]
        if not any(call.tool == "hand_off_to_human" for call in kept):
            kept.append(Proposal("hand_off_to_human", {"reason": "asked"}))
    tools = {call.tool for call in kept}
    pointed = bool(memory.orders_in_focus) and means_order_in_focus(words.text)
    if (words.order_numbers or pointed) and not tools & _ABOUT_ORDERS:
        kept.insert(0, Proposal("lookup_order", {}))
        tools.add("lookup_order")
    others = tuple(tool for tool in tools if tool != "search_knowledge")
    searches = [call for call in kept if call.tool == "search_knowledge"]
    if not searches or not others:
        return (*(c for c in kept if c not in searches), *searches[:MAX_SEARCHES])
    rest = _about(left_over(words.text, others), words)
    kept = [call for call in kept if call not in searches]
    return (*kept, *_searches(searches, rest)) if rest else tuple(kept)


def _searches(searches: list[Proposal], rest: str) -> list[Proposal]:
    """What is left over is the question, unless the model worded one that leans on the past."""
    worded = [call for call in searches if call.args.get("query")]
    return worded[:MAX_SEARCHES] or [Proposal("search_knowledge", {"query": rest})]


def _bound(  # noqa: PLR0911 - one return a tool
    proposal: Proposal, words: Words, memory: Memory
) -> list[Proposal]:
    match proposal.tool:
        case "lookup_order" | "verify_order":
            return _order_calls(proposal, words, memory)
        case "show_product_images":
            shown = words.products or memory.products_in_focus[:MAX_PRODUCTS]
            return [Proposal(proposal.tool, {"product": sku}) for sku in shown] or [
                Proposal(proposal.tool, {})
            ]
        case "create_payment_link":
            return _payment_calls(proposal, words, memory)
        case "search_knowledge":
            return [
                Proposal(proposal.tool, {"query": query}) for query in _queries(proposal, words)
            ]
        case "hand_off_to_human":
            return [Proposal(proposal.tool, {"reason": str(proposal.args.get("reason", "asked"))})]
        case _:
            return [Proposal(proposal.tool, {})]


def _queries(proposal: Proposal, words: Words) -> tuple[str, ...]:
    """The model's wording where it gave one; else the message, in two if it asks two things."""
    if worded := clean(str(proposal.args.get("query", ""))):
        return (worded,)
    parts = questions(words.text)
    if not parts:
        return (words.text,)
    return tuple(_about(part, words) for part in parts)


def _about(part: str, words: Words) -> str:
    """A part of the message, with the product that another part names."""
    if not part or not words.product_names or any(name in part for name in words.product_names):
        return part
    return f"{words.product_names[0]} {part}"


def _each(tool: ToolName, numbers: tuple[str, ...]) -> list[Proposal]:
    return [Proposal(tool, {"order_id": number}) for number in numbers]


def _order_calls(proposal: Proposal, words: Words, memory: Memory) -> list[Proposal]:
    if words.order_numbers:
        return _each("lookup_order", words.order_numbers)
    named = str(proposal.args.get("order_id", "")).strip().upper()
    if named and (named in memory.orders_seen or named in memory.words.upper()):
        return _each("lookup_order", (named,))
    args: dict[str, Any] = {"products": list(words.products)} if words.products else {}
    if words.previous:
        args["previous"] = True
    return [Proposal("lookup_order", args)]


def _payment_calls(proposal: Proposal, words: Words, memory: Memory) -> list[Proposal]:
    if words.order_numbers:
        return _each("create_payment_link", words.order_numbers)
    named = str(proposal.args.get("order_id", "")).strip().upper()
    if named and (named in memory.orders_seen or named in memory.words.upper()):
        return _each("create_payment_link", (named,))
    buys = proposal.args.get("for") == "new" or bool(proposal.args.get("product"))
    skus = words.products or (memory.products_in_focus[:1] if buys else ())
    return [
        Proposal("create_payment_link", {"product": sku, "quantity": words.quantity})
        for sku in skus
    ] or [Proposal("create_payment_link", {})]


def _with_proof(bound: list[Proposal], words: Words, memory: Memory) -> list[Proposal]:
    """Someone not signed in who gives a number and the phone's last digits proves that order."""
    numbers = words.order_numbers or ((memory.awaiting_proof,) if memory.awaiting_proof else ())
    if not (words.phone_tail and numbers):
        return bound
    proofs = [
        Proposal("verify_order", {"order_id": number, "phone_tail": words.phone_tail})
        for number in numbers[:1]
    ]
    others = [call for call in bound if call.tool not in {"lookup_order", "verify_order"}]
    only_proof = not words.order_numbers and len(words.text) <= 20
    return proofs if only_proof else [*proofs, *others]
