"""What a trick is: a submission that is honestly wrong, and how we know that it can deceive."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

#: What a trick prints when its code came to the point at which it would do harm.
REACHED = "the trick came to its point"

#: The descriptor by which the examiner writes its verdicts; a test of sealing fails with another.
VERDICTS = 11


class Control(StrEnum):
    """How a trick shows that it is no straw man.

    ``open``: it earns more than its honest marks where tests run in the learner's kernel.
    ``naive``: it does so with a grader that executes the notebook as handed in, in its own
    process and beside other work, and believes what that says. ``steals``: where tests run
    in the learner's kernel, it shows the secret of the hidden tests. ``reaches``: it is made
    for an examiner; in a kernel it comes to its point.
    """

    OPEN = "open"
    NAIVE = "naive"
    STEALS = "steals"
    REACHES = "reaches"


# Any: the JSON of a notebook, as a learner may edit it.
Edit = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Trick:
    """One submission: ``answers`` by their grade id, the rest of the release untouched.

    ``edit`` changes the notebook's file after that. ``honest`` is what it is worth.
    """

    name: str
    assignment: str
    answers: Mapping[str, str] = field(default_factory=dict)
    control: Control = Control.OPEN
    edit: Edit | None = None
    honest: float = 0.0
    limits: Mapping[str, float] = field(default_factory=dict)
