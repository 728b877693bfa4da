"""How a run goes, as its page shows it to those who teach: who needs help, and the charts."""

from collections.abc import Mapping, Sequence
from typing import Any

from lms.grading import attention_queries
from lms.learning import attention
from lms.learning.models import CourseRun, Enrolment
from lms.learning.rules import Step
from lms.web import access

#: So many of those who need help are named at once, so many others folded.
FIRST, FOLDED = 15, 45


# Any: what a template is handed over.
def of_run(
    run: CourseRun, enrolments: Sequence[Enrolment], steps: Mapping[int, Sequence[Step]]
) -> dict[str, Any]:
    """Who needs help and how far all have come; nobody needs help before the run opens."""
    session, now = access.session(), access.now()
    last, tries = attention_queries.last_worked(session, run), attention_queries.tries(session, run)
    learning = [e for e in enrolments if e.completed is None]
    found = [
        (each, why)
        for each in (learning if run.opens <= now else [])
        if (why := attention.needs(steps[each.id], tries.get(each.id, {}), last[each.id], now))
    ]
    found.sort(key=lambda pair: pair[1].weight, reverse=True)
    return {
        "needy": found[:FIRST],
        "more_needy": found[FIRST : FIRST + FOLDED],
        "others_needy": max(0, len(found) - FIRST - FOLDED),
        "is_open": run.opens <= now,
        "bars": attention.bars([steps[each.id] for each in enrolments]),
        "spans": attention.spans([last[each.id] for each in learning], now),
    }
