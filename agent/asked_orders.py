"""Questions about something in the customer's own orders: those orders are the answer."""

from typing import Any

from agent.clauses import questions
from agent.decide import Proposal
from agent.loose_names import LooseNames
from agent.outcomes import outcome, result_of
from agent.own_orders import OrderNames, Orders
from agent.standing import asks_progress, is_of_own, may_ask_progress
from agent.terms import without_products
from agent.turn_state import Result, TurnContext
from tools.artifacts import OrderList
from tools.catalog import CatalogIndex
from tools.run import run_tool

# So many orders are told in full; of more the customer is shown the list.
MOST_TOLD = 2
_NEEDED = {"lookup_order", "list_orders"}
_PERHAPS_MORE = {"search_knowledge", "show_product_images"}


def order_names(turn: TurnContext) -> OrderNames:
    """The names by which this turn's brand calls what is in its orders."""
    names = LooseNames(turn.brand.products, turn.prompts.everyday)
    return OrderNames(turn.brand, turn.catalog, names)


async def with_own_orders(calls: tuple[Proposal, ...], turn: TurnContext) -> tuple[Proposal, ...]:
    """The calls, with a look-up in place of each search that asks how an order of his stands.

    The text must name something in an order of a customer who is signed in. Who is not is asked
    for the order, if the text speaks of something of his own that the catalogue has.
    """
    text = turn.message.text
    parts = questions(text) or (text,)
    progress = any(_asks(part, turn.catalog) for part in (*parts, text))
    if not progress or any(call.tool not in _PERHAPS_MORE for call in calls):
        return calls
    if not set(turn.brand.tools) >= _NEEDED:
        return calls
    if turn.tools.caller.customer is None:
        seen_to = {part for part in parts if _is_of_own_product(part, turn.catalog)}
        found = [Proposal("lookup_order", {})] if seen_to else []
    else:
        own = await _own(turn)
        in_focus = tuple(o for o in own if o.order_id in turn.memory.orders_in_focus)
        meant = _meant(parts, own, order_names(turn), in_focus) if own else {}
        seen_to = set(meant)
        numbers = dict.fromkeys(order.order_id for orders in meant.values() for order in orders)
        found = [Proposal("lookup_order", {"order_id": number}) for number in numbers]
    return (*found, *_unseen(calls, seen_to, all_of_it=len(seen_to) == len(parts)))


async def own_order_instead(turn: TurnContext, search: Result) -> tuple[Result, ...]:
    """The order that a question may be about which the knowledge does not answer; mostly none."""
    question = str(search.args.get("query", ""))
    if not may_ask_progress(without_products(question, turn.catalog)):
        return ()
    own = await _own(turn)
    orders = order_names(turn).asked_about(own, question, loosely=True)
    if len(orders) != 1:
        return ()
    return (Result("lookup_order", {"order_id": orders[0].order_id}, "", orders[0]),)


async def _own(turn: TurnContext) -> Orders:
    """The orders of a customer who is signed in; none where they cannot be had."""
    caller = turn.tools.caller
    if caller.customer is None or not set(turn.brand.tools) >= _NEEDED:
        return ()

    async def run() -> dict[str, Any]:
        call_id = f"{caller.conversation}:{caller.turn}:own"
        return await outcome(run_tool("list_orders", {}, call_id, turn.tools))

    body = await turn.journal.step("tool", {"tool": "list_orders", "args": {}}, run)
    listed = result_of("list_orders", {}, body).artifact
    return listed.orders if isinstance(listed, OrderList) else ()


def _meant(
    parts: tuple[str, ...], own: Orders, names: OrderNames, before: Orders
) -> dict[str, Orders]:
    """For each part of a message that asks how orders stand which they are.

    A part that names nothing is about those of the part before it, the first about those `before`.
    """
    meant: dict[str, Orders] = {}
    for part in parts:
        if not _asks(part, names.catalog):
            before = ()
            continue
        orders = names.asked_about(own, part)
        before = orders or (before if names.names.names_nothing(part) else ())
        if 0 < len(before) <= MOST_TOLD:
            meant[part] = before
    whole = "，".join(parts)
    if not meant and _asks(whole, names.catalog):
        orders = names.asked_about(own, whole)
        return {part: orders for part in parts if 0 < len(orders) <= MOST_TOLD}
    return meant


def _asks(text: str, catalog: CatalogIndex) -> bool:
    """Whether a text asks for progress; words of a product's name ("ready readers") do not."""
    return asks_progress(without_products(text, catalog))


def _is_of_own_product(text: str, catalog: CatalogIndex) -> bool:
    plainly = any(mention.exact for mention in catalog.mentions(text))
    return plainly and is_of_own(text) and _asks(text, catalog)


def _unseen(
    calls: tuple[Proposal, ...], seen_to: set[str], *, all_of_it: bool
) -> tuple[Proposal, ...]:
    """The calls without the searches for these parts of the message, or for `all_of_it`."""

    def is_seen_to(call: Proposal) -> bool:
        wordings = (call.args.get("query"), *call.args.get("also", ()))
        searched = call.tool == "search_knowledge"
        return searched and (all_of_it or any(part in wordings for part in seen_to))

    return tuple(call for call in calls if not is_seen_to(call))
