"""Tests that end, by a signal, what they wait for."""

import contextlib
import signal
import sys

from sandboxes.inside.exam import channel, conversation, foreseeing


class Interrupted(TimeoutError):
    """As the system's own are, it is an OSError."""


@contextlib.contextmanager
def interrupted_after(seconds):
    """As a test does that gives an answer so much time."""

    def end(*_):
        raise Interrupted

    former = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


_WAY = (channel.__file__, conversation.__file__, foreseeing.__file__)


@contextlib.contextmanager
def interrupted_at(place):
    """As by a signal before the statement of that place among all that the way's code runs.

    Gives a list that is not empty once that has happened.
    """
    left, happened = iter(range(place, -1, -1)), []

    def trace(frame, event, _):
        if frame.f_code.co_filename not in _WAY:
            return None
        if event == "line" and next(left, None) == 0:
            happened.append(frame.f_lineno)
            raise Interrupted
        return trace

    former = sys.gettrace()
    sys.settrace(trace)
    try:
        yield happened
    finally:
        sys.settrace(former)
