"""What whole days came to, so that many of them are added up quickly."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_LONG_AGO = "2000-01-01T00:00:00.000000+00:00"


def upgrade() -> None:
    """Make the tables; all days that there are have yet to be added up."""
    op.create_table(
        "day_sums",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("brand", sa.String(32), nullable=False),
        sa.Column("bot", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("day", "brand", "bot"),
    )
    op.create_table(
        "stale_days",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("since", sa.String(32), nullable=False),
    )
    op.execute(
        sa.text(
            "INSERT INTO stale_days (day, since) SELECT day, :since FROM"
            " (SELECT day FROM conversation_tallies UNION SELECT day FROM turn_tallies) AS days"
        ).bindparams(since=_LONG_AGO)
    )


def downgrade() -> None:
    """They can be made anew from the tallies."""
    op.drop_table("stale_days")
    op.drop_table("day_sums")
