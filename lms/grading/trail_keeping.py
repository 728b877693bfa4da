"""Keeps how far learners have come, worked out from all that they did, for pages about many."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.grading import attention_queries
from lms.learning.models import Enrolment


def keep_some(session: Session) -> int:
    """Work out some of the trails that are not kept, and keep them; how many."""
    found = attention_queries.unknown(session)
    if found:
        session.execute(
            update(Enrolment),
            [
                {"id": row, "trail": trail, "worked": worked}
                for row, (trail, worked) in attention_queries.ways(session, found).items()
            ],
        )
    return len(found)
