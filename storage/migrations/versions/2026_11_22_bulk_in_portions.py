"""What nobody asked for is sent in portions that all processes share, and a wait that Telegram orders holds for all.

A conversation says whether its due screen is such a one, and how many sends of it may have arrived without a receipt.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_bulk_in_portions"
down_revision = "2026_11_21_staff_sign_in"

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the buckets, and tell replies from what comes unasked."""
    op.create_table(
        "buckets",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("spent_until", INSTANT, nullable=False),
        sa.Column("banned_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("channel", name="pk_buckets"),
    )
    op.add_column("conversations", sa.Column("is_bulk", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "conversations", sa.Column("unconfirmed", sa.SmallInteger(), nullable=False, server_default=sa.text("0"))
    )
    op.drop_index("ix_conversations_next_try_at", table_name="conversations")
    op.create_index(
        "ix_conversations_is_bulk_next_try_at",
        "conversations",
        ["is_bulk", "next_try_at"],
        unique=False,
        sqlite_where=sa.text("next_try_at IS NOT NULL"),
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
    )
