"""What a reply may rest on: the statements in tools' results, money and times as they are said."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.rows import in_units
from tools.artifacts import (
    Artifact,
    Evidence,
    EvidenceHit,
    HandOff,
    OrderCard,
    OrderItem,
    OrderList,
    PaymentLink,
    Pictures,
    PurchaseSummary,
)
from tools.money import decimal_text


def statements(  # noqa: PLR0911 - one return a kind of artifact
    artifact: Artifact, zone: ZoneInfo
) -> tuple[str, ...]:
    """Everything an artifact states: no scores, no ranks, nothing of how it was found."""
    match artifact:
        case Evidence(hits=hits):
            return tuple(stated(hit) for hit in hits)
        case OrderCard() as order:
            return tuple(_order(order, zone))
        case OrderList(orders=orders):
            return tuple(text for order in orders for text in _order(order, zone))
        case PaymentLink() as link:
            told = (link.url, decimal_text(link.amount_cents), link.order_id)
            return (*told, _time(link.expires_at, zone), *_items(link.items))
        case PurchaseSummary() as summary:
            amounts = decimal_text(summary.unit_cents), decimal_text(summary.total_cents)
            return (*amounts, _time(summary.expires_at, zone), *_items((summary.item,)))
        case Pictures() as shown:
            captions = tuple(picture.caption for picture in shown.pictures)
            return (shown.name, shown.sku, str(len(shown.pictures)), *captions)
        case HandOff(hours=hours):
            return (hours,)


def stated(hit: EvidenceHit) -> str:
    """What a passage states, with its headings: of a table's row as well with its units."""
    told = [" ".join(hit.heading), hit.text]
    return "\n".join([*told, in_units(hit.text)] if hit.passage_kind == "table_row" else told)


def _order(order: OrderCard, zone: ZoneInfo) -> Iterator[str]:
    yield order.order_id
    yield _time(order.created_at, zone)
    yield decimal_text(order.amount_cents)
    yield from (order.carrier, order.tracking_no, order.note)
    yield from _items(order.items)


def _items(items: Iterable[OrderItem]) -> Iterator[str]:
    for item in items:
        yield f"{item.name} {item.sku}"
        yield str(item.quantity)


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
