"""What stands in the examiner for the learner's functions, classes and objects.

They stay in the learner's kernel. Whatever is done to a stand-in is asked over there, if the
author's record knows of it, and what comes back is a value or another stand-in.
"""

import builtins
import importlib
import sys
import types
from collections.abc import Callable
from typing import Any, TypeAlias

from . import operations
from .channel import BrokenMessage

# Any: the bridge imports this module, and so cannot be named here.
Bridge: TypeAlias = Any


class FromLearner(Exception):
    """The base of the classes that stand for the learner's own exceptions."""

    #: What its class's own ``__str__`` made of it.
    its_text: str | None = None

    def __str__(self) -> str:
        return super().__str__() if self.its_text is None else self.its_text


class Reference:
    """Which thing of the learner's kernel something stands for, and how it was come by last.

    ``inherited`` are the operators that its class has from a plain type, if it has one.
    """

    __slots__ = ("bridge", "handle", "hashed", "inherited", "is_of", "name", "path")

    def __init__(
        self, bridge: Bridge, handle: int, path: str, name: str, is_of: type | None = None
    ) -> None:
        self.bridge = bridge
        self.handle = handle
        self.path = path
        self.name = name
        self.is_of = is_of
        self.inherited: frozenset[str] | None = None
        #: By which hash a set or dictionary came that it is in.
        self.hashed: int | None = None

    def operate(
        self, operation: str, given: tuple[Any, ...], named: dict[str, Any] | None = None
    ) -> Any:
        """Have the operator carried out over there."""
        return self.bridge.operate(self, operation, given, named or {})

    def knows(self, operation: str) -> bool:
        """Whether the author's record has this operator or attribute of such a thing."""
        return bool(self.bridge.policy.may_do(self.path, operation))

    def attribute(self, name: str) -> Any:
        """Ask for an attribute; special ones only where the author's record has them."""
        special = name.startswith("__") and name.endswith("__")
        if name in _NEVER:
            raise AttributeError(name)
        if special and not self.bridge.policy.may_do(self.path, f".{name}"):
            raise AttributeError(name)
        return self.bridge.attribute(self.path, self.handle, name)


# By these, libraries take an object for its memory, or let it do their work.
_NEVER = frozenset(
    f"__{name}__"
    for name in (
        "array_interface array_struct array_function array_ufunc array_wrap array_finalize"
        " array_priority buffer dlpack dlpack_device dataframe arrow_c_array arrow_c_stream"
        " arrow_c_schema reduce reduce_ex getstate setstate class mro_entries globals"
    ).split()
)
_reference = "_the_reference"
_reference_of_class = "_the_reference_of_the_class"


def reference(thing: Any) -> Reference | None:
    """What ``thing`` stands for, if it is a stand-in of this module."""
    kind = type(thing)
    if kind is Function or kind is Iterator or issubclass(kind, Object):
        return object.__getattribute__(thing, _reference)  # type: ignore[no-any-return]
    # `isinstance` would ask the thing itself.
    if issubclass(kind, Kind) or (issubclass(kind, type) and issubclass(thing, FromLearner)):
        found = _space(thing).get(_reference_of_class)
        return found if isinstance(found, Reference) else None
    return None


class Function:
    """Stands for a function of the learner's."""

    def __init__(self, bridge: Bridge, handle: int, path: str, name: str) -> None:
        object.__setattr__(self, _reference, Reference(bridge, handle, path, name))
        object.__setattr__(self, "__name__", name)
        object.__setattr__(self, "__qualname__", name)
        object.__setattr__(self, "__module__", "__main__")

    @property  # type: ignore[misc]  # What isinstance asks for.
    def __class__(self) -> type:
        return types.FunctionType

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Call it over there."""
        return _of(self).operate("call", (self, *given), named)

    def __getattr__(self, name: str) -> Any:
        return _of(self).attribute(name)

    def __setattr__(self, name: str, value: Any) -> None:
        found = _of(self)
        found.bridge.assign(found.path, found.handle, name, value)

    def __repr__(self) -> str:
        return f"<function {_of(self).name}>"

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)


def _own_words(self: Function) -> Any:
    """Its docstring, as the learner's text has it; what another function made is not in it."""
    found = _of(self)
    if found.path.endswith("()"):
        return found.attribute("__doc__") if found.knows(".__doc__") else None
    return found.bridge.words(found.path)


Function.__doc__ = property(_own_words)  # type: ignore[assignment]
# As tests find it that ask for ``type(f).__name__``.
Function.__name__ = "function"


class Iterator:
    """Stands for an iterator or generator of the learner's: its values come one by one."""

    def __init__(self, bridge: Bridge, handle: int, path: str) -> None:
        object.__setattr__(self, _reference, Reference(bridge, handle, path, "iterator"))

    @property  # type: ignore[misc]  # What isinstance asks for.
    def __class__(self) -> type:
        return types.GeneratorType

    def __iter__(self) -> "Iterator":
        return self

    def __next__(self) -> Any:
        found = _of(self)
        found.bridge.policy.may_do(found.path, "next")
        return found.bridge._ask(
            found.path + "[next]" if not found.path.endswith("[next]") else found.path,
            {
                "ask": "operation",
                "operation": "next",
                "given": [["h", found.handle]],
                "named": {},
            },
        )

    def send(self, value: Any) -> Any:
        """Send a value into the generator."""
        return _of(self).attribute("send")(value)

    def close(self) -> None:
        """End the generator."""
        _of(self).attribute("close")()


