"""What comes from the learner's kernel that is no plain value, and may not come everywhere."""

# mypy: disable-error-code="no-any-return"

import dataclasses
import functools
import importlib
import operator
import types
from collections.abc import Callable
from typing import Any, TypeAlias

from . import codec, operations, remote
from .barred import Barred
from .channel import BrokenMessage
from .codec import Node, Unpacking
from .ledger import Ledger
from .raising import whole
from .record import CALLABLE, CLASS, INSTANCE, OURS, VALUE
from .twins import Twins

# Any: the bridge imports this module, and so cannot be named here.
Bridge: TypeAlias = Any

# By what the library compares to tell them.
_FIELD_KINDS = {
    name: getattr(dataclasses, name) for name in ("_FIELD", "_FIELD_CLASSVAR", "_FIELD_INITVAR")
}


class Arriving:
    """Reads the nodes of one kernel's answers; `Barred` stands for what may not come.

    ``callbacks`` are the functions that the kernel was sent. ``path`` says how what is being read
    is come by; ``here``, whether a function or class of a library may be this side's.
    """

    def __init__(self, bridge: Bridge, ledger: Ledger, twins: Twins, callbacks: list[Any]) -> None:
        self._bridge = bridge
        self._ledger = ledger
        self.twin_class = twins.named
        self._callbacks = callbacks
        self._things: dict[int, Any] = {}
        self._classes: dict[int, type] = {}
        self.path = ""
        self.here = True
        #: The class of the tests whose like the kernel is making.
        self.deriving: type | None = None
        #: Whether an answer is being read: nothing may be asked about what is not whole yet.
        self.is_reading = False

    def node(self, tag: str, parts: list[Node]) -> Any:
        """What a node stands for whose tag is not in the codec's list; raises BrokenMessage."""
        reader = getattr(self, f"_node_{tag}", None) if tag.isalpha() and len(tag) <= 2 else None
        if reader is None:
            raise BrokenMessage(f"a value of an unknown kind, {tag[:20]!r}")
        return reader(*parts)

    def _unpacked(self, node: Node) -> Any:
        return Unpacking(self._ledger, self.node, comes=self.comes).unpack(node)

    def _barred(self, kind: str, what: str, handle: Any = None) -> Barred | None:
        """Nothing if such a thing may come by this path, else what stands for it."""
        if handle is not None and type(handle) is not int:
            raise BrokenMessage("a thing without its number")
        if self._bridge.policy.may_be(self.path, kind):
            return None
        why = f"{shown(self.path)} was {what} where a value was expected"
        return Barred(lambda: self._bridge.refuse(why), lambda: self._bridge.showing, handle)

    def _node_m(self, name: Any) -> Any:
        barred = self._barred(f"module:{_text(name)}", f"the module {_text(name)[:60]}")
        return importlib.import_module(name) if barred is None else barred

    def _node_w(self, handle: Any, name: Any) -> Any:
        if (barred := self._barred("written", "a module", handle)) is not None:
            return barred
        kind = remote.kind(self._bridge, 0, self.path, _text(name), [], [], None)
        return self._kept(handle, lambda: remote.new(kind, self._bridge, handle, self.path, None))

    def _node_cb(self, number: Any) -> Any:
        if not isinstance(number, int) or not 0 <= number < len(self._callbacks):
            raise BrokenMessage("a function that was never sent")
        barred = self._barred(OURS, "a function of the tests")
        return self._callbacks[number] if barred is None else barred

    def _node_fn(self, handle: Any, name: Any, library: Any) -> Any:
        if (
            library is not None
            and self.here
            and self._bridge.policy.may_be(self.path, f"library:{_text(library)}")
        ):
            return remote.from_library(library)
        if (barred := self._barred(CALLABLE, "a function", handle)) is not None:
            return barred
        return self._kept(
            handle, lambda: remote.Function(self._bridge, handle, self.path, _text(name))
        )

    def _node_k(self, *parts: Any) -> Any:
        library, exact = parts[2], parts[3]
        named = library is not None and exact is True and self.here
        if named and self._bridge.policy.may_be(self.path, f"library:{_text(library)}"):
            return remote.from_library(library)
        if (barred := self._barred(CLASS, "a class", parts[0])) is not None:
            return barred
        return self._class(parts, comes=True)

    def _node_o(self, handle: Any, kind: Any, hashed: Any = None) -> Any:
        if not isinstance(kind, list) or kind[0] not in ("k", "tc"):
            raise BrokenMessage("an object without its class")
        library = kind[3] if kind[0] == "k" else None
        is_of = None
        if library is not None and self._bridge.policy.may_be(
            self.path, f"instance:{_text(library)}"
        ):
            is_of = remote.from_library(library, only_loaded=True)
        elif (twin := self._twin_base(kind)) is not None and self._bridge.policy.may_be(
            self.path, f"{INSTANCE}:{OURS}:{twin.__name__}"
        ):
            is_of = twin
        elif (barred := self._barred(INSTANCE, "an object", handle)) is not None:
            return self._called_like(handle, kind) or barred
        made = self._class(kind[1:]) if kind[0] == "k" else remote.Object
        thing = self._kept(handle, lambda: remote.new(made, self._bridge, handle, self.path, is_of))
        found = remote.reference(thing)
        if found is not None and type(hashed) is int:
            found.hashed = hash(hashed)
        return thing

    def _twin_base(self, kind: list[Any]) -> type | None:
        """The class of the author's from which a class of the learner's is derived, if any is."""
        for base in kind[5] if kind[0] == "k" else ():
            if base[0] == "tc":
                return self.twin_class(base[1])
            if (found := self._twin_base(base)) is not None:
                return found
        return None

    def _called_like(self, handle: Any, kind: list[Any]) -> Any:
        """An object that is called, where a function may come, is one."""
        offered = kind[6] if kind[0] == "k" else ()
        if not isinstance(offered, list) or "call" not in offered:
            return None
        if not self._bridge.policy.may_be(self.path, CALLABLE):
            return None
        name = _text(kind[2])
        return self._kept(handle, lambda: remote.Function(self._bridge, handle, self.path, name))

    def _node_xr(self, told: Any) -> Any:
        if (barred := self._barred(INSTANCE, "an exception")) is not None:
            return barred
        unpacking = Unpacking(self._ledger, self.node, comes=self.comes)
        return whole(self._bridge, self.path, told, unpacking)

    def _node_ga(self, kind: Any, *nodes: Any) -> Any:
        self._bridge.policy.may_be(self.path, VALUE)
        parts = [self._unpacked(node) for node in nodes]
        try:
            if kind == "UnionType":
                return functools.reduce(operator.or_, parts)
            return types.GenericAlias(parts[0], tuple(parts[1:]))
        except (TypeError, IndexError):
            raise BrokenMessage("a type hint that is none") from None

    def _node_df(self, name: Any, kind: Any, told: Any) -> Any:
        found = {one: self._unpacked(node) for one, node in told.items()}
        of = found.pop("type", None)
        field: Any = dataclasses.field(**found)
        field.name, field.type = _text(name), of
        field._field_type = _FIELD_KINDS[kind]
        self._bridge.policy.may_be(self.path, VALUE)
        return field

    def _node_it(self, handle: Any) -> Any:
        self._bridge.policy.may_be(self.path, VALUE)
        return self._kept(handle, lambda: remote.Iterator(self._bridge, handle, self.path))

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
        if self._bridge.policy.wants_instance(self.path, own is True):
            thing = self._unpacked(instance)
            found = remote.reference(thing)
            if found is not None:
                found.inherited = frozenset(map(_text, inherited))
            return thing
        self._bridge.policy.may_be(self.path, VALUE)
        return self._unpacked(base)

    def _node_tc(self, name: Any) -> Any:
        kind = self.twin_class(name)
        barred = self._barred(OURS, "a class of the author's")
        return kind if barred is None else barred

    def _node_te(self, name: Any, member: Any) -> Any:
        members = getattr(self.twin_class(name), "__members__", {})
        if _text(member) not in members:
            raise BrokenMessage("a member that there is not")
        return self._twin(members[member])

    def _node_tn(self, name: Any, *nodes: Any) -> Any:
        kind = self.twin_class(name)
        if not issubclass(kind, tuple):
            raise BrokenMessage("a tuple that is none")
        return self._twin(tuple.__new__(kind, [self._unpacked(node) for node in nodes]))

    def comes(self, number: int, thing: Any) -> Any:
        """What stands where the message speaks of an object that can change."""
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
            reference.path = self.path
        return thing

    def _class(self, parts: Any, *, comes: bool = False) -> type:
        handle, name, _, _, bases, offered, error = parts
        if isinstance(handle, bool) or not isinstance(handle, int):
            raise BrokenMessage("a class without its number")
        if handle not in self._classes and self.deriving is not None:
            self._classes[handle], self.deriving = self.deriving, None
            remote.stands_for(self._classes[handle], self._bridge, handle, self.path)
        if handle not in self._classes:
            kinds = [self._class(one[1:]) for one in bases if one[0] == "k"]
            made = remote.kind(self._bridge, handle, self.path, _text(name), kinds, offered, error)
            self._classes[handle] = made
        kind = self._classes[handle]
        reference = remote.reference(kind)
        # An instance does not show how its class was come by.
        if reference is not None and (comes or not self._bridge.policy.is_steady):
            reference.path = self.path
        return kind

    def exception_class(self, node: Any) -> type:
        """The class that stands here for a class of exceptions of the learner's."""
        if not isinstance(node, list) or node[0] != "k" or not isinstance(node[7], str):
            raise BrokenMessage("an exception without its class")
        return self._class(node[1:])


def shown(path: str) -> str:
    """The path, as a refusal names it."""
    return f"`{path}`" if path else "the notebook"


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise BrokenMessage("a name that is none")
    return told
