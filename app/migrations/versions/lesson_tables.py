"""Figures, corrections, open questions and batches of replays."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.String(32)
_ID = sa.String(64)
_BRAND = sa.String(32)


def upgrade() -> None:
    """Make the tables."""
    _tallies()
    _corrections()
    _gaps()
    _batches()


def downgrade() -> None:
    """Not offered: it would delete what operators corrected."""
    raise NotImplementedError


def _tallies() -> None:
    op.create_table(
        "conversation_tallies",
        sa.Column("conversation", _ID, primary_key=True),
        sa.Column("brand", _BRAND, nullable=False),
        sa.Column("bot", _ID, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("person", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("links", sa.Integer, nullable=False),
        sa.Column("paid", sa.Integer, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Index(
            "conversation_tallies_by_day",
            *("day", "brand", "bot", "reason", "person", "links", "paid"),
        ),
    )
    op.create_table(
        "turn_tallies",
        sa.Column("conversation", _ID, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("brand", _BRAND, nullable=False),
        sa.Column("bot", _ID, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("refused", sa.Boolean, nullable=False),
        sa.Column("failed", sa.Boolean, nullable=False),
        sa.Column("model_errors", sa.Integer, nullable=False),
        sa.Column("pace", sa.Integer, nullable=False),
        sa.Column("thumb", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "turn"),
        sa.Index(
            "turn_tallies_by_day",
            *("day", "brand", "bot", "pace", "refused", "failed", "model_errors", "thumb"),
        ),
        sa.Index("turn_tallies_by_refusal", "refused", "at"),
    )


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("conversation", _ID, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("brand", _BRAND, nullable=False),
        sa.Column("fault", sa.String(24), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("wrong", sa.Text, nullable=False),
        sa.Column("right", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("operator", _ID, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("case", sa.String(80), nullable=False),
        sa.Column("snippet", sa.String(160), nullable=False),
        sa.Column("example", sa.Boolean, nullable=False),
        sa.Column("sample", sa.Boolean, nullable=False),
        sa.Index("corrections_by_turn", "conversation", "turn"),
        sa.Index("corrections_by_time", "brand", "at"),
        sqlite_autoincrement=True,
    )


def _gaps() -> None:
    op.create_table(
        "gap_groups",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("brand", _BRAND, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("centre", sa.LargeBinary, nullable=False),
        sa.Column("embedder", sa.String(80), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("settled_by", _ID),
        sa.Column("settled_at", _MOMENT),
        sa.Index("gap_groups_by_size", "brand", "state", "size"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "gap_questions",
        sa.Column("conversation", _ID, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "turn"),
        sa.Index("gap_questions_by_group", "number", "at"),
    )


def _batches() -> None:
    op.create_table(
        "replay_batches",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("brand", _BRAND, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("operator", _ID, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Index("replay_batches_by_state", "state", "number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "replay_results",
        sa.Column("batch", sa.Integer, nullable=False),
        sa.Column("conversation", _ID, nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("turns", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("batch", "conversation"),
        sa.Index("replay_results_by_outcome", "batch", "outcome"),
    )
