"""An organisation chooses its languages, staff try a channel with a link of their own, and the log is read by month.

An index that holds what the log counts takes the place of the one of the organisation alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_organisation_settings"
down_revision = "2026_11_27_erased_stay_erased"

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
LOG = ["organisation_id", "done_at", "staff_id", "action", "participant_id"]


def upgrade() -> None:
    """Add the column, the table of links and the index."""
    op.add_column("organisations", sa.Column("languages", sa.Text(), nullable=True))
    op.create_table(
        "sample_links",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_sample_links_organisation_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_sample_links_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sample_links"),
        sa.UniqueConstraint("token_hash", name="uq_sample_links_token_hash"),
    )
    op.create_index("ix_sample_links_staff_id", "sample_links", ["staff_id"], unique=False)
    op.create_index("ix_audit_log", "audit", LOG, unique=False)
    op.drop_index("ix_audit_organisation_id", "audit")
