"""Classes of the author's own, which both sides have: instances of them cross part by part."""

import inspect
from collections.abc import Callable
from typing import Any

from . import codec
from .answering import fill_twin, twin_parts
from .channel import BrokenMessage
from .codec import Body, Node, Unpacking


class Twins:
    """Those of one notebook. ``own`` finds a class of the author's by its name.

    ``names`` are those of the classes that the kernel has too.
    """

    def __init__(self, own: Callable[[str], Any]) -> None:
        self.own = own
        self.names: frozenset[str] = frozenset()
        codec.BODY_OF["tw"] = self.body = Body(
            *("tw", twin_parts, self._made, self._filled),
            is_of=lambda thing: self.own(type(thing).__name__) is type(thing),
        )

    def named(self, name: Any) -> type:
        """The class of that name; raises BrokenMessage."""
        kind = self.own(name) if isinstance(name, str) and name in self.names else None
        if not isinstance(kind, type):
            raise BrokenMessage("an instance of a class that there is not")
        return kind

    def _made(self, parts: list[Node], _: Unpacking) -> Any:
        kind = self.named(parts[0] if parts else None)
        return object.__new__(kind)

    def _filled(self, thing: Any, parts: list[Node], unpacking: Unpacking) -> None:
        fresh = parts[:1]
        for part in parts[1:]:
            name = part[0] if isinstance(part, list) and part else None
            if not isinstance(name, str) or name.startswith("__"):
                raise BrokenMessage("attributes that are none")
            # In the place of what the author's class computes, it would answer in its name.
            if not is_computed(type(thing), name):
                fresh.append(part)
            elif callable(getattr(type(thing), name)):
                raise BrokenMessage("attributes that are none")
        try:
            fill_twin(thing, fresh, unpacking)
        except (AttributeError, TypeError):
            raise BrokenMessage("attributes that are none") from None


def is_computed(kind: type, name: str) -> bool:
    """Whether this is an attribute of the class that a value of the instance would hide."""
    found = inspect.getattr_static(kind, name, None)
    if inspect.isdatadescriptor(found):
        return False
    return callable(getattr(kind, name, None)) or hasattr(type(found), "__get__")
