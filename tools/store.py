"""The tables that tools keep their own things in, and the SQLite engine they run on."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Dialect,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from tools.sqlite_connection import NearConnection

_CONNECTIONS = 16
WRITES = "digital_human_writes"


class Moment(TypeDecorator[datetime]):
    """A point in time as ISO text in UTC: it sorts by time and reads the same in any database."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """The same number of characters for every time, or text order would not be time order."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without its offset from UTC: {value}")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """An aware time in UTC."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


metadata = MetaData()

demo_orders = Table(
    "demo_orders",
    metadata,
    Column("brand_id", String(32), nullable=False),
    Column("order_id", String(64), nullable=False),
    Column("customer_id", String(128), nullable=False),
    Column("phone_tail", String(4), nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("items", Text, nullable=False),
    Column("amount", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("carrier", Text, nullable=False),
    Column("tracking_no", Text, nullable=False),
    Column("note", Text, nullable=False),
    PrimaryKeyConstraint("brand_id", "order_id"),
    Index("demo_orders_by_customer", "brand_id", "customer_id"),
)

# Which order a key was spent on: written before the order itself, so a repeat finds it.
placements = Table(
    "placements",
    metadata,
    Column("brand_id", String(32), nullable=False),
    Column("key", String(128), nullable=False),
    Column("order_id", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    PrimaryKeyConstraint("brand_id", "key"),
    UniqueConstraint("brand_id", "order_id"),
)

proofs = Table(
    "proofs",
    metadata,
    Column("brand_id", String(32), nullable=False),
    Column("conversation", String(64), nullable=False),
    Column("order_id", String(64), nullable=False),
    Column("proved_at", Moment, nullable=False),
    PrimaryKeyConstraint("brand_id", "conversation", "order_id"),
)

proof_attempts = Table(
    "proof_attempts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("brand_id", String(32), nullable=False),
    Column("conversation", String(64), nullable=False),
    Column("order_id", String(64), nullable=False),
    Column("tried_at", Moment, nullable=False),
    Index("proof_attempts_by_conversation", "brand_id", "conversation", "tried_at"),
    Index("proof_attempts_by_order", "brand_id", "order_id", "tried_at"),
)

payment_links = Table(
    "payment_links",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("brand_id", String(32), nullable=False),
    Column("order_id", String(64), nullable=False),
    Column("amount_cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", String(8), nullable=False),  # live, paid or ended
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    # The database itself sees to it that an order never has two live links.
    Index(
        "payment_links_one_live",
        "brand_id",
        "order_id",
        unique=True,
        sqlite_where=text("state = 'live'"),
        postgresql_where=text("state = 'live'"),
    ),
)

purchases = Table(
    "purchases",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("brand_id", String(32), nullable=False),
    Column("conversation", String(64), nullable=False),
    Column("customer_id", String(128), nullable=False),
    Column("sku", String(64), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", String(8), nullable=False),  # live, taken or ended
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index(
        "purchases_one_live",
        "brand_id",
        "conversation",
        unique=True,
        sqlite_where=text("state = 'live'"),
        postgresql_where=text("state = 'live'"),
    ),
)


async def create_tables(engine: AsyncEngine) -> None:
    """Create what is missing; what is there stays as it is."""
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)


def sqlite_engine(path: Path) -> AsyncEngine:
    """An engine on this SQLite file that several processes may use at once."""

    async def connected() -> NearConnection:
        return await NearConnection(path)

    # Opening costs more than most queries: connections are kept, and waited for if need be.
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        async_creator=connected,
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,  # an error in the log must not say what customers wrote
    )
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _begin(connection: Any) -> None:
    """A transaction that will write takes the lock at once.

    SQLite refuses to turn a reader into a writer after somebody else has written, however long
    one is willing to wait.
    """
    if connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
