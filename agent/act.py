"""Acting: the bound calls are carried out, one by one, and written down."""

import re
from dataclasses import replace
from typing import Any

from agent.asked_orders import MOST_TOLD, order_names
from agent.days_notices import with_days_notices
from agent.decide import Proposal
from agent.inbound import clean
from agent.memory import PendingPurchase
from agent.named_products import with_named_products
from agent.outcomes import outcome, result_of, search
from agent.own_orders import Orders
from agent.standing import asks_progress, may_be_asked_of
from agent.turn_state import Focus, Result, TurnContext
from knowledge.brand import ToolName
from tools.artifacts import (
    OrderCard,
    OrderList,
    PaymentLink,
    Pictures,
    PurchaseSummary,
)
from tools.run import run_tool

# The last one ordered, or, where an order is being talked of, the one before that.
_LAST = re.compile(r"(?<![再前])上一?[单笔个](?!之前|以前|的前|再)|\bprevious\b", re.I)
_NEWEST = re.compile(r"最近|最新|刚刚?[买下]|刚才|latest|newest|most recent|\blast\b", re.I)
# Words of a name that say which product is to be bought.
_ENOUGH_WORDS = 2


class Actor:
    """Runs the calls of one turn, at most `max_steps` of them."""

    def __init__(self, turn: TurnContext) -> None:
        self._turn = turn
        self._results: list[Result] = []

    async def run(self, calls: tuple[Proposal, ...]) -> tuple[Result, ...]:
        """Carry the calls out in order; what is left open is settled from the customer's orders."""
        for call in calls:
            await self._settle(call)
        return tuple(self._results)

    async def confirm(self, pending: PendingPurchase) -> tuple[Result, ...]:
        """The customer said yes to the summary: issue what was agreed, nothing else."""
        turn = self._turn
        args: dict[str, Any] = {"product": pending.sku, "quantity": pending.quantity}

        async def run() -> dict[str, Any]:
            return await outcome(turn.tools.payments.confirm(pending.token, turn.tools.caller))

        key = {"tool": "create_payment_link", "args": args, "confirmed": pending.token}
        body = await turn.journal.step("tool", key, run)
        self._results.append(result_of("create_payment_link", args, body))
        return tuple(self._results)

    async def _settle(self, call: Proposal) -> None:
        match call.tool:
            case "lookup_order" if "order_id" not in call.args:
                await self._find_order(call)
            case "create_payment_link" if not {"order_id", "product"} & set(call.args):
                await self._pay(call)
            case "show_product_images" if "product" not in call.args:
                self._refuse(call.tool, "which_product")
            case "create_payment_link" if "product" in call.args and self._is_summed_up():
                # A yes must mean one thing, and a reply has one payment.
                self._refuse(call.tool, "one_at_a_time", {"product": call.args["product"]})
            case "verify_order" if "order_id" not in call.args:
                self._refuse("lookup_order", "sign_in_needed")
            case _:
                await self._call(call.tool, call.args)

    async def _find_order(self, call: Proposal) -> None:
        """No number was said: the product, the one before, the newest, or the one in focus."""
        listed = await self._own_orders()
        if listed is None:
            return
        text, in_focus = self._turn.message.text, self._turn.memory.orders_in_focus
        names = order_names(self._turn)
        spoken = names.spoken_of(listed.orders, text, loosely=True)
        orders = spoken or listed.orders
        if call.args.get("previous"):
            orders = (
                orders[:1] if _LAST.search(text) and not in_focus else _before(orders, in_focus)
            )
        elif _NEWEST.search(text):
            orders = orders[:1]
        elif in_focus and not call.args.get("products"):
            orders = tuple(o for o in orders if o.order_id == in_focus[0]) or orders
        else:
            orders = names.likeliest(spoken, text) or _asked_of(orders, text)
        if len(orders) == 1 or len(orders) <= MOST_TOLD < len(listed.orders):
            self._results.pop()
            for order in orders:
                await self._call("lookup_order", {"order_id": order.order_id})

    async def _pay(self, call: Proposal) -> None:
        """Pay the only unpaid order (with those products), or propose to buy the product."""
        wanted = call.args.get("products", ())
        if call.args.get("new"):
            await self._buy(call.args.get("quantity", 1))
            return
        listed = await self._own_orders()
        if listed is None:
            return
        unpaid = [
            order
            for order in listed.orders
            if order.status == "unpaid"
            and (not wanted or any(item.sku in wanted for item in order.items))
        ]
        self._results.pop()
        if len(unpaid) == 1:
            await self._call("create_payment_link", {"order_id": unpaid[0].order_id})
        elif len(wanted) == 1 and not unpaid:
            args = {"product": wanted[0], "quantity": call.args.get("quantity", 1)}
            await self._call("create_payment_link", args)
        elif unpaid:
            several = OrderList(orders=tuple(unpaid))
            self._results.append(Result("create_payment_link", {}, "", several, "which_order"))
        else:
            self._refuse("create_payment_link", "nothing_unpaid")

    async def _buy(self, quantity: int) -> None:
        """Propose to buy what some words of the message name; the customer sees what it is."""
        turn = self._turn
        names = order_names(turn).names
        product = names.nearest(turn.message.text)
        said = names.telling(turn.message.text)
        if product and len(said & names.name_words(product)) >= _ENOUGH_WORDS:
            args = {"product": product.sku, "quantity": quantity}
            await self._call("create_payment_link", args)
        else:
            self._refuse("create_payment_link", "which_product")

    async def _own_orders(self) -> OrderList | None:
        result = await self._call("list_orders", {})
        return result.artifact if isinstance(result.artifact, OrderList) else None

    def _is_summed_up(self) -> bool:
        return any(isinstance(one.artifact, PurchaseSummary) for one in self._results)

    def _refuse(self, tool: ToolName, code: str, args: dict[str, Any] | None = None) -> None:
        self._results.append(Result(tool, args or {}, "", None, code))

    async def _call(self, tool: ToolName, args: dict[str, Any]) -> Result:
        turn = self._turn
        if len(self._results) >= turn.max_steps:
            return Result(tool, args, "", None, "too_many")
        number = len(self._results)

        async def run() -> dict[str, Any]:
            call_id = f"{turn.tools.caller.conversation}:{turn.tools.caller.turn}:{number}"
            if tool == "search_knowledge":
                found = with_days_notices(search(args, call_id, turn.tools), turn)
                return await outcome(with_named_products(found, turn))
            return await outcome(run_tool(tool, args, call_id, turn.tools))

        body = await turn.journal.step("tool", {"tool": tool, "args": args}, run)
        result = result_of(tool, args, body)
        self._results.append(result)
        return result


