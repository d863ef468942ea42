"""Binding: from what the model proposed and what the customer really said to calls that may run.

The model names tools. Order numbers, products and quantities come from the customer's own words
or from what the conversation is about; nothing the model made up gets through.
"""

from typing import Any

from agent.clauses import questions
from agent.cues import pays_order
from agent.decide import Proposal
from agent.follow_up import leaning_on, points_back
from agent.grams import bigrams
from agent.grounding import grounded
from agent.inbound import clean
from agent.memory import Memory
from agent.shared_out import shared_out
from agent.spelling import is_common_english
from agent.terms import nouns, own_matters, topic_of
from agent.words import MAX_PRODUCTS, Words, about, things_wanted
from knowledge.brand import ToolName

_TOPIC_NOUNS = 2


def bind(
    proposals: tuple[Proposal, ...], words: Words, memory: Memory, *, signed_in: bool
) -> tuple[Proposal, ...]:
    """The calls to run, in order; an argument still open is left out for `act` to settle."""
    bound: list[Proposal] = []
    for proposal in grounded(proposals, words, memory):
        bound += _bound(proposal, words, memory)
    bound = shared_out(bound, words)
    if not signed_in:
        bound = _with_proof(bound, words, memory)
    return tuple({repr(call): call for call in bound}.values())


def _bound(  # noqa: PLR0911 - one return a tool
    proposal: Proposal, words: Words, memory: Memory
) -> list[Proposal]:
    match proposal.tool:
        case "lookup_order" | "verify_order":
            return _order_calls(proposal, words, memory)
        case "show_product_images":
            shown = _named(words) or memory.products_in_focus[:MAX_PRODUCTS]
            return [Proposal(proposal.tool, {"product": one}) for one in shown] or [
                Proposal(proposal.tool, {})
            ]
        case "create_payment_link":
            return _payment_calls(proposal, words, memory)
        case "search_knowledge" if "behind" in proposal.args:
            return [proposal]
        case "search_knowledge":
            return [
                Proposal(
                    proposal.tool, {"query": query, "also": also} if also else {"query": query}
                )
                for query, also in _queries(proposal, words, memory)
            ]
        case "hand_off_to_human":
            return [Proposal(proposal.tool, {"reason": str(proposal.args.get("reason", "asked"))})]
        case _:
            return [Proposal(proposal.tool, {})]


def _queries(
    proposal: Proposal, words: Words, memory: Memory
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What to search, each with other wordings of it that may find more.

    The model's wording where it gave one; else the message, in two if it asks two things. What
    a question leaves out is in the words around it, or in the question before.
    """
    worded = clean(str(proposal.args.get("query", "")))
    if worded and _is_of(worded, words, memory):
        whole = worded if _things(worded) or words.products else leaning_on(memory.question, worded)
        return ((whole, _others(whole, worded, words.text)),)
    parts = questions(words.text)
    if not parts:
        leans = memory.question and not nouns(words.text) and not words.products
        return ((words.text, (f"{memory.question} {words.text}",) if leans else ()),)
    topic = "" if words.products else _topic(parts[0])
    named: list[str] = []
    for place, part in enumerate(parts):
        own = own_matters(part)
        alone = not place or (own and not points_back(part))
        # English has common words for things: a part that names none leans on all of the first.
        before = topic if own or not part.isascii() else parts[0]
        whole = part if alone else f"{before} {part}".strip()
        # A product is what comes after its name is about, not what came before.
        known = any(name in "".join(parts[: place + 1]) for name in words.product_names)
        named.append(about(whole, words) if known else whole)
    return tuple(
        (one, _others(one, part, words.text)) for one, part in zip(named, parts, strict=True)
    )


def _is_of(worded: str, words: Words, memory: Memory) -> bool:
    """Whether a query that the model worded has anything of what was asked, now or before.

    A small model now and then copies an earlier answer, or a matter that nobody spoke of.
    """
    names = " ".join(words.product_names)
    return bool(bigrams(worded) & bigrams(f"{words.text} {names} {memory.question}"))


def _topic(text: str) -> str:
    return " ".join(_things(text)[:_TOPIC_NOUNS]) if text.isascii() else topic_of(text)


def _things(text: str) -> tuple[str, ...]:
    """The things a text names; everyday words of English are none."""
    named = (noun for noun in nouns(text) if not noun.isascii() or noun[0].isalpha())
    return tuple(n for n in named if not n.isascii() or not is_common_english(n.lower()))


def _others(query: str, *wordings: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(wording for wording in wordings if wording != query))


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
    new = proposal.args.get("for") == "new" or bool(proposal.args.get("product"))
    if pays_order(words.text) or not new:
        skus = list(words.products)
        args = {"products": skus, "quantity": words.quantity} if skus else {}
        return [Proposal("create_payment_link", args)]
    own = things_wanted(words)
    pairs = zip(words.product_names, words.wanted, strict=False)
    wanted = tuple(dict.fromkeys(_sku_or_name(skus, words) for name, skus in pairs if name in own))
    wanted = wanted or memory.products_in_focus[:1]
    return [
        Proposal("create_payment_link", {"product": one, "quantity": words.quantity})
        for one in wanted
    ] or [Proposal("create_payment_link", {"new": True, "quantity": words.quantity})]


def _named(words: Words) -> tuple[str, ...]:
    """The products named, each once."""
    return tuple(dict.fromkeys(_sku_or_name(choices, words) for choices in words.wanted))


def _sku_or_name(choices: tuple[str, ...], words: Words) -> str:
    """The product; where a name stands for several, the name, so that the customer is asked."""
    if len(choices) == 1:
        return choices[0]
    return words.product_names[words.wanted.index(choices)]


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
