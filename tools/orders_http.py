"""Orders behind the shop's own HTTP API, in the shape of docs/orders.md."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from pydantic import SecretStr

from knowledge.brand import Brand, BrandError, Order
from knowledge.brand_toml import is_loopback
from knowledge.cells import ORDER_COLUMNS, CellError, order_of
from tools.context import ShopDownError
from tools.money import decimal_text

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0


class HttpOrderBook:
    """An `OrderBook` over HTTP. Ends with `close`."""

    def __init__(
        self, brand: Brand, key: SecretStr, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        address = urlsplit(brand.orders_source)
        local = address.scheme == "http" and is_loopback(address.hostname or "")
        if address.scheme != "https" and not local:
            raise BrandError(
                "brand.toml, orders.source: expected an https:// address, found another one"
            )
        secret = key.get_secret_value()
        self._client = httpx.AsyncClient(
            base_url=brand.orders_source.rstrip("/") + "/",
            headers={"Authorization": f"Bearer {secret}"} if secret else {},
            timeout=httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS),
            transport=transport,
            # A redirect could carry customers' numbers to another address.
            follow_redirects=False,
            # No proxy can reach this very machine.
            trust_env=not local,
        )

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def find(self, order_id: str) -> Order | None:
        """The order with this number, whoever it belongs to."""
        if not order_id:
            return None
        body = await self._asked("GET", f"orders/{_segment(order_id)}")
        if body is None:
            return None
        order = _order(body)
        if order.order_id != order_id:
            raise ShopDownError(f"Asked for order {order_id}, the shop gave {order.order_id}.")
        return order

    async def of_customer(self, customer_id: str) -> tuple[Order, ...]:
        """All orders of one customer; none if the shop does not know him."""
        body = await self._asked("GET", f"customers/{_segment(customer_id)}/orders")
        if body is None:
            return ()
        orders = body.get("orders")
        if not isinstance(orders, list):
            raise ShopDownError('The shop\'s list of orders has no "orders".')
        return tuple(_order(entry) for entry in orders)

    async def add(self, order: Order, key: str) -> Order:
        """Send a new order once per key; the shop numbers it but may not change it."""
        body = {
            "customer_id": order.customer_id,
            "items": [{"sku": line.sku, "quantity": line.quantity} for line in order.lines],
            "amount": decimal_text(order.amount_cents),
            "currency": order.currency,
        }
        reply = await self._asked("POST", "orders", body, {"Idempotency-Key": key})
        if reply is None:
            raise ShopDownError("The shop does not take orders at this address.")
        placed = _order(reply)
        if _terms(placed) != _terms(order):
            raise ShopDownError(f"The shop changed order {placed.order_id} while taking it.")
        return placed

    async def mark_paid(self, order_id: str) -> None:
        """Never: a demo payment must not settle a real order."""
        raise ShopDownError(f"Demo payments only settle demo orders, not the shop's {order_id}.")

    async def _asked(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any] | None:
        """The JSON object of a good answer; None for 404."""
        try:
            reply = await self._client.request(method, path, json=body, headers=headers)
            if reply.status_code == httpx.codes.NOT_FOUND:
                return None
            if reply.status_code not in {httpx.codes.OK, httpx.codes.CREATED}:
                raise ShopDownError(f"The shop answered {method} {path} with {reply.status_code}.")
            answer = reply.json()
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            kind = type(error).__name__
            raise ShopDownError(f"The shop did not answer {method} {path}: {kind}.") from error
        if not isinstance(answer, dict):
            raise ShopDownError(f"The shop answered {method} {path} without a JSON object.")
        return answer


def _segment(text: str) -> str:
    """Text as one segment of a path; even `..` stays a name."""
    return quote(text, safe="").replace(".", "%2E")


def _terms(order: Order) -> tuple[object, ...]:
    return (order.customer_id, order.lines, order.amount_cents, order.currency, order.status)


def _order(body: object) -> Order:
    if not isinstance(body, Mapping):
        raise ShopDownError("The shop gave an order that is no JSON object.")
    try:
        cells = {name: _cell(body.get(name)) for name in ORDER_COLUMNS if name != "items"}
        return order_of({**cells, "items": _items(body.get("items"))})
    except CellError as error:
        raise ShopDownError(f"An order's {error.column} is not as documented: {error}") from error


def _cell(value: object) -> str:
    """Only text will do: a number may have lost its zeros, as amounts and phone digits do."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ShopDownError(f"An order of the shop has {value!r} where text is documented.")
    return value.strip()


def _items(value: object) -> str:
    if not isinstance(value, list):
        raise ShopDownError("An order of the shop has no list of items.")
    return "|".join(_item(entry) for entry in value)


def _item(entry: object) -> str:
    match entry:
        case {"sku": str(sku), "quantity": int(quantity)} if not isinstance(quantity, bool):
            return f"{sku}x{quantity}"
    raise ShopDownError("An item of the shop's order is not a sku with a quantity.")
