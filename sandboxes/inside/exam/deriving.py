"""Classes that tests derive from the learner's: one here, whose methods are the tests', and one
like it in the learner's kernel, which calls them back.
"""

import builtins
import sys
import types
from collections.abc import Callable
from typing import Any

from . import remote
from .codec import Node

# What Python itself puts into a class, or what only the class here has.
_LEFT_OUT = frozenset(
    "__module__ __qualname__ __classcell__ __doc__ __slots__ __annotations__".split()
)


# Any: a class, whose type is of ours.
def derived(meta: type, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> Any:
    """The class of a test, made on both sides."""
    base = next(one for one in bases if remote.reference(one) is not None)
    found: Any = remote.reference(base)
    made: Any = type.__new__(meta, name, bases, {**space, "__slots__": ()})
    found.bridge.derive(found, made, bases, _told(space))
    return made


def _told(space: dict[str, Any]) -> dict[str, tuple[str, list[Any]]]:
    """What the class holds: the way in which each thing is found on an object, and the thing."""
    told: dict[str, tuple[str, list[Any]]] = {}
    for name, thing in space.items():
        if name in _LEFT_OUT:
            continue
        if isinstance(thing, property):
            told[name] = ("property", [thing.fget, thing.fset, thing.fdel])
        elif isinstance(thing, staticmethod | classmethod):
            told[name] = (type(thing).__name__, [thing.__func__])
        else:
            way = "method" if isinstance(thing, types.FunctionType) else "value"
            told[name] = (way, [thing])
    return told


# Any: what a class holds.
def held(way: str, things: list[Any]) -> Any:
    """The other side's end of `_told`."""
    if way == "value":
        return things[0]
    called: list[Any] = [None if one is None else _function(one) for one in things]
    if way == "property":
        return property(*called)
    return called[0] if way == "method" else getattr(builtins, way)(called[0])


def _function(callback: Any) -> Callable[..., Any]:
    """One that is bound to its object, as a callback is not."""

    def method(*given: Any, **named: Any) -> Any:
        return callback(*given, **named)

    method.__name__ = method.__qualname__ = callback.__name__
    return method


class Above:
    """What ``super()`` gives of an object of a class that tests derive from the learner's."""

    def __init__(self, kind: type, thing: Any) -> None:
        object.__setattr__(self, "_both", (kind, thing))

    def __getattribute__(self, name: str) -> Any:
        kind, thing = object.__getattribute__(self, "_both")
        found, of = remote.reference(kind), remote.reference(thing)
        if found is None or of is None:
            return getattr(super(kind, thing), name)
        return of.bridge.above(of, found.handle, name)


def above(*given: Any) -> Any:
    """``super`` of the tests, with which a method of theirs may call the learner's."""
    if given:
        kind, thing = given
    else:
        frame = sys._getframe(1)
        kind, thing = frame.f_locals["__class__"], frame.f_locals[frame.f_code.co_varnames[0]]
    return super(kind, thing) if remote.reference(kind) is None else Above(kind, thing)


def nodes(
    space: dict[str, tuple[str, list[Any]]], sent: Callable[[Any, str], Node]
) -> dict[str, list[Node]]:
    """`_told` as a message has it."""
    return {
        name: [way, *(None if one is None else sent(one, name) for one in things)]
        for name, (way, things) in space.items()
    }
