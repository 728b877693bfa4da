"""The examiner's end: asks the learner's kernel, and takes each answer for a stranger's word."""

# mypy: disable-error-code="no-any-return"

import builtins
import importlib
import inspect
import random
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from . import codec, data, operations, remote
from .answering import fill_twin, twin_parts
from .barred import Barred, handle_of
from .changes import Changes
from .channel import BrokenMessage, Channel, Gone, TooLarge
from .codec import Body, Node, Packing, Unfit, Unpacking
from .ledger import Ledger
from .raising import raised
from .record import CALLABLE, CLASS, INSTANCE, OURS, VALUE, Policy, Recorder
from .standing_in import NOTHING, instead, may_ask

_MOST_NAMES = 10_000
_LONGEST_PATH = 200
_MIRRORED = ("print", "input", "open")


class Refusal(Exception):
    """What came across, or was to be asked, may not be; the cell fails whoever catches this."""


class Unsealable(Exception):
    """The tests need something that cannot cross; only an author can do something about it."""


class Absent(Exception):
    """The kernel has no such variable."""


#: Stands for a variable that the tests removed from the learner's kernel.
REMOVED = object()


class Bridge:
    """The way to the learner's kernel, for one test cell after the other.

    ``own`` finds a class of the author's by its name; ``refusals`` are those of this cell.
    """

    def __init__(self, channel: Channel, own: Callable[[str], Any]) -> None:
        self._channel = channel
        self._own = own
        self._ledger = Ledger(2)
        self._things: dict[int, Any] = {}
        self._classes: dict[int, type] = {}
        self._callbacks: list[Any] = []
        self.policy: Policy
        self.refusals: list[str] = []
        #: An assertion of the tests that failed while the learner's code called them.
        self.failed: BaseException | None = None
        self.asked = 0
        #: What learners' code changes of the things of the tests.
        self.changes = Changes(self._ledger)
        #: Whether tests are running now, and not the author's own cells.
        self.examining = False
        #: Whether it is not the tests that want a text of something, but the verdict.
        self.showing = False
        self.seeds: list[tuple[str, Any]] = []
        #: The learner's variables that the tests put functions of their own in the place of.
        self.replaced: dict[str, Any] = {}
        #: The docstring that the learner's text gives the function come by a path.
        self.words: Callable[[str], str | None] = lambda path: None
        self.mirrored = {name: getattr(builtins, name) for name in _MIRRORED}
        self._path = ""
        self._twins: frozenset[str] = frozenset()
        codec.BODY_OF["tw"] = self._twin_body = Body(
            *("tw", twin_parts, self._twin_made, self._twin_filled),
            is_of=lambda thing: self._own(type(thing).__name__) is type(thing),
        )

    def begin(self, policy: Policy, twins: list[str], *, frozen: bool = False) -> None:
        """A test cell begins, under this policy.

        With ``frozen`` its things keep what they hold, but where the author's solution changes it.
        """
        self.policy = policy
        self.refusals = []
        self.failed = None
        self.asked = 0
        self.changes.begin(frozen=frozen)
        self.seeds = []
        self.replaced = {}
        data.load()
        self._twins = frozenset(twins)
        self._channel.send({"ask": "begin", "twins": twins})

    def end(self, pushed: dict[str, Any]) -> None:
        """The cell ends; ``pushed`` are variables for the kernel."""
        packing = self._packing()
        nodes = {}
        for name, value in pushed.items():
            try:
                nodes[name] = packing.pack(value)
            except Unfit:
                continue
        message = {"ask": "end", "push": nodes, "mirror": self._mirror(packing)}
        self._channel.send({**message, "objects": packing.objects})

    def refuse(self, why: str) -> Refusal:
        """The refusal to raise; it counts even if the tests catch it."""
        self.refusals.append(why)
        return Refusal(why)

    # What may be asked.

    def name(self, name: str) -> Any:
        """The kernel's variable of that name; raises Absent."""
        return self._ask(name, {"ask": "name", "name": name})

    def has(self, name: str) -> bool:
        """Whether the kernel has a variable of that name."""
        return self._ask("", {"ask": "has", "name": name}) is True

    def names(self) -> list[str]:
        """The names of the kernel's variables."""
        told = self._ask("", {"ask": "names"})
        if not isinstance(told, list) or len(told) > _MOST_NAMES:
            raise self.refuse("a list of names that is none")
        return [name for name in told if isinstance(name, str)]

    def has_file_of_learners(self, name: str, *, is_here: bool) -> bool:
        """Whether this file is to be had from the kernel, whatever ``is_here``.

        It is where the author's solution wrote it, also over one that lies beside the notebook.
        """
        if isinstance(self.policy, Recorder) and is_here:
            written = self._ask("", {"ask": "written", "name": name})
            return written is True and self.policy.may_do("", f"file:{name}")
        return self.policy.may_do("", f"file:{name}")

    def file(self, name: str) -> bytes:
        """The content of a file in the learner's folder."""
        told = self._ask("", {"ask": "file", "name": name})
        if not isinstance(told, bytes):
            raise self.refuse(f"the file {name} was no bytes")
        return told

    def module(self, name: str) -> Any:
        """A module that the learner's notebook wrote, as a thing of the kernel's."""
        if not self.policy.may_be(f"import {name}", "written"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return self._ask(f"import {name}", {"ask": "module", "name": name})

    def library(self, name: str) -> Any:
        """What the kernel itself finds under ``module:name``, as a thing of the kernel's."""
        return self._ask(name, {"ask": "library", "name": name}, here=False)

    def operate(
        self,
        owner: remote.Reference,
        operation: str,
        given: tuple[Any, ...],
        named: dict[str, Any],
    ) -> Any:
        """What the operator gives, asked of the operands, of which ``owner`` stands for one."""
        path = owner.path
        known = [remote.reference(one) for one in given]
        both = f"{operation}:both" if len(given) > 1 and None not in known else ""
        if self._is_plain(owner, operation, known):
            if both:
                self.policy.may_do(path, both)
            plain = [self._plain(one) for one in given]
            return operations.ALL[operation](*plain, **named)
        if not self._may_ask(path, operation, both):
            partner = next((one for one in known if one is not None and one is not owner), None)
            answer = instead(owner, operation, given, partner)
            if answer is not NOTHING:
                return answer
            raise self.refuse(f"{_shown(path)} was asked for its operator {operation}")
        result = self._longer(path, "()" if operation == "call" else f"[{operation}]")
        packing = self._packing()
        message: dict[str, Any] = {"ask": "operation", "operation": operation}
        message["given"] = [self._sent(packing, one, str(place)) for place, one in enumerate(given)]
        message["named"] = {name: self._sent(packing, one, name) for name, one in named.items()}
        return self._ask(result, message, packing)

    def _may_ask(self, path: str, operation: str, both: str) -> bool:
        has = partial(self.policy.may_do, path)
        if isinstance(self.policy, Recorder):
            return has(operation)
        # Where the author's were plain values, another's may still tell two of their own apart.
        return may_ask(has, operation) or (both != "" and has(both))

    def may_show(self, owner: remote.Reference, name: str) -> bool:
        """Whether the object may be asked for a text of itself."""
        if self._is_plain(owner, name, [owner]):
            return True
        return self._may_ask(owner.path, name, "")

    def _is_plain(
        self, owner: remote.Reference, operation: str, known: list[remote.Reference | None]
    ) -> bool:
        """Whether this is for the examiner to do with the plain values within the operands."""
        if operation not in operations.PLAIN or owner.inherited is None:
            return False
        if any(one is not None and one.inherited is None for one in known):
            return False
        inherited = operation in owner.inherited
        return not self.policy.is_asked(owner.path, operation, inherited=inherited)

    def _plain(self, operand: Any) -> Any:
        found = remote.reference(operand)
        if found is None:
            return operand
        return self._ask(found.path, {"ask": "plain", "handle": found.handle})

    def attribute(self, path: str, handle: int, name: str) -> Any:
        """The attribute of that name of the thing that came by ``path``."""
        if not self.policy.may_do(path, f".{name}"):
            raise self.refuse(f"{_shown(path)} was asked for its attribute {name}")
        longer = self._longer(path, f".{name}")
        return self._ask(longer, {"ask": "attribute", "handle": handle, "name": name})

    def assign(self, path: str, handle: int, name: str, value: Any) -> None:
        """Set an attribute."""
        if not self.policy.may_do(path, f"={name}"):
            raise self.refuse(f"{_shown(path)} was to be given the attribute {name}")
        packing = self._packing()
        message = {"ask": "assign", "handle": handle, "name": name}
        self._ask(path, {**message, "value": self._sent(packing, value, name)}, packing)

    def discard(self, path: str, handle: int, name: str) -> None:
        """Delete an attribute."""
        if not self.policy.may_do(path, f"-{name}"):
            raise self.refuse(f"{_shown(path)} was to lose the attribute {name}")
        self._ask(path, {"ask": "discard", "handle": handle, "name": name})

    # How.

    def _longer(self, path: str, step: str) -> str:
        """The path of what comes by this step; what comes of its like again and again has one."""
        if path.endswith(step) and (self.policy.is_steady or step[0] == ".") and step != "()":
            return path
        if self.policy.is_steady and path.endswith(f"{step}()"):
            return path.removesuffix("()")
        return path + step

    def _ask(
        self,
        path: str,
        message: dict[str, Any],
        packing: Packing | None = None,
        *,
        here: bool = True,
    ) -> Any:
        if len(path) > _LONGEST_PATH:
            raise self.refuse("a chain of answers that is too long")
        self.asked += 1
        packing = packing or self._packing()
        mirror = self._mirror(packing)
        self.changes.given(path, packing.places)
        packing.watched()
        try:
            self._channel.send({**message, "mirror": mirror, "objects": packing.objects})
        except TooLarge:
            raise Unsealable("a value that is too large to send") from None
        while True:
            try:
                told = self._channel.receive()
                if told.get("say") == "call":
                    self._called(path, told, packing.places)
                    continue
                return self._answer(path, told, packing.places, here)
            except BrokenMessage as broken:
                raise self.refuse(f"the answer of {_shown(path)} was {broken}") from None
            except Gone:
                raise self.refuse("the kernel has ended") from None
            except (KeyError, TypeError, ValueError, IndexError, AttributeError) as odd:
                if isinstance(odd, remote.FromLearner) or getattr(odd, "from_learner", False):
                    raise
                raise self.refuse(
                    f"the answer of {_shown(path)} was malformed ({type(odd).__name__})"
                ) from None

    def _reading(self, path: str, places: Mapping[int, str]) -> Unpacking:
        """For an answer to a question in which things were handed over at these places."""
        takes = partial(self.changes.takes, self.policy, path, places)
        return Unpacking(self._ledger, self._node, takes, self._comes)

    def _answer(
        self, path: str, told: dict[str, Any], places: Mapping[int, str], here: bool
    ) -> Any:
        _write(sys.stdout, told.get("out"))
        _write(sys.stderr, told.get("err"))
        before = self._path
        self._path = path
        try:
            unpacking = self._reading(path, places)
            unpacking.objects(told.get("objects", {}))
            if told.get("absent") is True:
                raise Absent
            if isinstance(told.get("unfit"), str):
                self._unfit(path, told["unfit"])
            if "raised" in told:
                raise raised(self, path, told["raised"], unpacking)
            self._here = here
            value = unpacking.unpack(told["value"])
        finally:
            self._path = before
            self._here = True
        return value

    _here = True

    def _unfit(self, path: str, what: str) -> None:
        self.refusals.append(f"{_shown(path)} was {what[:200]}")
        raise Unsealable(f"{_shown(path)} is {what[:200]}, which cannot cross")

    def _packing(self) -> Packing:
        return Packing(self._ledger, self._other)

    def _sent(self, packing: Packing, value: Any, place: str) -> Node:
        packing.place = place
        try:
            return packing.pack(value)
        except Unfit as unfit:
            self.refusals.append(f"{unfit} cannot be given to the learner's code")
            raise Unsealable(f"the tests hand over {unfit}, which cannot cross") from None

    def _mirror(self, packing: Packing) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if self.seeds:
            told["seeds"] = [(name, packing.pack(seed)) for name, seed in self.seeds]
            self.seeds = []
        if self.replaced:
            told["replaced"] = {
                name: None if value is REMOVED else self._sent(packing, value, name)
                for name, value in self.replaced.items()
            }
            self.replaced = {}
        changed = {
            name: self._callback(getattr(builtins, name))
            for name, usual in self.mirrored.items()
            if getattr(builtins, name) is not usual
        }
        stdin = sys.stdin
        if "input" not in changed and stdin is not sys.__stdin__ and hasattr(stdin, "readline"):
            changed["input"] = self._callback(_reading(stdin))
        if changed:
            told["builtins"] = changed
        return told

    def _callback(self, function: Any) -> Node:
        known = [place for place, one in enumerate(self._callbacks) if one is function]
        number = known[0] if known else len(self._callbacks)
        if not known:
            self._callbacks.append(function)
        return ["cb", number, str(getattr(function, "__name__", "function"))]

    def _called(self, path: str, told: dict[str, Any], places: Mapping[int, str]) -> None:
        """The learner's code, asked for ``path``, calls a function of the tests."""
        _write(sys.stdout, told.get("out"))
        number = told["number"]
        if isinstance(number, bool) or not isinstance(number, int):
            raise BrokenMessage("a call of nothing")
        if not 0 <= number < len(self._callbacks):
            raise BrokenMessage("a call of nothing")
        before = self._path
        self._path = "callback"
        try:
            unpacking = self._reading(path, places)
            unpacking.objects(told["objects"])
            given = [unpacking.unpack(node) for node in told["given"]]
            named = {str(name): unpacking.unpack(node) for name, node in told["named"].items()}
        finally:
            self._path = before
        packing = self._packing()
        answer: dict[str, Any] = {"ask": "result"}
        try:
            answer["value"] = self._sent(packing, self._callbacks[number](*given, **named), "")
        except (Refusal, Unsealable):
            answer["raised"] = {"name": "RuntimeError", "text": "refused"}
        except BaseException as failed:
            if isinstance(failed, AssertionError) and not self.policy.may_do("callback", "assert"):
                self.failed = self.failed or failed
            answer["raised"] = {"name": type(failed).__name__, "text": str(failed)}
        packing.watched()
        self._channel.send({**answer, "objects": packing.objects})

    # What the tests hand over that is no plain value.

    def _other(self, thing: Any, packing: Packing) -> Node:
        data.load()
        kind = type(thing)
        if kind in codec.PACKERS or kind in codec.BODIES:
            return packing.pack(thing)
        if kind is Barred:
            if (handle := handle_of(thing)) is None:
                raise Unfit("what was refused")
            return ["h", handle]
        reference = remote.reference(thing)
        if reference is not None:
            return ["h", reference.handle]
        if kind is type(sys):
            return ["m", thing.__name__]
        name = kind.__name__
        # Of a class that a test cell made the kernel has none.
        is_known = kind.__module__ != "__main__" or name in self._twins
        if is_known and self._own(name) is kind:
            if issubclass(kind, tuple):
                return ["tn", name, *(packing.pack(one) for one in tuple(thing))]
            if hasattr(kind, "__members__"):
                return ["te", name, thing.name]
            return packing.numbered(thing, self._twin_body)
        if isinstance(thing, type) and self._own(thing.__name__) is thing:
            if thing.__module__ == "__main__" and thing.__name__ not in self._twins:
                raise Unfit(f"the class {thing.__name__} of the tests")
            return ["tc", thing.__name__]
        library = remote.library_name(thing)
        if library is not None:
            return ["L", library]
        if isinstance(thing, type):
            raise Unfit(f"the class {thing.__name__} of the tests")
        if callable(thing):
            return self._callback(thing)
        if not is_known:
            raise Unfit(f"an object of the class {name} of the tests")
        return self._other_iterable(thing, packing)

    def _other_iterable(self, thing: Any, packing: Packing) -> Node:
        if type(thing) in (type({}.keys()), type({}.values()), type({}.items()), map, zip, filter):
            return packing.pack(list(thing))
        raise Unfit(f"a {type(thing).__name__} of the tests")

    # What comes from the learner's kernel that is no plain value.

    def _node(self, tag: str, parts: list[Node]) -> Any:
        reader = getattr(self, f"_node_{tag}", None) if tag.isalpha() and len(tag) <= 2 else None
        if reader is None:
            raise BrokenMessage(f"a value of an unknown kind, {tag[:20]!r}")
        return reader(*parts)

    def _unpacked(self, node: Node) -> Any:
        return Unpacking(self._ledger, self._node, comes=self._comes).unpack(node)

    def _barred(self, kind: str, what: str, handle: Any = None) -> Barred | None:
        """Nothing if such a thing may come by this path, else what stands for it."""
        if handle is not None and type(handle) is not int:
            raise BrokenMessage("a thing without its number")
        if self.policy.may_be(self._path, kind):
            return None
        why = f"{_shown(self._path)} was {what} where a value was expected"
        return Barred(lambda: self.refuse(why), lambda: self.showing, handle)

    def _node_m(self, name: Any) -> Any:
        barred = self._barred(f"module:{_text(name)}", f"the module {_text(name)[:60]}")
        return importlib.import_module(name) if barred is None else barred

    def _node_w(self, handle: Any, name: Any) -> Any:
        if (barred := self._barred("written", "a module", handle)) is not None:
            return barred
        kind = remote.kind(self, 0, self._path, _text(name), [], [], None)
        return self._kept(handle, lambda: remote.new(kind, self, handle, self._path, None))

    def _node_cb(self, number: Any) -> Any:
        if not isinstance(number, int) or not 0 <= number < len(self._callbacks):
            raise BrokenMessage("a function that was never sent")
        barred = self._barred(OURS, "a function of the tests")
        return self._callbacks[number] if barred is None else barred

    def _node_fn(self, handle: Any, name: Any, library: Any) -> Any:
        if (
            library is not None
            and self._here
            and self.policy.may_be(self._path, f"library:{_text(library)}")
        ):
            return remote.from_library(library)
        if (barred := self._barred(CALLABLE, "a function", handle)) is not None:
            return barred
        return self._kept(handle, lambda: remote.Function(self, handle, self._path, _text(name)))

    def _node_k(self, *parts: Any) -> Any:
        library, exact = parts[2], parts[3]
        named = library is not None and exact is True and self._here
        if named and self.policy.may_be(self._path, f"library:{_text(library)}"):
            return remote.from_library(library)
        if (barred := self._barred(CLASS, "a class", parts[0])) is not None:
            return barred
        return self._class(parts, comes=True)

    def _node_o(self, handle: Any, kind: Any) -> Any:
        if not isinstance(kind, list) or kind[0] not in ("k", "tc"):
            raise BrokenMessage("an object without its class")
        library = kind[3] if kind[0] == "k" else None
        is_of = None
        if library is not None and self.policy.may_be(self._path, f"instance:{_text(library)}"):
            is_of = remote.from_library(library, only_loaded=True)
        elif (barred := self._barred(INSTANCE, "an object", handle)) is not None:
            return self._called_like(handle, kind) or barred
        made = self._class(kind[1:]) if kind[0] == "k" else remote.Object
        return self._kept(handle, lambda: remote.new(made, self, handle, self._path, is_of))

    def _called_like(self, handle: Any, kind: list[Any]) -> Any:
        """An object that is called, where a function may come, is one."""
        offered = kind[6] if kind[0] == "k" else ()
        if not isinstance(offered, list) or "call" not in offered:
            return None
        if not self.policy.may_be(self._path, CALLABLE):
            return None
        name = _text(kind[2])
        return self._kept(handle, lambda: remote.Function(self, handle, self._path, name))

    def _node_it(self, handle: Any) -> Any:
        self.policy.may_be(self._path, VALUE)
        return self._kept(handle, lambda: remote.Iterator(self, handle, self._path))

    def _node_vw(self, kind: Any, *nodes: Any) -> Any:
        members = [self._unpacked(node) for node in nodes]
        try:
            if kind == "keys":
                return dict.fromkeys(members).keys()
            if kind == "items":
                return dict(members).items()
        except (TypeError, ValueError):
            raise BrokenMessage("a view of a dictionary that is none") from None
        return dict(enumerate(members)).values()

    def _node_s(self, base: Any, instance: Any, own: Any, inherited: Any) -> Any:
        if self.policy.wants_instance(self._path, own is True):
            thing = self._unpacked(instance)
            found = remote.reference(thing)
            if found is not None:
                found.inherited = frozenset(map(_text, inherited))
            return thing
        self.policy.may_be(self._path, VALUE)
        return self._unpacked(base)

    def _node_tc(self, name: Any) -> Any:
        kind = self._twin_class(name)
        barred = self._barred(OURS, "a class of the author's")
        return kind if barred is None else barred

    def _node_te(self, name: Any, member: Any) -> Any:
        members = getattr(self._twin_class(name), "__members__", {})
        if _text(member) not in members:
            raise BrokenMessage("a member that there is not")
        return self._twin(members[member])

    def _node_tn(self, name: Any, *nodes: Any) -> Any:
        kind = self._twin_class(name)
        if not issubclass(kind, tuple):
            raise BrokenMessage("a tuple that is none")
        return self._twin(tuple.__new__(kind, [self._unpacked(node) for node in nodes]))

    def _comes(self, number: int, thing: Any) -> Any:
        kind = type(thing)
        if kind in codec.BODIES or not self._ledger.given_by_other(number):
            return thing
        return self._twin(thing)

    def _twin(self, thing: Any) -> Any:
        """An instance of a class of the author's, if the author's was one here too.

        It might agree to more than the author had in mind, for instance within a tolerance that
        is its own attribute. One without operators of its class's own agrees to nothing more.
        """
        kind = type(thing)
        if not operations.own(kind):
            return thing
        barred = self._barred(f"{OURS}:{kind.__name__}", f"a {kind.__name__} of the author's")
        return thing if barred is None else barred

    def _kept(self, handle: Any, make: Callable[[], Any]) -> Any:
        if isinstance(handle, bool) or not isinstance(handle, int):
            raise BrokenMessage("a thing without its number")
        if handle not in self._things:
            self._things[handle] = make()
        thing = self._things[handle]
        reference = remote.reference(thing)
        if reference is not None:
            reference.path = self._path
        return thing

    def _class(self, parts: Any, *, comes: bool = False) -> type:
        handle, name, _, _, bases, offered, error = parts
        if isinstance(handle, bool) or not isinstance(handle, int):
            raise BrokenMessage("a class without its number")
        if handle not in self._classes:
            kinds = [self._class(one[1:]) for one in bases if one[0] == "k"]
            made = remote.kind(self, handle, self._path, _text(name), kinds, offered, error)
            self._classes[handle] = made
        kind = self._classes[handle]
        reference = remote.reference(kind)
        # An instance does not show how its class was come by.
        if reference is not None and (comes or not self.policy.is_steady):
            reference.path = self._path
        return kind

    def exception_class(self, node: Any) -> type:
        """The class that stands here for a class of exceptions of the learner's."""
        if not isinstance(node, list) or node[0] != "k" or not isinstance(node[7], str):
            raise BrokenMessage("an exception without its class")
        return self._class(node[1:])

    def _twin_class(self, name: Any) -> type:
        kind = self._own(name) if _text(name) in self._twins else None
        if not isinstance(kind, type):
            raise BrokenMessage("an instance of a class that there is not")
        return kind

    def _twin_made(self, parts: list[Node], _: Unpacking) -> Any:
        kind = self._twin_class(parts[0] if parts else None)
        return object.__new__(kind)

    def _twin_filled(self, thing: Any, parts: list[Node], unpacking: Unpacking) -> None:
        fresh = parts[:1]
        for part in parts[1:]:
            name = part[0] if isinstance(part, list) and part else None
            if not isinstance(name, str) or name.startswith("__"):
                raise BrokenMessage("attributes that are none")
            # In the place of what the author's class computes, it would answer in its name.
            if not _is_computed(type(thing), name):
                fresh.append(part)
            elif callable(getattr(type(thing), name)):
                raise BrokenMessage("attributes that are none")
        try:
            fill_twin(thing, fresh, unpacking)
        except (AttributeError, TypeError):
            raise BrokenMessage("attributes that are none") from None


def _is_computed(kind: type, name: str) -> bool:
    """Whether this is an attribute of the class that a value of the instance would hide."""
    found = inspect.getattr_static(kind, name, None)
    if inspect.isdatadescriptor(found):
        return False
    return callable(getattr(kind, name, None)) or hasattr(type(found), "__get__")


def _shown(path: str) -> str:
    return f"`{path}`" if path else "the notebook"


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise BrokenMessage("a name that is none")
    return told


def _write(stream: Any, text: Any) -> None:
    if isinstance(text, str) and text:
        stream.write(text)


def _reading(stdin: Any) -> Callable[..., str]:
    def read(prompt: object = "") -> str:
        sys.stdout.write(str(prompt))
        line = stdin.readline()
        if not line:
            raise EOFError("EOF when reading a line")
        return str(line).removesuffix("\n")

    return read


def seeders(bridge: Bridge) -> dict[str, Callable[..., Any]]:
    """Replacements of the functions that seed, which seed on the other side as well."""

    def both(name: str, usual: Callable[..., Any]) -> Callable[..., Any]:
        def seed(value: Any = None, *more: Any, **named: Any) -> Any:
            bridge.seeds.append((name, value))
            return usual(value, *more, **named)

        return seed

    made = {"random:seed": both("random:seed", random.seed)}
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        made["numpy.random:seed"] = both("numpy.random:seed", numpy.random.seed)
    return made
