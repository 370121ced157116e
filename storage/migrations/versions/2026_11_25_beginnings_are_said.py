"""Conversations always say where they are, so that one that lost its content is never taken for a beginning.

Until now a place in the conversation that was the first one was left out of what was kept.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_beginnings_are_said"
down_revision = "2026_11_24_lists_of_people"

LEFT_OUT = {"stage": "language", "language": "nl", "step": 1}

ALL = sa.text("SELECT id, state FROM conversations")
PUT = sa.text("UPDATE conversations SET state = :state WHERE id = :id")


def upgrade() -> None:
    """Write into each conversation what was left out; what cannot be read stays as it is."""
    connection = op.get_bind()
    for conversation_id, state in connection.execute(ALL).all():
        full = _filled(state)
        if full != state:
            connection.execute(PUT, {"id": conversation_id, "state": full})


def _filled(state: str) -> str:
    try:
        kept = json.loads(state)
    except ValueError:
        return state
    if not isinstance(kept, dict) or kept.keys() >= LEFT_OUT.keys():
        return state
    return json.dumps(LEFT_OUT | kept, ensure_ascii=False, separators=(",", ":"))
