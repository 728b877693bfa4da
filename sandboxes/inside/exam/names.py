"""The variables of the tests: the examiner's own first, then the learner's kernel's."""

import builtins
from typing import Any

from . import remote
from .bridge import Absent, Bridge
from .handing import REMOVED
from .record import Judge, Policy


class Names(dict[str, Any]):
    """A namespace for ``exec``: the examiner's own variables, and `Asking` while it may ask.

    Functions that the tests or the author's own cells define look their globals up here too, so
    while nothing may be asked it is a dictionary like any other, which finds builtins at once.
    """

    def __init__(self) -> None:
        super().__init__(__name__="__main__", __builtins__=builtins)
        self._bridge: Bridge
        #: The names that the author's answers bind; a builtin among them is the learner's.
        self.bound: set[str] = set()
        self._policy: Policy | None = None
        self._kept: dict[str, tuple[int, Any]] = {}

    def ask(self, policy: Policy | None) -> None:
        """From now on ask the kernel under this policy; with None, ask nothing."""
        self._policy = policy
        self._kept.clear()
        self.__class__ = Names if policy is None else Asking

    def ask_through(self, bridge: Bridge) -> None:
        """Ask the kernel at the other end of this bridge."""
        self._bridge = bridge

    def own(self, name: str) -> Any:
        """What the examiner itself has under this name, or None."""
        return dict.get(self, name)

    def twins(self) -> list[str]:
        """The names of the author's own classes."""
        return [
            name
            for name, thing in self.items()
            if issubclass(type(thing), type)
            and thing.__module__ == "__main__"
            and thing.__name__ == name
            and not isinstance(thing, remote.Kind)
            and not issubclass(thing, remote.FromLearner)
        ]


class Asking(Names):
    """Names that are asked of the learner's kernel where the examiner does not have them."""

    def __missing__(self, name: str) -> Any:
        if name not in self.bound and hasattr(builtins, name):
            raise KeyError(name)
        if not self._may_be_asked(name):
            raise KeyError(name)
        asked, value = self._kept.get(name, (-1, None))
        if asked == self._bridge.asked or issubclass(type(value), remote.Function | remote.Kind):
            return value
        try:
            value = self._bridge.name(name)
        except Absent:
            raise KeyError(name) from None
        self._kept[name] = (self._bridge.asked, value)
        return value

    def _may_be_asked(self, name: str) -> bool:
        if not isinstance(self._policy, Judge):
            return True
        return name in self.bound or name in self._policy.names or name in self._policy.theirs

    def __contains__(self, name: object) -> bool:
        if super().__contains__(name):
            return True
        return isinstance(name, str) and self._may_be_asked(name) and self._bridge.has(name)

    # Any: a view of a dictionary; ``dir()`` asks for it.
    def keys(self) -> Any:
        """The names of the examiner and those that may be asked."""
        asked = filter(self._may_be_asked, self._bridge.names())
        return dict.fromkeys([*super().keys(), *asked]).keys()

    def __setitem__(self, name: str, value: Any) -> None:
        """As of a dictionary; a function put in the place of the learner's is put there too."""
        if name in self.bound and (remote.reference(value) or callable(value)):
            self._bridge.handing.replaced[name] = value
        elif name in self._bridge.handing.mirrored:
            self._bridge.handing.hidden[name] = value
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        """As of a dictionary; what is the learner's goes there."""
        if name not in self.bound:
            super().__delitem__(name)
            self._bridge.handing.hidden.pop(name, None)
            return
        self._kept.pop(name, None)
        dict.pop(self, name, None)
        self._bridge.handing.replaced[name] = REMOVED

    def get(self, name: str, default: Any = None) -> Any:
        """As of a dictionary, and asked like every name."""
        try:
            return self[name]
        except KeyError:
            return default
