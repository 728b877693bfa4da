"""How a run ended, or why a cell has no result, in words for the person whose notebook it was."""

from lms.core.i18n import Sentence, say
from lms.grading.runs import Ending

_NOT_RUN = say("This cell was not run.")

_ENDED_HERE = {
    Ending.TIMEOUT: say("The time allowed ran out while this cell ran. Look for an endless loop."),
    Ending.MEMORY: say("The memory allowed was used up while this cell ran."),
    Ending.OUTPUT: say("This cell wrote more output than is allowed."),
    Ending.PROCESSES: say("This cell started more processes or threads than are allowed."),
    Ending.CRASHED: say("Python stopped altogether while this cell ran."),
    Ending.REFUSED: say("The notebook was refused, so this cell was not run."),
    Ending.UNAVAILABLE: say("The notebook could not be run safely here, so it was not run."),
}

_ENDED_BEFORE = {
    Ending.TIMEOUT: say(
        "The time allowed ran out in an earlier cell, so this one was not run. "
        "Look for an endless loop above."
    ),
    Ending.MEMORY: say(
        "The memory allowed was used up in an earlier cell, so this one was not run."
    ),
    Ending.OUTPUT: say(
        "An earlier cell wrote more output than is allowed, so this one was not run."
    ),
    Ending.PROCESSES: say(
        "An earlier cell started more processes or threads than are allowed, so this one was "
        "not run."
    ),
    Ending.CRASHED: say("Python stopped altogether in an earlier cell, so this one was not run."),
    Ending.REFUSED: _ENDED_HERE[Ending.REFUSED],
    Ending.UNAVAILABLE: _ENDED_HERE[Ending.UNAVAILABLE],
}


_ENDED = {
    Ending.FINISHED: say("Every cell was run."),
    Ending.TIMEOUT: say("The notebook took longer than it may. Look for an endless loop."),
    Ending.MEMORY: say("The notebook used more memory than it may."),
    Ending.OUTPUT: say("The notebook wrote more output than it may."),
    Ending.PROCESSES: say("The notebook started more processes or threads than it may."),
    Ending.CRASHED: say("Python stopped altogether before the notebook was finished."),
    Ending.REFUSED: _ENDED_HERE[Ending.REFUSED],
    Ending.UNAVAILABLE: _ENDED_HERE[Ending.UNAVAILABLE],
}


def after_ending(ending: Ending, *, here: bool) -> Sentence:
    """Why a cell has no result, in a run that ended badly ``here`` or in an earlier cell."""
    return (_ENDED_HERE if here else _ENDED_BEFORE).get(ending, _NOT_RUN)


def ending_sentence(ending: Ending) -> Sentence:
    """How a whole run ended, for the person whose notebook it was."""
    return _ENDED[ending]
