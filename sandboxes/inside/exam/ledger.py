"""Numbers for the objects that can change, so that both sides speak of the same one."""

import hashlib
import marshal
import sys
from collections import deque
from collections.abc import Hashable
from typing import Any

# The version of marshal whose bytes depend on values alone, not on who else holds them.
_BY_VALUE = 2
_WATCHED = 32
#: One statement of a test seldom looks at more of the kernel's before it changes them.
_SPOKEN_OF = 8
_LARGEST_WATCHED = 64 * 1024
# Our own, and that of who asks how many there are.
_OUR_REFERENCES = 2


class Ledger:
    """What has crossed and can change: both sides keep one, and numbers never clash.

    A number is odd when the learner's kernel gave it, even when the examiner did. ``marks`` are
    those of contents when they were last packed, by number.
    """

    def __init__(self, first: int) -> None:
        self._next = first
        self.objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._known: dict[int, tuple[bytes, int]] = {}
        self.marks: dict[int, Hashable | None] = {}
        #: The numbers that messages spoke of last. What was changed since may be held by nobody
        #: any more, as in ``thing.items.append(1)``.
        self.spoken_of: deque[int] = deque(maxlen=_SPOKEN_OF)

    def number(self, thing: object) -> int:
        """The number of this object; a new one if it has none."""
        found = self._numbers.get(id(thing))
        if found is None:
            found = self._next
            self._next += 2
            self.keep(found, thing)
        return found

    def keep(self, number: int, thing: object) -> None:
        """From now on this object has this number; it lives as long as the ledger."""
        self.objects[number] = thing
        self._numbers[id(thing)] = number

    def given_by_other(self, number: int) -> bool:
        """Whether the other side would give a new object this number."""
        return number > 0 and number % 2 != self._next % 2

    def settle(self, number: int, body: Any) -> bool:
        """Note that both sides now know this body; whether the other side did not before."""
        content = marshal.dumps(body, _BY_VALUE)
        digest = hashlib.blake2b(content, digest_size=16).digest()
        known = self._known.get(number)
        self._known[number] = (digest, len(content))
        return known is None or known[0] != digest

    def forget(self, number: int) -> None:
        """The other side has it otherwise than we: what it holds will be told again."""
        self._known.pop(number, None)
        self.marks.pop(number, None)

    def lose(self, number: int) -> None:
        """What was packed of this one did not arrive; it is as large as it was."""
        size = self._known.get(number, (b"", 0))[1]
        self._known[number] = (b"", size)
        self.marks.pop(number, None)

    def forget_thing(self, thing: object) -> None:
        """`forget` this one, if it has a number."""
        if (number := self._numbers.get(id(thing))) is not None:
            self.forget(number)

    def watched(self) -> list[tuple[int, object]]:
        """The last few small objects that crossed, by number: those that may change unseen.

        What nobody else holds any more is among them once: nobody can change it again.
        """
        last = dict.fromkeys([*self.spoken_of, *list(self.objects)[-_WATCHED:]])
        small = [n for n in last if self._known.get(n, (b"", 0))[1] < _LARGEST_WATCHED]
        held = set(filter(self._is_held, small))
        found = [(n, self.objects[n]) for n in small if n in held or n in self.spoken_of]
        for number in {*self.spoken_of} - held:
            while number in self.spoken_of:
                self.spoken_of.remove(number)
        return found

    def _is_held(self, number: int) -> bool:
        """Whether anybody but us has this object, and so can change it."""
        return sys.getrefcount(self.objects[number]) > _OUR_REFERENCES