class Object:
    """Stands for an object of the learner's; each class of theirs has a class derived from it."""

    __array_ufunc__ = None  # So that numpy leaves operators to us.
    __slots__ = (_reference,)

    @property  # type: ignore[misc]  # What isinstance asks for.
    def __class__(self) -> type:
        return _of(self).is_of or type(self)

    def __getattr__(self, name: str) -> Any:
        return _of(self).attribute(name)

    def __setattr__(self, name: str, value: Any) -> None:
        found = _of(self)
        found.bridge.assign(found.path, found.handle, name, value)

    def __delattr__(self, name: str) -> None:
        found = _of(self)
        found.bridge.discard(found.path, found.handle, name)

    def __dir__(self) -> Any:
        found = _of(self)
        return found.operate("dir", (self,)) if found.knows("dir") else object.__dir__(self)

    def __copy__(self) -> Any:
        return _of(self).operate("copy", (self,))

    def __deepcopy__(self, memo: object) -> Any:
        return _of(self).operate("deepcopy", (self,))

    def __repr__(self) -> str:
        return f"<{_of(self).name} object>"


class Kind(type):
    """The type of the classes that stand for the learner's classes.

    Classes may have operators too, as those of ``enum`` have. ``derived`` makes the class of a test
    that derives from one of them.
    """

    derived: Callable[..., Any]

    def __new__(
        cls, name: str, bases: tuple[type, ...], space: dict[str, Any], **named: Any
    ) -> Any:
        """One that stands for the learner's, or one that a test derives from it."""
        if _reference_of_class in space:
            return super().__new__(cls, name, bases, space)
        if named:
            raise TypeError("a class derived from the learner's can be given no arguments here")
        return cls.derived(cls, name, bases, space)

    @property  # type: ignore[misc]
    def __dict__(cls) -> Any:  # type: ignore[override]
        return _asked_or(cls, "__dict__", _space(cls))

    @property
    def __annotations__(cls) -> Any:  # type: ignore[override]
        return _asked_or(cls, "__annotations__", {})

    def __call__(cls, *given: Any, **named: Any) -> Any:
        """Make an instance over there."""
        return _of(cls).operate("call", (cls, *given), named)

    def __getattr__(cls, name: str) -> Any:
        found = _space(cls).get(_reference_of_class)
        if found is None:
            raise AttributeError(name)
        return found.attribute(name)

    def __dir__(cls) -> Any:
        found = _of(cls)
        return found.operate("dir", (cls,)) if found.knows("dir") else type.__dir__(cls)

    def __bool__(cls) -> bool:
        return True

    def __getitem__(cls, key: Any) -> Any:
        return _of(cls).operate("getitem", (cls, key))

    def __iter__(cls) -> Any:
        return _of(cls).operate("iter", (cls,))

    def __len__(cls) -> Any:
        return _typed("len", _of(cls), _of(cls).operate("len", (cls,)))

    def __contains__(cls, one: Any) -> Any:
        return _typed("contains", _of(cls), _of(cls).operate("contains", (cls, one)))

    def __setattr__(cls, name: str, value: Any) -> None:
        found = _of(cls)
        found.bridge.assign(found.path, found.handle, name, value)


def _asked_or(cls: type, name: str, instead: Any) -> Any:
    """A special attribute of the learner's class, where the author's record has it."""
    found = _space(cls).get(_reference_of_class)
    return instead if found is None or not found.knows(f".{name}") else found.attribute(name)


def kind(
    bridge: Bridge,
    handle: int,
    path: str,
    name: str,
    bases: list[type],
    offered: Any,
    error: Any,
) -> type:
    """A class that stands for one of the learner's.

    ``offered`` are the operators that it is said to have, ``error`` the builtin exception that
    it derives from, if any. Raises BrokenMessage.
    """
    told = Reference(bridge, handle, path, name)
    space: dict[str, Any] = {_reference_of_class: told, "__module__": "__main__"}
    if error is not None:
        base = getattr(builtins, str(error), None)
        if not isinstance(base, type) or not issubclass(base, Exception):
            base = Exception
        errors = [one for one in bases if issubclass(one, FromLearner)]
        return _derived(name, (*errors, *(() if errors else (FromLearner,)), base), space)
    if not isinstance(offered, list) or not all(isinstance(one, str) for one in offered):
        raise BrokenMessage("a class without its operators")
    space["__slots__"] = ()
    for one in offered:
        if one in _METHODS:
            space[f"__{one}__"] = _METHODS[one]
    if "len" in offered:  # So that a truth value is asked as one, whatever it comes from.
        space["__bool__"] = _METHODS["bool"]
    if "eq" in offered and "__hash__" not in space:
        space["__hash__"] = object.__hash__
    kinds = [one for one in bases if issubclass(one, Object)]
    return _derived(name, tuple(kinds) or (Object,), space, Kind)


