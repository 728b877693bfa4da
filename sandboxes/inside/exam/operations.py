"""The operators that may be asked of an object that stays in the learner's kernel, by name."""

import copy
import operator
from collections.abc import Callable
from typing import Any

#: Operators of two operands that also exist turned round, as in ``1 - thing``.
ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "divmod": divmod,
    "pow": pow,
    "matmul": operator.matmul,
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
    "lshift": operator.lshift,
    "rshift": operator.rshift,
}

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def _exit(thing: Any, raised: BaseException | None = None) -> Any:
    return type(thing).__exit__(thing, raised and type(raised), raised, None)


#: Everything else, by the name of its method.
OTHERS: dict[str, Callable[..., Any]] = {
    "neg": operator.neg,
    "pos": operator.pos,
    "abs": abs,
    "invert": operator.invert,
    "int": int,
    "float": float,
    "complex": complex,
    "index": operator.index,
    "round": round,
    "len": len,
    "bool": bool,
    "str": str,
    "repr": repr,
    "format": format,
    "iter": iter,
    "next": next,
    "reversed": reversed,
    "contains": operator.contains,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "call": lambda thing, *given, **named: thing(*given, **named),
    "enter": lambda thing: type(thing).__enter__(thing),
    "exit": _exit,
    "dir": dir,
    "hash": hash,
    "issubclass": issubclass,
    "copy": copy.copy,
    "deepcopy": lambda thing, *_: copy.deepcopy(thing),
}

#: Operators that change their first operand if it can be changed.
IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    f"i{name}": getattr(operator, f"i{name.rstrip('_')}") for name in ARITHMETIC if name != "divmod"
}

#: Those that change nothing and that a plain value gives as well as an object derived from it.
PLAIN = frozenset(
    {
        *ARITHMETIC,
        *COMPARISONS,
        *"neg pos abs invert int float complex index round len bool".split(),
    }
    | {*"str repr format iter reversed contains getitem".split()}
)

ALL: dict[str, Callable[..., Any]] = {**ARITHMETIC, **COMPARISONS, **IN_PLACE, **OTHERS}


def offered(kind: type) -> list[str]:
    """The operators that objects of this type have, beyond what every object has."""
    found = []
    for name in (*ALL, *(f"r{name}" for name in ARITHMETIC)):
        method = getattr(kind, f"__{name}__", None)
        if method is not None and method is not getattr(object, f"__{name}__", None):
            found.append(name)
    return found


def inherited(kind: type, base: type) -> list[str]:
    """The operators of `PLAIN` that a type has as ``base``, from which it is derived, gave them."""
    return [
        name
        for name in sorted(PLAIN)
        if getattr(kind, f"__{name}__", None) is getattr(base, f"__{name}__", None)
    ]


def own(kind: type) -> bool:
    """Whether a class of a notebook compares or computes in a way of its own."""
    names = {f"__{name}__" for name in (*COMPARISONS, *ARITHMETIC)}
    names |= {f"__r{name}__" for name in ARITHMETIC}
    return any(
        one.__module__ == "__main__" and not names.isdisjoint(vars(one)) for one in kind.__mro__
    )
