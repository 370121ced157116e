"""What a person and the coach agree in a talk is written down for the two of them, and the person reads it in the chat.

An invitation says when its card was given to the person: Today lists the cards that still have to be handed over.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_agreements"
down_revision = "2026_11_22_bulk_in_portions"

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the table, and the moment a card was given."""
    op.create_table(
        "agreements",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.Column("coach_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_agreements_organisation_id"),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name="fk_agreements_participant_id"),
        sa.ForeignKeyConstraint(["coach_id"], ["staff.id"], name="fk_agreements_coach_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agreements"),
    )
    op.create_index("ix_agreements_participant_id", "agreements", ["participant_id"], unique=False)
    op.add_column("invitations", sa.Column("handed_at", INSTANT, nullable=True))

