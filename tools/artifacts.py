"""What a tool hands to the customer verbatim, beside its text for the model."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from knowledge.brand import OrderStatus


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OrderItem(_Value):
    """A product's name as the catalogue has it, and how many."""

    sku: str
    name: str
    quantity: int


class OrderCard(_Value):
    """One order of the customer, everything he may see of it."""

    kind: Literal["order"] = "order"
    order_id: str
    status: OrderStatus
    created_at: datetime
    items: tuple[OrderItem, ...]
    amount_cents: int
    currency: str
    carrier: str = ""
    tracking_no: str = ""
    note: str = ""


class OrderList(_Value):
    """All orders of the customer, newest first."""

    kind: Literal["orders"] = "orders"
    orders: tuple[OrderCard, ...]


class Picture(_Value):
    """A product picture; `path` is relative to the brand folder."""

    kind: Literal["picture"] = "picture"
    sku: str
    path: str
    caption: str


class Pictures(_Value):
    """All pictures of one product."""

    kind: Literal["pictures"] = "pictures"
    sku: str
    name: str
    pictures: tuple[Picture, ...]


class PaymentLink(_Value):
    """A link that was really issued; amounts are integer cents."""

    kind: Literal["payment"] = "payment"
    url: str
    amount_cents: int
    currency: str
    order_id: str
    expires_at: datetime
    items: tuple[OrderItem, ...] = ()


class PurchaseSummary(_Value):
    """What the customer must confirm before anything is bought. `token` works once."""

    kind: Literal["purchase"] = "purchase"
    token: str
    item: OrderItem
    unit_cents: int
    total_cents: int
    currency: str
    expires_at: datetime


class EvidenceHit(_Value):
    """One passage as it was found; mirrors `knowledge.passages.Hit`.

    `relevance` is None where it was not measured.
    """

    id: str
    source: str
    heading: tuple[str, ...]
    text: str
    passage_kind: str
    sku: str | None
    score: float
    similarity: float
    word_rank: int | None
    vector_rank: int | None
    relevance: float | None = None


class Evidence(_Value):
    """What the knowledge says about a query; mirrors `knowledge.passages.Found`.

    `asked` is what of the query is asked now, where the rest is what was asked before.
    """

    kind: Literal["evidence"] = "evidence"
    query: str
    asked: str = ""
    version: int
    hits: tuple[EvidenceHit, ...]
    nearness: tuple[tuple[str, float], ...] | None = None
    closeness: tuple[tuple[str, float], ...] = ()


class HandOff(_Value):
    """A person was asked for. `staffed` says whether somebody is there now."""

    kind: Literal["handoff"] = "handoff"
    reason: str
    staffed: bool
    hours: str


Artifact = Annotated[
    OrderCard | OrderList | Pictures | PaymentLink | PurchaseSummary | Evidence | HandOff,
    Field(discriminator="kind"),
]
artifact_adapter: TypeAdapter[Artifact] = TypeAdapter(Artifact)
