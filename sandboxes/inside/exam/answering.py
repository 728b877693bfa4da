"""The learner's kernel's part: it answers what the examiner asks, in the kernel's main thread.

Nothing here guards anything. Learner's code shares this process and can change every line of it;
the examiner takes each answer for what a stranger says.
"""

import builtins
import contextlib
import dataclasses
import enum
import functools
import importlib
import io
import linecache
import os
import sys
import time
import types
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from . import codec, data, operations
from .changes import attributes, give
from .channel import BrokenMessage, Channel, TooLarge
from .codec import Body, Node, Packing, Unfit, Unpacking
from .deriving import held
from .ledger import Ledger

_CALLABLES: tuple[type, ...] = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodWrapperType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    functools.partial,
    type(functools.lru_cache(lambda: None)),
)
_VIEWS = {type({}.keys()): "keys", type({}.values()): "values", type({}.items()): "items"}
_STRIPPED = (int, float, complex, str, bytes, tuple, list, dict, set, frozenset)
_LONGEST_TEXT = 2000
_LONGEST_LINE = 400
_MOST_PLACES = 8
_MOST_WITHIN = 4
#: What a field of a data class is made of.
FIELD = "type default default_factory init repr hash compare kw_only".split()
_LARGEST_FILE = 16 * 1024 * 1024


class Callback:
    """A function of the examiner's, to be called in here and to run over there."""

    def __init__(self, answering: "Answering", number: int, name: str) -> None:
        self._answering = answering
        self._number = number
        self.__name__ = self.__qualname__ = name
        self.__doc__ = None

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Have the examiner call it."""
        return self._answering.call_back(self._number, given, named)


class MockCallback(Callback):
    """One of a mock of the examiner's, whose attributes are there too."""

    def __init__(self, answering: "Answering", number: int, name: str, child: int) -> None:
        super().__init__(answering, number, name)
        self._child = child

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._answering.call_back(self._child, (name,), {})


class TestsWentOn(BaseException):
    """What was asked is no longer wanted: it ends in the function of the tests that it called."""


