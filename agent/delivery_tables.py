"""The tables that messages pass through: in, taken, answered, out."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from tools.store import Moment

metadata = MetaData()

# One stretch of talk in a chat. Every write of a turn checks `fence`, which grows with each taking.
conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("bot", String(64), nullable=False),
    Column("chat", String(160), nullable=False),
    Column("current", Boolean, nullable=False),
    Column("brand", String(32), nullable=False),
    Column("customer", String(128)),
    Column("language", String(2)),
    Column("state", String(12), nullable=False),  # bot, waiting (for a person), taken_over, closed
    Column("operator", String(64)),
    Column("first_unread_at", Moment),
    Column("due_at", Moment),
    Column("lease_owner", String(64)),
    Column("lease_until", Moment),
    Column("fence", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    # Since when a person is waited for, and why; the reason it was closed for, once it is.
    Column("waiting_since", Moment),
    Column("reason", String(40)),
    Index(
        "conversations_one_current",
        "bot",
        "chat",
        unique=True,
        sqlite_where=text("current"),
        postgresql_where=text("current"),
    ),
    Index("conversations_by_due", "due_at"),
    Index("conversations_by_time", "updated_at"),
    Index("conversations_by_state", "state", "updated_at"),
    Index("conversations_by_brand", "brand", "updated_at"),
    Index("conversations_by_bot", "bot", "updated_at"),
    Index("conversations_by_waiting", "waiting_since"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("bot", String(64), nullable=False),
    Column("message_id", String(160), nullable=False),
    Column("chat", String(160), nullable=False),
    Column("conversation", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("rest", Text, nullable=False),
    Column("customer", String(128)),
    Column("language", String(2)),
    Column("extra", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("state", String(4), nullable=False),  # new or done
    Column("turn", Integer),
    UniqueConstraint("bot", "message_id", name="inbox_once"),
    Index("inbox_by_conversation", "conversation", "state", "number"),
    Index("inbox_by_chat", "bot", "chat", "number"),
    Index("inbox_by_time", "received_at"),
    sqlite_autoincrement=True,
)

# `place` is the parcel's position in its reply; `author` is bot, notice or operator.
outbox = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("key", String(160), nullable=False),
    Column("bot", String(64), nullable=False),
    Column("chat", String(160), nullable=False),
    Column("conversation", String(64), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("author", String(8), nullable=False),
    Column("parcel", Text, nullable=False),
    # waiting, sending, sent, delivery_unknown, dead or cancelled
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("claim", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("provider_id", String(160)),
    Column("error", Text),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("key", name="outbox_once"),
    Index("outbox_by_state", "bot", "state", "next_at"),
    Index("outbox_by_chat", "bot", "chat", "number"),
    Index("outbox_by_conversation", "conversation", "number"),
    sqlite_autoincrement=True,
)

effects = Table(
    "effects",
    metadata,
    Column("key", String(160), primary_key=True),
    Column("wanted", Text, nullable=False),
    Column("state", String(8), nullable=False),  # intended or done
    Column("result", Text),
    Column("intended_at", Moment, nullable=False),
    Column("done_at", Moment),
)

# Who was shown which payment link, so that the notice that it was paid finds its way back.
shown_links = Table(
    "shown_links",
    metadata,
    Column("token", String(64), nullable=False),
    Column("conversation", String(64), nullable=False),
    Column("shown_at", Moment, nullable=False),
    PrimaryKeyConstraint("token", "conversation"),
)

notebook = Table(
    "notebook",
    metadata,
    Column("bot", String(64), nullable=False),
    Column("key", String(160), nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("bot", "key"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(160), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("until", Moment, nullable=False),
    Column("fence", Integer, nullable=False),
)
