"""Accounts, sessions, audit and notes of the console; why and since when a person is waited for."""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

from agent import said

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.String(32)
_NAME = sa.String(64)


def upgrade() -> None:
    """Make the console's tables."""
    _accounts()
    _audit()
    _talk()
    _waiting()
    _said()


def downgrade() -> None:
    """Not offered: it would delete the record of what operators did."""
    raise NotImplementedError


def _accounts() -> None:
    op.create_table(
        "operators",
        sa.Column("name", _NAME, primary_key=True),
        sa.Column("shown_name", _NAME, nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("password", sa.String(200)),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "operator_sessions",
        sa.Column("token", _NAME, primary_key=True),
        sa.Column("operator", _NAME, nullable=False),
        sa.Column("csrf", _NAME, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=False),
        sa.Index("operator_sessions_by_operator", "operator"),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("who", sa.String(160), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Index("sign_in_tries_by_who", "who", "at"),
        sqlite_autoincrement=True,
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("operator", _NAME, nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("conversation", _NAME),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("address", _NAME, nullable=False),
        sa.Index("audit_by_conversation", "conversation", "number"),
        sa.Index("audit_by_operator", "operator", "number"),
        sqlite_autoincrement=True,
    )


def _talk() -> None:
    op.create_table(
        "operator_notes",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("conversation", _NAME, nullable=False),
        sa.Column("operator", _NAME, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Index("operator_notes_by_conversation", "conversation", "number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "quick_replies",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("brand", sa.String(32), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("operator", _NAME, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Index("quick_replies_by_brand", "brand", "title"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "presence",
        sa.Column("conversation", _NAME, nullable=False),
        sa.Column("operator", _NAME, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "operator"),
    )
    op.create_table(
        "sightings",
        sa.Column("conversation", _NAME, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("operator", _NAME, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )


def _waiting() -> None:
    op.add_column("conversations", sa.Column("waiting_since", _MOMENT))
    op.add_column("conversations", sa.Column("reason", sa.String(40)))
    op.create_index("conversations_by_state", "conversations", ["state", "updated_at"])
    op.create_index("conversations_by_brand", "conversations", ["brand", "updated_at"])
    op.create_index("conversations_by_bot", "conversations", ["bot", "updated_at"])
    op.create_index("conversations_by_waiting", "conversations", ["waiting_since"])


def _said() -> None:
    """Make what was said so far searchable."""
    op.create_table(
        "said",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("conversation", _NAME, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("by", sa.String(8), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.UniqueConstraint("conversation", "seq", "by", name="said_once"),
        sa.Index("said_by_conversation", "conversation", "by", "number"),
        sa.Index("said_by_time", "at"),
        sqlite_autoincrement=True,
    )
    connection = op.get_bind()
    said.create_words(connection)
    events = sa.text("SELECT conversation, seq, kind, at, body FROM events ORDER BY at")
    for conversation, seq, kind, at, body in connection.execute(events).all():
        spoken = said.Spoken(conversation, kind, datetime.fromisoformat(at), json.loads(body))
        said.write_said(connection, [(seq, spoken)])