class Answering:
    """Answers in the name of ``space``, the kernel's variables, what comes through ``channel``."""

    def __init__(self, channel: Channel, space: MutableMapping[str, Any]) -> None:
        self._channel = channel
        self._space = space
        self._ledger = Ledger(1)
        self._begun = time.time()
        # When the files of the tests were laid here, by their path.
        self._laid: dict[str, int] = {}
        # The number of the question that is being answered.
        self._question: object = None
        self._has_ended = False
        # In how many exceptions the one is that is being told of.
        self._within = 0
        self._things: dict[int, Any] = {}
        self._handles: dict[int, int] = {}
        self._callbacks: dict[int, Callback] = {}
        self._twins: frozenset[str] = frozenset()
        codec.BODY_OF["tw"] = self._twin_body = Body(
            *("tw", twin_parts, self._twin_made, fill_twin),
            is_of=lambda thing: self._is_twin(type(thing)),
        )
        self._asks: dict[str, Callable[[dict[str, Any], Unpacking], Any]] = {
            "name": self._named,
            "operation": self._operated,
            "attribute": lambda told, u: getattr(self._thing(told), told["name"]),
            "derive": self._derived,
            "above": lambda told, u: getattr(
                super(self._things[told["kind"]], self._thing(told)), told["name"]
            ),
            "plain": lambda told, u: _stripped(self._thing(told)),
            "assign": self._assigned,
            "discard": lambda told, u: delattr(self._thing(told), told["name"]),
            "library": lambda told, u: _from_library(told["name"]),
            "has": lambda told, u: told["name"] in self._space,
            "names": lambda told, u: sorted(n for n in self._space if isinstance(n, str)),
            "file": lambda told, u: _file(told["name"]),
            "written": lambda told, u: self._is_written(told["name"]),
            "state": lambda told, u: tuple(os.stat(told["name"]))[:10],
            "remove": lambda told, u: os.remove(told["name"]),
            "module": lambda told, u: _Written(importlib.import_module(told["name"])),
        }

    def serve(self) -> None:
        """Answer until the examiner says that it has no more questions."""
        data.load()
        self._has_ended = False
        self._answer_until("end")
        plots = sys.modules.get("matplotlib.pyplot")
        if plots is not None:
            plots.close("all")

    def call_back(self, number: int, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Have the examiner call its function of that number, and answer meanwhile."""
        packing = self._packing()
        message = {
            "say": "call",
            "to": self._question,
            "number": number,
            "given": [packing.pack(one) for one in given],
            "named": {name: packing.pack(one) for name, one in named.items()},
            "out": _drained(sys.stdout),
        }
        packing.watched()
        self._channel.send({**message, "objects": packing.objects})
        told = self._answer_until("result")
        unpacking = Unpacking(self._ledger, self._other_node)
        unpacking.objects(told["objects"])
        if "raised" in told:
            kind = getattr(builtins, told["raised"]["name"], RuntimeError)
            raise kind(told["raised"]["text"])
        return unpacking.unpack(told["value"])

    def _answer_until(self, word: str) -> dict[str, Any]:
        while not self._has_ended:
            told = self._channel.receive()
            if told["ask"] in (word, "begin", "end"):
                self._begin_or_end(told)
            if told["ask"] == "end":
                self._has_ended = True
            if told["ask"] == word:
                return told
            if told["ask"] == "functions":
                self._tell_functions(told)
            elif told["ask"] not in ("begin", "end"):
                self._answer(told)
        if word != "end":
            raise TestsWentOn
        return {}

    def _begin_or_end(self, told: dict[str, Any]) -> None:
        if "twins" in told:
            self._twins = frozenset(told["twins"])
        if "push" in told:
            unpacking = Unpacking(self._ledger, self._other_node)
            unpacking.objects(told["objects"])
            self._replace(told["mirror"].get("replaced", {}), unpacking)
            for name, node in told["push"].items():
                self._space[name] = unpacking.unpack(node)

    def _tell_functions(self, told: dict[str, Any]) -> None:
        """Answer for all the names at once; what is no function has a question of its own."""
        packing, found = self._packing(), {}
        for name in told["names"]:
            with contextlib.suppress(Exception):
                if isinstance(thing := self._space[name], (type, *_CALLABLES)):
                    found[name] = packing.pack(thing)
        self._channel.send({"say": "answer", "to": told["question"], "functions": found})

    def _answer(self, told: dict[str, Any]) -> None:
        out, err = io.StringIO(), io.StringIO()
        answer: dict[str, Any] = {"say": "answer", "to": told["question"]}
        former, self._question = self._question, told["question"]
        packing = self._packing()
        try:
            unpacking = Unpacking(self._ledger, self._other_node)
            unpacking.objects(told["objects"])
            with (
                contextlib.redirect_stdout(out),
                contextlib.redirect_stderr(err),
                self._mirrored(told.get("mirror") or {}, unpacking),
            ):
                value = self._asks[told["ask"]](told, unpacking)
            answer["value"] = packing.pack(value)
        except _Absent:
            answer["absent"] = True
        except Unfit as unfit:
            answer["unfit"] = str(unfit)
        except BaseException as raised:
            answer["raised"] = self._raised(raised, packing)
        finally:
            self._question = former
        packing.watched()
        answer |= {"objects": packing.objects, "out": out.getvalue(), "err": err.getvalue()}
        try:
            self._channel.send(answer)
        except (TooLarge, ValueError):
            # The examiner has not heard of them.
            for number in packing.places:
                self._ledger.lose(number)
            empty = {"say": "answer", "to": told["question"]}
            self._channel.send({**empty, "unfit": "a value that is too large"})

    # What is asked.

    def _named(self, told: dict[str, Any], _: Unpacking) -> Any:
        if told["name"] not in self._space:
            raise _Absent
        return self._space[told["name"]]

    def _thing(self, told: dict[str, Any]) -> Any:
        return self._things[told["handle"]]

    def _operated(self, told: dict[str, Any], unpacking: Unpacking) -> Any:
        given = [unpacking.unpack(node) for node in told["given"]]
        named = {name: unpacking.unpack(node) for name, node in told["named"].items()}
        return operations.ALL[told["operation"]](*given, **named)

    def _derived(self, told: dict[str, Any], unpacking: Unpacking) -> Any:
        """A class like the one that the tests derive from the learner's."""
        bases = tuple(unpacking.unpack(node) for node in told["bases"])
        space = {"__module__": "__main__"}
        for name, (way, *nodes) in told["space"].items():
            space[name] = held(way, [unpacking.unpack(node) for node in nodes])
        return types.new_class(told["name"], bases, exec_body=lambda found: found.update(space))

    def _assigned(self, told: dict[str, Any], unpacking: Unpacking) -> None:
        setattr(self._thing(told), told["name"], unpacking.unpack(told["value"]))

    @contextlib.contextmanager
    def _mirrored(self, told: dict[str, Any], unpacking: Unpacking) -> Any:
        """What the tests put in the place of builtins, and the seeds that they set."""
        for name, seed in told.get("seeds", ()):
            _from_library(name)(unpacking.unpack(seed))
        for name, node in told.get("files", {}).items():
            with contextlib.suppress(OSError):
                self._lay(name, unpacking.unpack(node))
        self._replace(told.get("replaced", {}), unpacking)
        replaced = {f"builtins:{name}": node for name, node in told.get("builtins", {}).items()}
        kept = []
        for path, node in (replaced | told.get("patched", {})).items():
            module, _, name = path.partition(":")
            place: Any = importlib.import_module(module)
            kept.append((place, name, getattr(place, name)))
            setattr(place, name, unpacking.unpack(node))
        try:
            yield
        finally:
            for place, name, former in kept:
                setattr(place, name, former)

    def _lay(self, name: str, content: bytes | None) -> None:
        """A file that the tests wrote, or took away."""
        if content is None:
            os.remove(name)
            return
        os.makedirs(os.path.dirname(os.path.abspath(name)), exist_ok=True)
        with open(name, "wb") as file:
            file.write(content)
        self._laid[name] = os.stat(name).st_mtime_ns

    def _is_written(self, name: str) -> bool:
        """Whether the learner's code wrote this file, also over one of the tests'."""
        if name in self._laid:
            return os.stat(name).st_mtime_ns != self._laid[name]
        return os.path.getmtime(name) > self._begun

    def _replace(self, told: dict[str, Any], unpacking: Unpacking) -> None:
        for name, node in told.items():
            if node is None:
                self._space.pop(name, None)
            else:
                self._space[name] = unpacking.unpack(node)

    # What is told.

    def _packing(self) -> Packing:
        return Packing(self._ledger, self._other)

    def _handle(self, thing: Any) -> int:
        handle = self._handles.get(id(thing))
        if handle is None:
            handle = self._handles[id(thing)] = len(self._things) + 1
            self._things[handle] = thing
        return handle

    def _other(self, thing: Any, packing: Packing) -> Node:
        kind = type(thing)
        if kind in (Callback, MockCallback):
            return ["cb", thing._number]
        if kind is _Written:
            return ["w", self._handle(thing.module), thing.module.__name__]
        if kind is types.ModuleType:
            return ["m", thing.__name__]
        if isinstance(thing, type):
            return self._class(thing)
        if self._is_twin(kind):
            return self._twin(thing, packing)
        if isinstance(thing, BaseException):
            return ["xr", self._raised(thing, packing)]
        if kind in (types.GenericAlias, types.UnionType):
            return ["ga", kind.__name__, *map(packing.pack, _hinted(thing))]
        if kind is dataclasses.Field:
            return ["df", thing.name, thing._field_type.name, _of_field(thing, packing)]
        if kind in _VIEWS:
            return ["vw", _VIEWS[kind], *(packing.pack(one) for one in thing)]
        if isinstance(thing, _CALLABLES) or kind.__name__ == "ufunc":
            name = str(getattr(thing, "__name__", kind.__name__))
            return ["fn", self._handle(thing), name, _library(thing)]
        if hasattr(kind, "__next__") and kind.__module__ in ("builtins", "itertools"):
            return ["it", self._handle(thing)]
        stripped = _stripped(thing)
        node: Node = ["o", self._handle(thing), self._class(kind)]
        if packing.is_key and kind.__module__ == "__main__":
            node.append(hash(thing))
        if stripped is not None:
            inherited = operations.inherited(kind, type(stripped))
            return ["s", packing.pack(stripped), node, kind.__module__ == "__main__", inherited]
        return node

    def _class(self, kind: type) -> Node:
        if self._is_twin(kind):
            return ["tc", kind.__name__]
        bases = [self._class(one) for one in kind.__bases__ if one.__module__ == "__main__"]
        library = next(filter(None, map(_library, kind.__mro__[:-1])), None)
        error = None
        if issubclass(kind, BaseException):
            error = next(one.__name__ for one in kind.__mro__ if one.__module__ == "builtins")
        name = kind.__name__
        exact = library is not None and library == _library(kind)
        offered = operations.offered(kind)
        return ["k", self._handle(kind), name, library, exact, bases, offered, error]

    def _is_twin(self, kind: type) -> bool:
        name = kind.__name__
        return name in self._twins and self._space.get(name) is kind

    def _twin(self, thing: Any, packing: Packing) -> Node:
        name = type(thing).__name__
        if isinstance(thing, enum.Enum):
            return ["te", name, thing.name]
        if isinstance(thing, tuple):
            return ["tn", name, *(packing.pack(one) for one in tuple(thing))]
        return packing.numbered(thing, self._twin_body)

    def _twin_made(self, parts: list[Node], _: Unpacking) -> Any:
        kind = self._space[parts[0]]
        return kind.__new__(kind)

    def _raised(self, raised: BaseException, packing: Packing) -> dict[str, Any]:
        """What is told of an exception; others may be in it, and it in them."""
        kind = type(raised)
        told: dict[str, Any] = {"kind": self._class(kind), "text": _text(raised)}
        told |= {"places": _places(raised), "given": []}
        if self._is_twin(kind):
            told["twin"] = kind.__name__
        if self._within == _MOST_WITHIN:
            return told
        self._within += 1
        try:
            told["given"] = [_packed(one, packing) for one in _given(raised)]
            found = attributes(raised)
            told["attributes"] = {name: _packed(one, packing) for name, one in found.items()}
            if raised.__cause__ is not None:
                told["cause"] = self._raised(raised.__cause__, packing)
        finally:
            self._within -= 1
        return told

    # What the examiner tells.

    def _other_node(self, tag: str, parts: list[Node]) -> Any:
        if tag == "h":
            return self._things[parts[0]]
        if tag == "L":
            return _from_library(parts[0])
        if tag == "ex":
            return self._of_tests(*parts)
        if tag == "m":
            return importlib.import_module(parts[0])
        if tag == "tc":
            return self._space[parts[0]]
        if tag == "te":
            return self._space[parts[0]][parts[1]]
        if tag == "tn":
            unpacking = Unpacking(self._ledger, self._other_node)
            return self._space[parts[0]]._make(unpacking.unpack(one) for one in parts[1:])
        if tag == "cb":
            number, name, *child = parts
            if number not in self._callbacks:
                kind = MockCallback if child else Callback
                self._callbacks[number] = kind(self, number, name, *child)
            return self._callbacks[number]
        raise BrokenMessage(f"a value of an unknown kind, {tag!r}")

    # Any: an exception.
    def _of_tests(self, kind: Node, given: Node) -> Any:
        """An exception that the tests raised."""
        unpacking = Unpacking(self._ledger, self._other_node)
        made: Any = unpacking.unpack(kind)
        values = [unpacking.unpack(node) for node in given]
        try:
            return made(*values)
        except TypeError:
            raised = made.__new__(made)
            raised.args = tuple(values)
            return raised


class _Absent(Exception):
    """There is no such variable."""


@dataclass(frozen=True)
class _Written:
    """A module that the notebook wrote as a file, which no library is."""

    module: types.ModuleType


def _hinted(thing: Any) -> tuple[Any, ...]:
    """What a type hint such as ``list[int]`` or ``int | None`` is made of."""
    origin = () if isinstance(thing, types.UnionType) else (thing.__origin__,)
    return (*origin, *(None if one is types.NoneType else one for one in thing.__args__))


def _of_field(field: Any, packing: Packing) -> dict[str, Node]:
    """What is told of a field of a data class, but what it does without."""
    found = {name: getattr(field, name) for name in FIELD}
    told = {
        name: packing.pack(one) for name, one in found.items() if one is not dataclasses.MISSING
    }
    return told | {"metadata": packing.pack(dict(field.metadata))}


def _given(raised: BaseException) -> tuple[Any, ...]:
    """What makes another exception like this one of its class."""
    if isinstance(raised, OSError) and raised.filename is not None:
        return (*raised.args, raised.filename)
    return raised.args


def _packed(thing: Any, packing: Packing) -> Node:
    """The node for a part of an exception, or for its text if it may not cross."""
    try:
        return packing.pack(thing)
    except Unfit:
        return _text(thing)


def twin_parts(thing: Any, packing: Packing) -> list[Node]:
    """The parts of an instance of a class that both sides have from the author."""
    return [
        type(thing).__name__,
        *([name, packing.pack(one)] for name, one in attributes(thing).items()),
    ]


def fill_twin(thing: Any, parts: list[Node], unpacking: Unpacking) -> None:
    """Give an instance these parts and no others; none of its class's own code is run."""
    give(thing, {name: unpacking.unpack(node) for name, node in parts[1:]})


def _library(thing: Any) -> str | None:
    """Under which name of a module this can be found, if it can."""
    module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    if isinstance(thing, types.BuiltinFunctionType) and module is None:
        return None
    if type(thing).__name__ == "ufunc":
        module, name = "numpy", thing.__name__
    if not isinstance(module, str) or not isinstance(name, str) or module == "__main__":
        return None
    found: Any = sys.modules.get(module)
    if str(getattr(found, "__file__", "")).startswith(os.path.abspath("")):
        return None  # A file of the notebook's own.
    for part in name.split("."):
        found = getattr(found, part, None)
    return f"{module}:{name}" if found is thing else None


def _from_library(told: str) -> Any:
    module, _, name = told.partition(":")
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _stripped(thing: Any) -> Any:
    """The plain value within an instance of a class derived from a plain type, or None."""
    for base in _STRIPPED:
        if isinstance(thing, base):
            return _base_value(thing, base)
    if isinstance(thing, types.MappingProxyType):
        return dict(thing)
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if numpy is not None and isinstance(thing, numpy.ndarray):
        return thing.view(numpy.ndarray)
    if pandas is not None and isinstance(thing, pandas.DataFrame):
        return pandas.DataFrame(thing)
    if pandas is not None and isinstance(thing, pandas.Series):
        return pandas.Series(thing)
    return None


def _base_value(thing: Any, base: type) -> Any:
    if base is tuple:
        return tuple.__getitem__(thing, slice(None))
    if base is list:
        return list.__getitem__(thing, slice(None))
    if base is dict:
        return dict(dict.items(thing))
    if base in (set, frozenset):
        return base(base.__iter__(thing))
    if base is bytes:
        return bytes.__getitem__(thing, slice(None))
    if base is complex:
        return complex.__pos__(thing)
    return {int: int.__int__, float: float.__float__, str: str.__str__}[base](thing)


def _file(name: str) -> bytes:
    if os.path.getsize(name) > _LARGEST_FILE:
        raise Unfit("a file that is too large")
    with open(name, "rb") as file:
        return file.read()


def _places(raised: BaseException) -> list[tuple[int, str]]:
    """The lines of the notebook's cells that were running, by number and text, innermost first."""
    found: list[tuple[int, str]] = []
    step = raised.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if step.tb_frame.f_globals.get("__name__") == "__main__":
            text = linecache.getline(code.co_filename, step.tb_lineno).strip()
            found.append((step.tb_lineno, text[:_LONGEST_LINE]))
        step = step.tb_next
    return found[: -_MOST_PLACES - 1 : -1]


def _text(thing: object) -> str:
    try:
        return str(thing)[:_LONGEST_TEXT].encode("utf-8", "replace").decode()
    except BaseException:
        return f"<{type(thing).__name__}>"


def _drained(stream: Any) -> str:
    """What was printed so far, so that it comes before what the callback prints."""
    if not isinstance(stream, io.StringIO):
        return ""
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text
