"""The examiner's end: asks the learner's kernel, and takes each answer for a stranger's word."""

# mypy: disable-error-code="no-any-return"

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from . import data, deriving, operations, remote
from .arriving import Arriving, shown
from .changes import Changes
from .channel import BrokenMessage, Channel, Gone, TooLarge
from .codec import Node, Packing, Unfit, Unpacking
from .conversation import REFUSED, Conversation
from .foreseeing import Foreseen
from .handing import Handing, Unsealable
from .ledger import Ledger
from .raising import raised
from .record import Judge, Policy, Recorder
from .standing_in import NOTHING, instead, may_ask
from .twins import Twins

_MOST_NAMES = 10_000
_LONGEST_PATH = 200
#: The numbers that make a state of a file.
_STATE = 10
# What reading an answer raises that no honest kernel gives.
_MALFORMED = (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)


class Refusal(Exception):
    """What came across, or was to be asked, may not be; the cell fails whoever catches this."""


class Absent(Exception):
    """The kernel has no such variable."""


class Bridge:
    """The way to the learner's kernel, for one test cell after the other.

    ``own`` finds a class of the author's by its name; ``refusals`` are those of this cell.
    """

    def __init__(self, channel: Channel, own: Callable[[str], Any]) -> None:
        self._conversation = Conversation(channel)
        self._foreseen = Foreseen(self._conversation)
        # Threads of the tests ask one after the other; a function that is called back asks within.
        self._turn = threading.RLock()
        self._ledger = Ledger(2)
        self._twins = Twins(own)
        self.handing = Handing(self._ledger, self._twins, self.refuse)
        self.arriving = Arriving(self, self._ledger, self._twins, self.handing.callbacks)
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
        #: What the examiner itself works with, and no test may open by its number.
        self.descriptors: frozenset[int] = frozenset()
        #: The docstring that the learner's text gives the function come by a path.
        self.words: Callable[[str], str | None] = lambda path: None

    def begin(self, policy: Policy, twins: list[str], *, frozen: bool = False) -> None:
        """A test cell begins, under this policy.

        With ``frozen`` its things keep what they hold, but where the author's solution changes it.
        """
        self.policy = policy
        self.refusals = []
        self.failed = None
        self.asked = 0
        self.changes.begin(frozen=frozen)
        self.handing.begin()
        data.load()
        self._twins.names = frozenset(twins)
        # The author's solution is asked for one name after the other, as its record tells.
        names = policy.functions if isinstance(policy, Judge) else []
        asking = partial(self._foreseen.ask, names)
        self._conversation.tell({"ask": "begin", "twins": twins}, asking)

    def end(self, pushed: dict[str, Any]) -> None:
        """The cell ends; ``pushed`` are variables for the kernel."""
        packing = self.handing.packing()
        nodes = {}
        for name, value in pushed.items():
            try:
                nodes[name] = packing.pack(value)
            except Unfit:
                continue
        message = {"ask": "end", "push": nodes, "mirror": self.handing.mirror(packing)}
        self._conversation.tell({**message, "objects": packing.objects})

    def refuse(self, why: str) -> Refusal:
        """The refusal to raise; it counts even if the tests catch it."""
        self.refusals.append(why)
        return Refusal(why)

    # What may be asked.

    def name(self, name: str) -> Any:
        """The kernel's variable of that name; raises Absent."""
        with self._turn:
            node = None
            if self.asked == 0 and name not in self.handing.replaced:
                self._hear_late()
                node = self._foreseen.node(name)
            if node is None:
                return self._ask(name, {"ask": "name", "name": name})
            return self._read(name, partial(self._function, name, node))

    def _function(self, name: str, node: Node) -> Any:
        with self._arriving_by(name):
            return self._reading(name, {}).unpack(node)

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

    def file_state(self, name: str) -> os.stat_result:
        """What the operating system says of a file in the learner's folder."""
        told = self._ask("", {"ask": "state", "name": name})
        if type(told) is not tuple or len(told) != _STATE or any(type(n) is not int for n in told):
            raise self.refuse(f"the state of the file {name} was none")
        return os.stat_result(told)

    def remove_file(self, name: str) -> None:
        """Delete a file in the learner's folder."""
        self._ask("", {"ask": "remove", "name": name})

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
            raise self.refuse(f"{shown(path)} was asked for its operator {operation}")
        result = self._longer(path, "()" if operation == "call" else f"[{operation}]")
        message: dict[str, Any] = {"ask": "operation", "operation": operation}
        with self._turn:
            packing, sent = self._packing(), self.handing.sent
            message["given"] = [sent(packing, one, str(place)) for place, one in enumerate(given)]
            message["named"] = {name: sent(packing, one, name) for name, one in named.items()}
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
            raise self.refuse(f"{shown(path)} was asked for its attribute {name}")
        longer = self._longer(path, f".{name}")
        return self._ask(longer, {"ask": "attribute", "handle": handle, "name": name})

    def derive(
        self, base: remote.Reference, made: type, bases: tuple[type, ...], space: Any
    ) -> None:
        """Let ``made``, which tests derive from the learner's class, be a class over there too."""
        if not base.knows("derive"):
            raise self.refuse(f"{shown(base.path)} was derived from")
        with self._turn:
            packing = self._packing()
            sent = partial(self.handing.sent, packing)
            message: dict[str, Any] = {"ask": "derive", "name": made.__name__}
            message["bases"] = [sent(one, "") for one in bases]
            message["space"] = deriving.nodes(space, sent)
            self.arriving.deriving = made
            try:
                answer = self._ask(self._longer(base.path, "[derive]"), message, packing)
            finally:
                self.arriving.deriving = None
        if answer is not made:
            raise self.refuse(f"{shown(base.path)} could not be derived from")

    def above(self, thing: remote.Reference, kind: int, name: str) -> Any:
        """The attribute that the classes above the one of this handle give the thing."""
        if not self.policy.may_do(thing.path, f".super.{name}"):
            raise self.refuse(f"{shown(thing.path)} was asked for its attribute {name} from above")
        message = {"ask": "above", "kind": kind, "handle": thing.handle, "name": name}
        return self._ask(self._longer(thing.path, f".super.{name}"), message)

    def assign(self, path: str, handle: int, name: str, value: Any) -> None:
        """Set an attribute."""
        if not self.policy.may_do(path, f"={name}"):
            raise self.refuse(f"{shown(path)} was to be given the attribute {name}")
        message = {"ask": "assign", "handle": handle, "name": name}
        with self._turn:
            packing = self._packing()
            self._ask(path, {**message, "value": self.handing.sent(packing, value, name)}, packing)

    def discard(self, path: str, handle: int, name: str) -> None:
        """Delete an attribute."""
        if not self.policy.may_do(path, f"-{name}"):
            raise self.refuse(f"{shown(path)} was to lose the attribute {name}")
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
        with self._turn:
            if len(path) > _LONGEST_PATH:
                raise self.refuse("a chain of answers that is too long")
            self.asked += 1
            packing = packing or self._packing()
            mirror = self.handing.mirror(packing)
            self.changes.given(path, packing.places)
            packing.watched()
            message |= {"mirror": mirror, "objects": packing.objects}
            try:
                number = self._conversation.ask(path, message)
            except TooLarge:
                raise Unsealable("a value that is too large to send") from None
            outer = self._conversation.awaited
            try:
                self._conversation.awaited = (*outer, number)
                return self._read(path, partial(self._heard, path, number, packing.places, here))
            finally:
                self._conversation.awaited = outer

    def _packing(self) -> Packing:
        """For the next question, once late answers have told what they changed."""
        self._hear_late()
        return self.handing.packing()

    def _hear_late(self) -> None:
        self._read("", self._foreseen.hear)
        for number, path in self._conversation.late():
            self._read(path, partial(self._heard_late, path, number))

    def _read(self, path: str, read: Callable[[], Any]) -> Any:
        """What ``read`` makes of what came by this path; raises a refusal if that is nothing."""
        try:
            return read()
        except BrokenMessage as broken:
            raise self.refuse(f"the answer of {shown(path)} was {broken}") from None
        except Gone:
            raise self.refuse("the kernel has ended") from None
        except _MALFORMED as odd:
            if isinstance(odd, remote.FromLearner) or getattr(odd, "from_learner", False):
                raise
            raise self.refuse(
                f"the answer of {shown(path)} was malformed ({type(odd).__name__})"
            ) from None

    def _heard(self, path: str, number: int, places: Mapping[int, str], here: bool) -> Any:
        """What the answer to this question stands for; meanwhile tests may be called."""
        while True:
            self._hear_late()
            told, is_call = self._conversation.hear(number)
            if not is_call:
                return self._answer(path, told, places, here)
            self._called(path, number, told, places)

    def _heard_late(self, path: str, number: int) -> None:
        """Nobody waits for this any more: what it made is kept, the tests' things stay."""
        is_call = True
        while is_call:
            told, is_call = self._conversation.hear(number)
            with self._arriving_by(path):
                unpacking = self._reading(path, {}, takes=self._is_kernels)
                unpacking.objects(told.get("objects", {}))

    def _is_kernels(self, number: int, thing: Any) -> bool:
        return self._ledger.given_by_other(number)

    def _reading(
        self, path: str, places: Mapping[int, str], takes: Callable[[int, Any], bool] | None = None
    ) -> Unpacking:
        """For an answer to a question in which things were handed over at these places."""
        takes = takes or partial(self.changes.takes, self.policy, path, places)
        return Unpacking(self._ledger, self.arriving.node, takes, self.arriving.comes)

    def _answer(
        self, path: str, told: dict[str, Any], places: Mapping[int, str], here: bool
    ) -> Any:
        _write(sys.stdout, told.get("out"))
        _write(sys.stderr, told.get("err"))
        with self._arriving_by(path):
            unpacking = self._reading(path, places)
            unpacking.objects(told.get("objects", {}))
            if told.get("absent") is True:
                raise Absent
            if isinstance(told.get("unfit"), str):
                self._unfit(path, told["unfit"])
            if "raised" in told:
                raise raised(self, path, told["raised"], unpacking)
            self.arriving.here = here
            try:
                return unpacking.unpack(told["value"])
            finally:
                self.arriving.here = True

    @contextlib.contextmanager
    def _arriving_by(self, path: str) -> Iterator[None]:
        """What comes by this path is being read."""
        before, self.arriving.path = self.arriving.path, path
        self.arriving.is_reading = True
        try:
            yield
        finally:
            self.arriving.path, self.arriving.is_reading = before, False

    def _unfit(self, path: str, what: str) -> None:
        self.refusals.append(f"{shown(path)} was {what[:200]}")
        raise Unsealable(f"{shown(path)} is {what[:200]}, which cannot cross")

    def _called(
        self, path: str, number: int, told: dict[str, Any], places: Mapping[int, str]
    ) -> None:
        """The learner's code, asked for ``path``, calls a function of the tests."""
        _write(sys.stdout, told.get("out"))
        try:
            function, given, named = self._call(path, told, places)
        except BaseException:
            self._conversation.reply(number, REFUSED)
            raise
        packing = self.handing.packing()
        answer: dict[str, Any] = {"ask": "result"}
        try:
            answer["value"] = self.handing.sent(packing, function(*given, **named), "")
        except (Refusal, Unsealable):
            answer |= REFUSED
        except BaseException as failed:
            if isinstance(failed, AssertionError) and not self.policy.may_do("callback", "assert"):
                self.failed = self.failed or failed
            answer["raised"] = {"name": type(failed).__name__, "text": str(failed)}
        packing.watched()
        self._conversation.reply(number, {**answer, "objects": packing.objects})

    def _call(self, path: str, told: dict[str, Any], places: Mapping[int, str]) -> Any:
        number = told["number"]
        if isinstance(number, bool) or not isinstance(number, int):
            raise BrokenMessage("a call of nothing")
        if not 0 <= number < len(self.handing.callbacks):
            raise BrokenMessage("a call of nothing")
        with self._arriving_by("callback"):
            unpacking = self._reading(path, places)
            unpacking.objects(told["objects"])
            given = [unpacking.unpack(node) for node in told["given"]]
            named = {str(name): unpacking.unpack(node) for name, node in told["named"].items()}
        return self.handing.callbacks[number], given, named


def _write(stream: Any, text: Any) -> None:
    if isinstance(text, str) and text:
        stream.write(text)
