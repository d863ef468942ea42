"""What a brand is: its words, its catalogue, its switches. Loaded by `knowledge.brand_folder`."""

from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

Language = Literal["zh", "en"]
PersonalSetting = Literal["mask", "refuse", "keep"]
OrderStatus = Literal[
    "unpaid", "paid", "packed", "shipped", "delivered", "cancelled", "refunding", "refunded"
]
ToolName = Literal[
    "lookup_order",
    "list_orders",
    "verify_order",
    "show_product_images",
    "create_payment_link",
    "search_knowledge",
    "hand_off_to_human",
]


class BrandError(ValueError):
    """A brand folder has a mistake; the message names file, line or key, and what was expected."""


@dataclass(frozen=True, slots=True)
class Product:
    """One row of catalog.csv: price in integer cents of `currency`, `images` brand-relative."""

    sku: str
    name: str
    aliases: tuple[str, ...]
    category: str
    price_cents: int
    currency: str
    stock: int
    url: str
    images: tuple[str, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class OrderLine:
    """So many of one product."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Order:
    """One customer's order, as the shop knows it. `amount_cents` is integer cents."""

    order_id: str
    customer_id: str
    phone_tail: str
    status: OrderStatus
    created_at: datetime
    lines: tuple[OrderLine, ...]
    amount_cents: int
    currency: str
    carrier: str
    tracking_no: str
    note: str


@dataclass(frozen=True, slots=True)
class ExampleCall:
    """A tool call that an example sentence is labelled with."""

    tool: ToolName
    args: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence in the brand's own language and the calls it should lead to (none: small talk)."""

    text: str
    calls: tuple[ExampleCall, ...]


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """Which provider issues links, and the hosts a link may point to."""

    provider: Literal["demo", "stripe", "wechat_pay", "alipay"]
    allowed_hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When people are there to take a conversation over, in the brand's time zone."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Brand:
    """Everything that makes one shop (or office) itself; read once, never changed."""

    folder: Path
    id: str
    name: str
    agent_name: str
    language: Language
    industry: str
    persona: str
    greeting: str
    unknown: str
    currency: str
    timezone: ZoneInfo
    tools: tuple[ToolName, ...]
    orders_source: str
    payment: PaymentSettings
    hours: WorkingHours | None
    products: tuple[Product, ...]
    demo_orders: tuple[Order, ...]
    examples: tuple[Example, ...]
    personal: PersonalSetting = "mask"  # what becomes of personal data in the knowledge
    own_contacts: tuple[str, ...] = ()  # never personal: the shop's own numbers and mail domains

    def product(self, sku: str) -> Product | None:
        """The product with this stock-keeping unit, or None."""
        return next((product for product in self.products if product.sku == sku), None)
