"""Conversations, inbox, outbox, effects, links shown, notebook and leases."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENT = sa.String(32)
_BOT = sa.String(64)
_ID = sa.String(160)


def upgrade() -> None:
    """Make the tables that messages pass through."""
    _conversations()
    _inbox()
    _outbox()
    _effects()
    _state()


def downgrade() -> None:
    """Not offered: it would delete what customers said."""
    raise NotImplementedError


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("bot", _BOT, nullable=False),
        sa.Column("chat", _ID, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.Column("brand", sa.String(32), nullable=False),
        sa.Column("customer", sa.String(128)),
        sa.Column("language", sa.String(2)),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("operator", sa.String(64)),
        sa.Column("first_unread_at", _MOMENT),
        sa.Column("due_at", _MOMENT),
        sa.Column("lease_owner", sa.String(64)),
        sa.Column("lease_until", _MOMENT),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
    )
    current = sa.text("current")
    op.create_index(
        "conversations_one_current",
        "conversations",
        ["bot", "chat"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )
    op.create_index("conversations_by_due", "conversations", ["due_at"])
    op.create_index("conversations_by_time", "conversations", ["updated_at"])


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("bot", _BOT, nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("chat", _ID, nullable=False),
        sa.Column("conversation", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("rest", sa.Text, nullable=False),
        sa.Column("customer", sa.String(128)),
        sa.Column("language", sa.String(2)),
        sa.Column("extra", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(4), nullable=False),
        sa.Column("turn", sa.Integer),
        sa.UniqueConstraint("bot", "message_id", name="inbox_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("inbox_by_conversation", "inbox", ["conversation", "state", "number"])
    op.create_index("inbox_by_chat", "inbox", ["bot", "chat", "number"])
    op.create_index("inbox_by_time", "inbox", ["received_at"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", _ID, nullable=False),
        sa.Column("bot", _BOT, nullable=False),
        sa.Column("chat", _ID, nullable=False),
        sa.Column("conversation", sa.String(64), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("author", sa.String(8), nullable=False),
        sa.Column("parcel", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("claim", sa.Integer, nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("provider_id", _ID),
        sa.Column("error", sa.Text),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("key", name="outbox_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_by_state", "outbox", ["bot", "state", "next_at"])
    op.create_index("outbox_by_chat", "outbox", ["bot", "chat", "number"])
    op.create_index("outbox_by_conversation", "outbox", ["conversation", "number"])


def _effects() -> None:
    op.create_table(
        "effects",
        sa.Column("key", _ID, primary_key=True),
        sa.Column("wanted", sa.Text, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("result", sa.Text),
        sa.Column("intended_at", _MOMENT, nullable=False),
        sa.Column("done_at", _MOMENT),
    )
    op.create_table(
        "shown_links",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("conversation", sa.String(64), nullable=False),
        sa.Column("shown_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token", "conversation"),
    )


def _state() -> None:
    op.create_table(
        "notebook",
        sa.Column("bot", _BOT, nullable=False),
        sa.Column("key", _ID, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("bot", "key"),
    )
    op.create_table(
        "leases",
        sa.Column("name", _ID, primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
    )
