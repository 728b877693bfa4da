"""The examiner's questions and what the kernel says to each, whatever interrupts the waiting."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .channel import BrokenMessage, Channel

#: What the learner's code gets of a call that may not be, or that nobody wants any more.
REFUSED = {"ask": "result", "raised": {"name": "RuntimeError", "text": "refused"}, "objects": {}}


@dataclass(frozen=True)
class Question:
    """One that has no answer yet."""

    path: str
    #: Whether the kernel has called a function of the tests for it, and waits for the result.
    awaits_result: bool = False


class Conversation:
    """Asks one question after the other; a function of the tests that is called back asks within.

    An exception of the tests' own, from the handler of a signal, may end the wait for an answer or
    the sending of a question anywhere. Handlers run after calls. So whatever changes both what is
    on the way and which questions are open is one assignment of values that are ready.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._numbers = itertools.count(1)
        self._open: dict[int, Question] = {}
        #: The numbers of the questions whose answers somebody waits for, the innermost last.
        self.awaited: tuple[int, ...] = ()

    def tell(self, message: dict[str, Any], then: Callable[[], None] = lambda: None) -> None:
        """Send what has no answer, with what ``then`` asks; raises TooLarge or Gone."""
        self._channel.unsent = self._channel.framed(message)
        then()
        self._channel.send_rest()

    def is_open(self, number: int) -> bool:
        """Whether this question has no answer yet."""
        return number in self._open

    def ask(self, path: str, message: dict[str, Any]) -> int:
        """Open a question, which is sent before anything is heard; raises TooLarge."""
        number = next(self._numbers)
        frame = self._channel.framed({**message, "question": number})
        now = {**self._open, number: Question(path)}
        self._channel.unsent, self._open = frame, now
        return number

    def late(self) -> list[tuple[int, str]]:
        """Numbers and paths of the open questions whose answers nobody waits for any more.

        The innermost comes first: the kernel answers it before the one that it was asked within.
        """
        return [(n, self._open[n].path) for n in reversed(self._open) if n not in self.awaited]

    def hear(self, number: int) -> tuple[dict[str, Any], bool]:
        """The next message to an open question, and whether it is a call; else it is the answer.

        A call that was left without a result gets its refusal first. Raises BrokenMessage, also
        if the message belongs to another question, or Gone.
        """
        if self._open[number].awaits_result:
            self.reply(number, REFUSED)
        told = self._channel.next()
        if isinstance(told, BrokenMessage):
            self._take(self._without(number))
            raise told
        if type(told.get("to")) is not int or told["to"] != number:
            self._take(self._open)
            raise BrokenMessage("one to another question")
        is_call = told.get("say") == "call"
        self._take(self._changed(number, is_call) if is_call else self._without(number))
        return told, is_call

    def reply(self, number: int, result: dict[str, Any]) -> None:
        """Send the result of the call that came to this question; raises TooLarge or Gone."""
        frame, now = self._channel.framed(result), self._changed(number, False)
        self._channel.unsent, self._open = frame, now
        self._channel.send_rest()

    def _without(self, number: int) -> dict[int, Question]:
        return {n: one for n, one in self._open.items() if n != number}

    def _changed(self, number: int, awaits_result: bool) -> dict[int, Question]:
        return {**self._open, number: replace(self._open[number], awaits_result=awaits_result)}

    def _take(self, now: dict[int, Question]) -> None:
        self._channel.arrived, self._open = None, now
