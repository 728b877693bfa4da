"""Generators of random numbers: they cross with their state, and go on where they were."""

import random
import sys
from collections.abc import Callable
from typing import Any

from .channel import BrokenMessage
from .codec import Body, Node, Packing, Unpacking, changing

_OF_NUMPY = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
# What reading a state raises that is none.
_ODD = (ValueError, TypeError, LookupError, AttributeError, OverflowError)


def register() -> None:
    """Let Python's own cross."""
    _register(random.Random, "Rp", lambda name: random.Random())


def register_numpy(library: Any) -> None:
    """Let those of numpy cross."""
    drawn = library.random

    def bits(name: str) -> Any:
        if name not in _OF_NUMPY:
            raise BrokenMessage("a generator of random numbers that is unknown")
        return getattr(drawn, name)()

    _register(drawn.Generator, "Rg", lambda name: drawn.Generator(bits(name)))
    _register(drawn.RandomState, "Rs", lambda name: drawn.RandomState(bits(name)))


def is_one(kind: type) -> bool:
    """Whether this is a type of generators that cross."""
    numpy = sys.modules.get("numpy")
    of_numpy = () if numpy is None else (numpy.random.Generator, numpy.random.RandomState)
    return kind in (random.Random, *of_numpy)


def state(thing: Any) -> Any:
    """What `set_state` brings back."""
    if hasattr(thing, "getstate"):
        return thing.getstate()
    # The older ones of numpy keep more than their bits.
    return _bits(thing).state if hasattr(thing, "spawn") else thing.get_state(legacy=False)


def set_state(thing: Any, found: Any) -> None:
    """Let it go on from there."""
    if hasattr(thing, "setstate"):
        thing.setstate(found)
    elif hasattr(thing, "spawn"):
        _bits(thing).state = found
    else:
        thing.set_state(found)


def _bits(thing: Any) -> Any:
    """What draws the bits of one of numpy's, or None."""
    return getattr(thing, "bit_generator", None) or getattr(thing, "_bit_generator", None)


def _register(kind: type, tag: str, make: Callable[[str], Any]) -> None:
    def pack(thing: Any, packing: Packing) -> list[Node]:
        return [type(_bits(thing)).__name__, packing.pack(_plain(state(thing)))]

    def made(parts: list[Node], unpacking: Unpacking) -> Any:
        return make(str(parts[0]))

    def fill(thing: Any, parts: list[Node], unpacking: Unpacking) -> None:
        try:
            set_state(thing, _told(unpacking.unpack(parts[1])))
        except _ODD:
            raise BrokenMessage("a generator of random numbers that is none") from None

    changing(kind, Body(tag, pack, made, fill))


def _plain(found: Any) -> Any:
    """A state without objects that can change: these would have numbers of their own."""
    if isinstance(found, dict):
        return ("state", *((name, _plain(one)) for name, one in found.items()))
    return tuple(found.tolist()) if hasattr(found, "tolist") else found


def _told(found: Any) -> Any:
    """The state of which `_plain` made this."""
    if isinstance(found, tuple) and found[:1] == ("state",):
        return {name: _told(one) for name, one in found[1:]}
    return found


register()
