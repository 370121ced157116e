"""A receipt says by a keyed hash who was erased, so that whoever comes back with an older backup is erased again."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_erased_stay_erased"
down_revision = "2026_11_26_register_by_month"


def upgrade() -> None:
    """Give receipts the hash; those of before know nobody."""
    op.add_column("erasures", sa.Column("person_hash", sa.Text(), nullable=True))
