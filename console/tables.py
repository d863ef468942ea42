"""What the console keeps for itself: accounts, sessions, the audit, notes, quick replies."""

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
)

from tools.store import Moment

metadata = MetaData()

operators = Table(
    "operators",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("shown_name", String(64), nullable=False),
    Column("role", String(8), nullable=False),  # viewer, operator, editor or admin
    Column("password", String(200)),  # argon2; none where another service vouches
    Column("language", String(2), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)

operator_sessions = Table(
    "operator_sessions",
    metadata,
    Column("token", String(64), primary_key=True),  # SHA-256 of the cookie
    Column("operator", String(64), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Index("operator_sessions_by_operator", "operator"),
)

sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("who", String(160), nullable=False),  # an account's name, or an address
    Column("at", Moment, nullable=False),
    Index("sign_in_tries_by_who", "who", "at"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("operator", String(64), nullable=False),
    Column("act", String(40), nullable=False),
    Column("conversation", String(64)),
    Column("details", Text, nullable=False),
    Column("address", String(64), nullable=False),
    Index("audit_by_conversation", "conversation", "number"),
    Index("audit_by_operator", "operator", "number"),
    sqlite_autoincrement=True,
)

operator_notes = Table(
    "operator_notes",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("conversation", String(64), nullable=False),
    Column("operator", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("operator_notes_by_conversation", "conversation", "number"),
    sqlite_autoincrement=True,
)

quick_replies = Table(
    "quick_replies",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("brand", String(32), nullable=False),
    Column("title", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("operator", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Index("quick_replies_by_brand", "brand", "title"),
    sqlite_autoincrement=True,
)

# Who has a conversation open; a row that is old means nobody.
presence = Table(
    "presence",
    metadata,
    Column("conversation", String(64), nullable=False),
    Column("operator", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("conversation", "operator"),
)

# How far the customer's words in a conversation were looked at by a person: a number of `said`.
sightings = Table(
    "sightings",
    metadata,
    Column("conversation", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("operator", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)