def _derived(name: str, bases: tuple[type, ...], space: dict[str, Any], meta: type = type) -> type:
    try:
        return meta(name, bases, space)  # type: ignore[no-any-return]
    except TypeError:  # Bases that do not go together.
        return meta(name, (bases[-1],), space)  # type: ignore[no-any-return]


def new(made: type, bridge: Bridge, handle: int, path: str, is_of: type | None) -> Any:
    """An object of ``made`` that stands for the thing of that handle."""
    thing: Any = object.__new__(made)
    told = Reference(bridge, handle, path, made.__name__, is_of)
    object.__setattr__(thing, _reference, told)
    return thing


def stands_for(made: type, bridge: Bridge, handle: int, path: str) -> None:
    """Let ``made``, a class of the tests, stand for the class of that handle."""
    told = Reference(bridge, handle, path, made.__name__)
    type.__setattr__(made, _reference_of_class, told)


def library_name(thing: Any) -> str | None:
    """Under which name of a module a class or function of a library is found, if it is."""
    module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    if type(thing).__name__ == "ufunc":
        module, name = "numpy", thing.__name__
    if not isinstance(module, str) or not isinstance(name, str) or module == "__main__":
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return f"{module}:{name}" if found is thing else None


def from_library(told: str, *, only_loaded: bool = False) -> Any:
    """The library's class or function of that name, which the author's record has."""
    module, _, name = told.partition(":")
    found: Any = sys.modules.get(module) if only_loaded else importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    if only_loaded and not isinstance(found, type):
        return None
    return found


def _space(made: type) -> Any:
    """What a class itself holds, whatever it says."""
    return type.__dict__["__dict__"].__get__(made)


def _of(thing: Any) -> Reference:
    if issubclass(type(thing), Kind):  # `isinstance` would ask the stand-in itself.
        found = _space(thing).get(_reference_of_class)
        if found is None:
            raise TypeError("a class derived from the learner's cannot be used here")
        return found  # type: ignore[no-any-return]
    return object.__getattribute__(thing, _reference)  # type: ignore[no-any-return]


def _asking(name: str) -> Callable[..., Any]:
    def method(self: Any, *given: Any, **named: Any) -> Any:
        return _typed(name, _of(self), _of(self).operate(name, (self, *given), named))

    return method


# Any: the type that Python demands, or none in particular.
def _typed(name: str, found: Reference, answer: Any) -> Any:
    """The answer to this operator, if it is of the type that Python demands of it."""
    wanted = _RESULTS.get(name)
    if wanted is not None and type(answer) is not wanted:
        raise found.bridge.refuse(f"{name} of `{found.path}` was no {wanted.__name__}")
    return answer


def _left(self: Any, kind: Any, raised: BaseException | None, _: Any) -> bool:
    """``__exit__``: whether it keeps back what the tests raised, as it did with the author's."""
    found = _of(self)
    answer = found.operate("exit", (self,) if raised is None else (self, raised))
    if raised is None or not answer:
        return False
    whose = "its own " if getattr(raised, "from_learner", False) else ""
    if isinstance(raised, AssertionError) or not found.knows(f"keeps back {whose}{kind.__name__}"):
        raise found.bridge.refuse(f"`{found.path}` kept back {kind.__name__}")
    return True


def _hashed(self: Any) -> int:
    """``__hash__``: its own where the author's record asks for it, else that of what it is."""
    found = _of(self)
    if found.hashed is not None:
        return found.hashed
    if found.bridge.arriving.is_reading or not found.knows("hash"):
        return object.__hash__(self)
    answer = found.operate("hash", (self,))
    if type(answer) is not int:
        raise found.bridge.refuse(f"hash of `{found.path}` was no int")
    return hash(answer)


def _equal(self: Any, other: Any) -> Any:
    """``__eq__``; of two that come in one set the kernel says that they are not."""
    found = _of(self)
    return self is other if found.bridge.arriving.is_reading else found.operate("eq", (self, other))


def _turned(name: str) -> Callable[..., Any]:
    def method(self: Any, other: Any) -> Any:
        return _of(self).operate(name, (other, self))

    return method


def _shown_as(name: str) -> Callable[..., str]:
    """A text of itself: its own where the author's record asks for it, else one of ours."""

    def method(self: Any, *given: Any) -> str:
        found = _of(self)
        if not found.bridge.may_show(found, name):
            return object.__repr__(self)
        answer = found.operate(name, (self, *given))
        if type(answer) is not str:
            raise found.bridge.refuse(f"{name} of `{found.path}` was no str")
        return answer

    return method


_RESULTS: dict[str, type] = {
    "bool": bool,
    "len": int,
    "int": int,
    "float": float,
    "index": int,
    "contains": bool,
}
_METHODS: dict[str, Callable[..., Any]] = {
    **{name: _asking(name) for name in operations.ALL},
    **{f"r{name}": _turned(name) for name in operations.ARITHMETIC},
    **{name: _shown_as(name) for name in ("str", "repr", "format")},
    "exit": _left,
    "hash": _hashed,
    "eq": _equal,
}
