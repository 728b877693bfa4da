"""Operators that a learner's object has and the author's had not: what then stands for them.

Whoever writes a class may write more of its methods than the author did, or others for the same
use. The record knows only those that the author's object was asked for.
"""

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from . import operations

# Any: the bridge and what stands for objects import this module.
Reference: TypeAlias = Any

#: Not answered here.
NOTHING = object()

_TEXTS = ("str", "repr", "format")
_TURNED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}


def may_ask(has: Callable[[str], bool], operation: str) -> bool:
    """Whether this may be asked of an object of which the record ``has`` some operators.

    Texts are values, whichever method makes them, and so is what an iterator gives.
    """
    if has(operation):
        return True
    if operation in _TEXTS:
        return any(map(has, _TEXTS))
    return operation == "iter" and (has("getitem") or has("contains"))


def instead(owner: Reference, operation: str, given: tuple[Any, ...], partner: Reference) -> Any:
    """What the operator gives without being asked of ``owner``, or NOTHING.

    It is what Python makes of an object without that method, from those that the record has.
    ``partner`` is what the other operand stands for, if anything.
    """

    def has(name: str) -> bool:
        return bool(owner.bridge.policy.may_do(owner.path, name))

    if operation == "eq" or operation in operations.IN_PLACE:
        return NotImplemented
    if operation == "ne":
        return not operator.eq(*given) if has("eq") else NotImplemented
    if operation in _TURNED and partner is not None:
        is_known = owner.bridge.policy.may_do(partner.path, _TURNED[operation])
        return NotImplemented if is_known else NOTHING
    if operation == "contains" and (has("iter") or has("getitem")):
        return any(given[1] is one or given[1] == one for one in iter(given[0]))
    if operation == "bool":
        return len(given[0]) != 0 if has("len") else True
    return NOTHING
