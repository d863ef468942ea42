"""The log, the demo shop's orders, proofs, payment links and purchases.

Earlier versions made these tables without keeping track of versions; what is there stays.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.String(32)


def upgrade() -> None:
    """Make what is missing."""
    _log()
    _orders()
    _proofs()
    _payments()


def downgrade() -> None:
    """Not offered: it would delete what customers said."""
    raise NotImplementedError


def _log() -> None:
    op.create_table(
        "events",
        sa.Column("conversation", sa.String(64), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        if_not_exists=True,
    )


def _orders() -> None:
    texts = ("items", "amount", "currency", "carrier", "tracking_no", "note")
    kinds: dict[str, sa.types.TypeEngine[str]] = {"amount": sa.String(16), "currency": sa.String(3)}
    op.create_table(
        "demo_orders",
        sa.Column("brand_id", sa.String(32), nullable=False),
        sa.Column("order_id", sa.String(64), nullable=False),
        sa.Column("customer_id", sa.String(128), nullable=False),
        sa.Column("phone_tail", sa.String(4), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        *(sa.Column(name, kinds.get(name, sa.Text()), nullable=False) for name in texts),
        sa.PrimaryKeyConstraint("brand_id", "order_id"),
        if_not_exists=True,
    )
    columns = ["brand_id", "customer_id"]
    op.create_index("demo_orders_by_customer", "demo_orders", columns, if_not_exists=True)
    op.create_table(
        "placements",
        sa.Column("brand_id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("order_id", sa.String(64), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "key"),
        sa.UniqueConstraint("brand_id", "order_id"),
        if_not_exists=True,
    )


def _proofs() -> None:
    op.create_table(
        "proofs",
        sa.Column("brand_id", sa.String(32), nullable=False),
        sa.Column("conversation", sa.String(64), nullable=False),
        sa.Column("order_id", sa.String(64), nullable=False),
        sa.Column("proved_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "conversation", "order_id"),
        if_not_exists=True,
    )
    op.create_table(
        "proof_attempts",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("brand_id", sa.String(32), nullable=False),
        sa.Column("conversation", sa.String(64), nullable=False),
        sa.Column("order_id", sa.String(64), nullable=False),
        sa.Column("tried_at", _MOMENT, nullable=False),
        if_not_exists=True,
    )
    for what in ("conversation", "order_id"):
        name = f"proof_attempts_by_{what.removesuffix('_id')}"
        columns = ["brand_id", what, "tried_at"]
        op.create_index(name, "proof_attempts", columns, if_not_exists=True)


def _payments() -> None:
    live = sa.text("state = 'live'")
    op.create_table(
        "payment_links",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("brand_id", sa.String(32), nullable=False),
        sa.Column("order_id", sa.String(64), nullable=False),
        sa.Column("amount_cents", sa.Integer, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "purchases",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("brand_id", sa.String(32), nullable=False),
        sa.Column("conversation", sa.String(64), nullable=False),
        sa.Column("customer_id", sa.String(128), nullable=False),
        sa.Column("sku", sa.String(64), nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("unit_cents", sa.Integer, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        if_not_exists=True,
    )
    for table, what in (("payment_links", "order_id"), ("purchases", "conversation")):
        op.create_index(
            f"{table}_one_live",
            table,
            ["brand_id", what],
            unique=True,
            sqlite_where=live,
            postgresql_where=live,
            if_not_exists=True,
        )
