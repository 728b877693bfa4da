"""Exceptions from the learner's kernel: raised again as what they claim to be, if that is safe."""

import builtins
import inspect
import sys
from typing import Any, TypeAlias

from . import remote
from .channel import BrokenMessage
from .codec import Unpacking
from .twins import is_computed

# Any: the bridge imports this module, and so cannot be named here.
Bridge: TypeAlias = Any

_MOST_PLACES = 8
_LONGEST_LINE = 400
# What `raised` itself notes.
_NOTED = frozenset({"from_learner", "places"})
_ENDING = (StopIteration, StopAsyncIteration)


class Stopped(Exception):
    """The learner's code tried to end more than itself; to the tests that is a failure."""


def raised(bridge: Bridge, path: str, told: Any, unpacking: Unpacking) -> BaseException:
    """The exception to raise for what the learner's code raised, as `whole` makes it.

    Its ``places`` are the lines of cells, by number and text, that were running when it came; so
    the kernel says.
    """
    error = whole(bridge, path, told, unpacking)
    # Known as one that the learner's code raised, and not our own reading of it.
    error.from_learner = True  # type: ignore[attr-defined]
    error.places = _places(told.get("places"))  # type: ignore[attr-defined]
    return error


def whole(bridge: Bridge, path: str, told: Any, unpacking: Unpacking) -> BaseException:
    """The exception that is told of.

    Builtin ones are themselves, but for those that end a process or an iteration. Those of
    libraries are themselves where the author's record has them, and else stand-ins that only
    their builtin base catches; so are the learner's own, one class for each of theirs. Their
    attributes and causes are what the kernel says.
    """
    if not isinstance(told, dict) or not isinstance(told.get("text"), str):
        raise BrokenMessage("an exception that is none")
    error = _claimed(bridge, path, told, unpacking)
    found = told.get("attributes", {})
    if not isinstance(found, dict):
        raise BrokenMessage("an exception that is none")
    for name, node in found.items():
        value = unpacking.unpack(node)
        if _is_data(type(error), name):
            object.__setattr__(error, name, value)
    if "cause" in told:
        error.__cause__ = whole(bridge, path, told["cause"], unpacking)
    return error


def _is_data(kind: type, name: str) -> bool:
    """Whether an exception of this class may be told to have an attribute of its own so named."""
    if name.startswith("__") or name in _NOTED or hasattr(remote.FromLearner, name):
        return False
    if is_computed(kind, name):
        return False
    return not inspect.isdatadescriptor(inspect.getattr_static(kind, name, None))


def _claimed(bridge: Bridge, path: str, told: Any, unpacking: Unpacking) -> BaseException:
    text = told["text"]
    given = [unpacking.unpack(node) for node in told["given"]]
    node = told["kind"]
    if isinstance(told.get("twin"), str):
        kind: Any = bridge.arriving.twin_class(told["twin"])
        if not issubclass(kind, Exception):
            raise BrokenMessage("an exception that is none")
        return _made(kind, given, text)
    if not isinstance(node, list) or node[0] != "k" or not isinstance(node[3], str):
        raise BrokenMessage("an exception without its class")
    library, exact, error = node[3], node[4], node[7]
    base = getattr(builtins, error, None) if isinstance(error, str) else None
    if not isinstance(base, type) or not issubclass(base, Exception):
        return Stopped(f"{str(node[2])[:60]}: {text}")
    if issubclass(base, _ENDING) and not _may_end(bridge, path):
        return Stopped(f"{str(node[2])[:60]}: {text}")
    if exact is True and library == f"builtins:{error}":
        return _made(base, given, text)
    if exact is True and bridge.policy.may_be(path, f"raises:{library}"):
        found = _loaded(library)
        if found is not None and issubclass(found, Exception):
            return _made(found, given, text)
    made = _made(bridge.arriving.exception_class(node), given, text)
    if isinstance(made, remote.FromLearner) and str(made) != text:
        made.its_text = text
    return made


def _may_end(bridge: Bridge, path: str) -> bool:
    """Whether what came by this path may be the end of an iteration.

    Out of a function it would end one of the tests' own, and those left would never be run.
    """
    return path.endswith("[next]") or bool(bridge.policy.may_be(path, "raises:StopIteration"))


def _places(told: Any) -> list[tuple[int, str]]:
    """The places that were told, as far as they are any."""
    pairs = told[:_MOST_PLACES] if isinstance(told, list) else []
    return [
        (pair[0], pair[1][:_LONGEST_LINE])
        for pair in pairs
        if isinstance(pair, list)
        and len(pair) == 2
        and type(pair[0]) is int
        and isinstance(pair[1], str)
    ]


def _loaded(library: str) -> Any:
    module, _, name = library.partition(":")
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found if isinstance(found, type) else None


def _made(kind: Any, given: list[Any], text: str) -> BaseException:
    try:
        made = kind(*given)
    except Exception:
        made = kind.__new__(kind)
        made.args = tuple(given) or (text,)
    return made if isinstance(made, Exception) else Stopped(text)
