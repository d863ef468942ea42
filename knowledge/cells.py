"""Reading one cell: money, times, items and the like, from text that people or shops wrote."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import get_args

from knowledge.brand import Order, OrderLine, OrderStatus
from knowledge.folding import order_number

ORDER_COLUMNS = (
    "order_id",
    "customer_id",
    "phone_tail",
    "status",
    "created_at",
    "items",
    "amount",
    "currency",
    "carrier",
    "tracking_no",
    "note",
)
MAX_QUANTITY = 99_999
_AMOUNT = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,2}))?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ITEM = re.compile(r"(\S+?)\s*[x×*]\s*([0-9]{1,5})")
_TAIL = re.compile(r"[0-9]{4}")
_STATUSES: dict[str, OrderStatus] = {status: status for status in get_args(OrderStatus)}


class CellError(ValueError):
    """A cell does not hold what its column promises."""

    def __init__(self, column: str, expected: str, found: str) -> None:
        self.column = column
        shown = repr(found if len(found) <= 60 else found[:57] + "…") if found else "nothing"
        super().__init__(f"expected {expected}, found {shown}")


def cents(text: str, column: str = "amount") -> int:
    """`168`, `168.5` and `168.00` as integer cents; never by way of a float."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise CellError(column, "an amount with at most two decimals, such as 168.00", text)
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def currency_code(text: str) -> str:
    """A currency's three letters."""
    if not _CURRENCY.fullmatch(text):
        raise CellError("currency", "a currency code of three capitals, such as CNY", text)
    return text


def instant(text: str, column: str = "created_at") -> datetime:
    """An ISO 8601 time that says how far from UTC it is."""
    expected = "an ISO time with its UTC offset, such as 2026-11-01T20:15:00+08:00"
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise CellError(column, expected, text) from None
    if time.tzinfo is None:
        raise CellError(column, expected, text)
    return time


def filled(row: Mapping[str, str], column: str) -> str:
    """The cell, which must not be empty."""
    if not row[column]:
        raise CellError(column, "some text", "")
    return row[column]


def parts(text: str, column: str) -> tuple[str, ...]:
    """A list whose entries are separated by `|`; none of them empty or given twice."""
    if not text:
        return ()
    entries = tuple(entry.strip() for entry in text.split("|"))
    if not all(entries) or len(set(entries)) != len(entries):
        raise CellError(column, "different entries separated by |", text)
    return entries


def order_lines(text: str) -> tuple[OrderLine, ...]:
    """`SKUxQTY` separated by `|`."""
    lines = []
    for entry in text.split("|"):
        match = _ITEM.fullmatch(entry.strip())
        if match is None or int(match[2]) == 0:
            raise CellError("items", "SKUxQTY separated by |, such as A-1x2|B-2x1", text)
        lines.append(OrderLine(match[1], int(match[2])))
    return tuple(lines)


def lines_text(lines: tuple[OrderLine, ...]) -> str:
    """The inverse of `order_lines`."""
    return "|".join(f"{line.sku}x{line.quantity}" for line in lines)


def order_status(text: str) -> OrderStatus:
    """One of the states an order can be in."""
    if text not in _STATUSES:
        raise CellError("status", f"one of {' '.join(_STATUSES)}", text)
    return _STATUSES[text]


def order_of(row: Mapping[str, str]) -> Order:
    """An order from its cells, each named as in `ORDER_COLUMNS`.

    Raises:
        CellError: a cell does not hold what it should; names the column.
    """
    order_id = order_number(filled(row, "order_id"))
    # The shop may not know a phone number (a guest's order): then nobody can prove it.
    if row["phone_tail"] and not _TAIL.fullmatch(row["phone_tail"]):
        raise CellError("phone_tail", "the phone's last four digits", row["phone_tail"])
    return Order(
        order_id=order_id,
        customer_id=filled(row, "customer_id"),
        phone_tail=row["phone_tail"],
        status=order_status(row["status"]),
        created_at=instant(row["created_at"]),
        lines=order_lines(row["items"]),
        amount_cents=cents(row["amount"]),
        currency=currency_code(row["currency"]),
        carrier=row["carrier"],
        tracking_no=row["tracking_no"],
        note=row["note"],
    )