def _asked_of(orders: Orders, text: str) -> Orders:
    """The only order that what is asked can be asked of; all where there are more or none."""
    fitting = tuple(order for order in orders if may_be_asked_of(order.status, text))
    return fitting if len(fitting) == 1 and asks_progress(text) else orders


def _before(orders: tuple[OrderCard, ...], in_focus: tuple[str, ...]) -> tuple[OrderCard, ...]:
    """The order just before the one in focus (or before the newest)."""
    ids = [order.order_id for order in orders]
    place = ids.index(in_focus[0]) if in_focus and in_focus[0] in ids else 0
    return orders[place + 1 : place + 2] or orders


def focus_of(results: tuple[Result, ...], mentioned: tuple[str, ...], before: Focus) -> Focus:
    """What the next turn may lean on: the products and orders this turn was about."""
    orders: list[str] = []
    seen: list[str] = []
    products = list(mentioned)
    pending = before.pending
    awaiting = ""
    for result in results:
        match result.artifact:
            case OrderCard(order_id=order_id, items=items):
                orders.append(order_id)
                products += [item.sku for item in items] if not mentioned else []
            case OrderList(orders=listed):
                seen += [order.order_id for order in listed]
            case PaymentLink(order_id=order_id):
                orders.append(order_id)
                pending = None
            case Pictures(sku=sku):
                products.append(sku)
            case PurchaseSummary() as summary:
                products.append(summary.item.sku)
                pending = PendingPurchase(
                    summary.token,
                    summary.item.sku,
                    summary.item.quantity,
                    summary.expires_at,
                )
            case _:
                if result.refusal in {"sign_in_needed", "wrong_proof"}:
                    awaiting = clean(str(result.args.get("order_id", "")))
    unique = tuple(dict.fromkeys(products))
    return Focus(unique, tuple(dict.fromkeys(orders)), tuple(seen), awaiting, pending)


def with_orders(focus: Focus, results: tuple[Result, ...]) -> Focus:
    """The same, and the orders that were told of since."""
    told = (one.artifact.order_id for one in results if isinstance(one.artifact, OrderCard))
    return replace(focus, orders=tuple(dict.fromkeys((*focus.orders, *told))))
