"""Where a grading run may stand, and what is decided of a regrade."""

from enum import StrEnum


class State(StrEnum):
    """Where a grading run stands.

    ``refused`` is a file that cannot be marked at all and costs no attempt;
    ``given_up`` a run that no worker brought to an end.
    """

    QUEUED = "queued"
    RUNNING = "running"
    MARKED = "marked"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


#: States that a run does not leave again.
SETTLED = frozenset({State.MARKED, State.REFUSED, State.GIVEN_UP})


class Stage(StrEnum):
    """What is said of a piece of work: where its run stands, and whom it waits for."""

    QUEUED = "queued"
    RUNNING = "running"
    MARKED = "marked"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    #: All but the cells that only a person marks is done.
    WAITING = "waiting"


def stage(state: State, *, waits: bool) -> Stage:
    """The stage of work whose latest run stands at ``state``; a person owes it marks or not."""
    return Stage.WAITING if state is State.MARKED and waits else Stage(state.value)


class Scope(StrEnum):
    """What of everybody's work a regrade marks again."""

    ALL = "all"
    COUNTING = "counting"


class Decision(StrEnum):
    """What became of a regrade: its marks count, or they never did."""

    APPLIED = "applied"
    DISCARDED = "discarded"
