"""What a tool knows about the turn it serves: set by code, out of the model's reach."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from langchain.tools import ToolRuntime

from knowledge.brand import Brand, Language, Order
from knowledge.passages import Found
from tools.artifacts import PaymentLink, PurchaseSummary


class ToolRefusedError(Exception):
    """The tool will not do it. `code` says why; the message is written for the model to read.

    Codes: `order_not_found`, `sign_in_needed`, `wrong_proof`, `locked`, `unknown_product`,
    `which_product`, `no_pictures`, `out_of_stock`, `bad_quantity`, `not_payable`, `disabled`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ShopDownError(Exception):
    """The shop's orders or payments cannot be reached; the customer gets an apology."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, and in which turn of which conversation. `customer` None: not signed in."""

    brand_id: str
    conversation: str
    turn: int
    customer: str | None


@runtime_checkable
class Orders(Protocol):
    """The shop's orders, as far as the caller may see them."""

    async def own_order(self, order_id: str, caller: Caller) -> Order:
        """The caller's own order; somebody else's reads exactly as none (ToolRefusedError)."""
        ...

    async def own_orders(self, caller: Caller) -> tuple[Order, ...]:
        """His orders, newest first; if not signed in, those proved in this conversation."""
        ...

    async def prove(self, order_id: str, phone_tail: str, caller: Caller) -> Order:
        """Let someone who is not signed in see one order; five wrong tries an hour lock this."""
        ...

    async def place(self, sku: str, quantity: int, caller: Caller, key: str) -> Order:
        """Place a new unpaid order, once per `key`; the amount comes from the catalogue."""
        ...


@runtime_checkable
class Payments(Protocol):
    """Issues links. Amounts come from the order or the catalogue, never from the caller."""

    async def link(self, order: Order, caller: Caller) -> PaymentLink:
        """The one live link for this version of the order; asking again returns the same link."""
        ...

    async def propose(self, sku: str, quantity: int, caller: Caller) -> PurchaseSummary:
        """A summary the customer must confirm; replaces an earlier one in this conversation."""
        ...

    async def confirm(self, token: str, caller: Caller) -> PaymentLink:
        """Turn a live summary into an order and its link, once; a repeat returns the same link."""
        ...


@runtime_checkable
class Searchable(Protocol):
    """The brand's knowledge (a runtime-checkable twin of `knowledge.passages.Knowledge`)."""

    async def search(self, query: str, limit: int = 5) -> Found:
        """The passages nearest to the query."""
        ...


@dataclass(frozen=True)
class ToolContext:
    """Handed to every tool call of one turn."""

    brand: Brand
    caller: Caller
    language: Language
    now: datetime
    orders: Orders
    payments: Payments
    knowledge: Searchable


# One alias: without it pydantic warns about the state on every call.
Turn = ToolRuntime[ToolContext, Any]
