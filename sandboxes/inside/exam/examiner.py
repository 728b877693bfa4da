"""The process that examines: runs the author's cells and the tests, and writes the verdicts.

It gets the paper, which is the notebook as the author and the learner wrote it; the way to the
learner's kernel; the turns, by which the reader says that a cell is due; and a file that nobody
but our caller can read.
"""

# mypy: disable-error-code="no-untyped-call"

import ast
import contextlib
import io
import json
import math
import os
import re
import signal
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from . import asserting
from .adapting import adapt, close_figures
from .bridge import Bridge
from .changes import attributes, is_of_authors_class
from .channel import Channel, Gone
from .codec import Node, Packing, Unfit
from .handing import Unsealable
from .ledger import Ledger
from .mentions import Mentions
from .names import Names
from .record import Judge, Recorder
from .texts import Texts

_LONGEST_OUTPUT = 64 * 1024
_LONGEST_WORD = 4096
_LONGEST_NAME = 200
#: As numpy and decimals show it too, in brackets.
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d*)?(?:e[-+]?\d+)?")
_LARGEST_COMPARED = 4 * 1024 * 1024


class _Printed(io.StringIO):
    """What tests print, up to a length."""

    def write(self, text: str) -> int:
        if self.tell() < _LONGEST_OUTPUT:
            super().write(text[: _LONGEST_OUTPUT - self.tell()])
        return len(text)


class Examiner:
    """One notebook being examined. Without a record in the paper, one is being made.

    ``transform`` makes Python of a cell, as IPython does.
    """

    def __init__(
        self,
        paper: dict[str, Any],
        kernel: socket.socket,
        turns: socket.socket,
        verdicts: int,
        transform: Callable[[str], str],
    ) -> None:
        self._items: list[dict[str, Any]] = paper["items"]
        self._record: dict[str, Any] | None = paper["record"]
        self._turns = turns
        self._verdicts = verdicts
        self._transform = partial(_python, transform)
        self._names = Names()
        self._texts = Texts(self._transform)
        self._bridge = Bridge(Channel(kernel), self._names.own)
        self._bridge.descriptors = frozenset((kernel.fileno(), turns.fileno(), verdicts))
        self._names.ask_through(self._bridge)
        self._skipped = set(self._record["skipped"]) if self._record else set()
        adapt(self._bridge, self._names, self._texts, transform)
        self._ours = set(self._names)
        #: The classes that the author's own cells make; those of tests no kernel has.
        self._twins: set[str] = set()
        #: What the author's functions mention, in whatever cell they are called.
        self._later = Mentions()

    def work(self) -> None:
        """Go through the paper to its end, or to that of the run."""
        for item in self._items:
            kind = item["kind"]
            self._texts.add(item["source"], defines=kind != "test")
            if kind == "own":
                self._run_own(item)
            elif kind == "answer":
                self._answered(item["binds"])
            elif kind == "test":
                tests = self._ahead(item)
                if self._turns.recv(_LONGEST_WORD) != item["id"].encode():
                    return
                self._write(self._examined(item, tests))
                self._turns.send(item["id"].encode())
        # To end now would look as if we had died; the reader's end is ours.
        self._turns.recv(_LONGEST_WORD)

    def _prepared(self, item: dict[str, Any]) -> asserting.Tests:
        source = item["source"].lstrip("\n")
        # IPython drops empty lines at the top; lines are to be counted as the author does.
        above = item["source"][: len(item["source"]) - len(source)]
        tests = asserting.prepared(above + self._transform(source), item["id"])
        for code in tests.codes:
            self._later.add_later(code)
        return tests

    def _ahead(self, item: dict[str, Any]) -> asserting.Tests | Exception:
        """The tests, made ready while the kernel is at cells before them; or why they are not."""
        try:
            return self._prepared(item)
        except Exception as fault:
            return fault

    def _answered(self, binds: list[str]) -> None:
        """From here on these names are the learner's, whatever they were."""
        for name in binds:
            self._names.pop(name, None)
        self._names.bound.update(binds)

    # The author's own cells.

    def _run_own(self, item: dict[str, Any]) -> None:
        if item["id"] in self._skipped:
            self._answered(item["binds"])
            return
        before = dict(self._names)
        made = set(self._names.twins())
        self._names.ask(None)
        try:
            with self._quiet():
                tests = self._prepared(item)
                exec(tests.body, self._names)
                if tests.last is not None:
                    eval(tests.last, self._names)
        except BaseException:
            if self._record is None:
                self._write({"id": item["id"], "skipped": True})
                self._restore(before)
                self._answered(item["binds"])
        finally:
            self._twins |= set(self._names.twins()) - made
            asserting.forget(self._names)
            close_figures()

    @contextlib.contextmanager
    def _quiet(self) -> Any:
        nowhere = _Printed()
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            yield

    # Tests.

    def _examined(self, item: dict[str, Any], tests: asserting.Tests | Exception) -> dict[str, Any]:
        policy = self._policy(item)
        before = dict(self._names)
        # What tests change by themselves would be changed twice by a second try.
        touched = [before[name] for name in policy.touched if name in before]
        as_before = self._bridge.changes.kept(touched) if touched else None
        verdict = self._tried(item, tests, policy, frozen=False)
        if verdict["status"] == "ok" and self._bridge.changes.unseen:
            after = dict(self._names)
            self._restore(before)
            self._bridge.changes.undo(every=True)
            if as_before is not None:
                as_before()
            again = self._tried(item, tests, policy, frozen=True)
            if again["status"] != "ok":
                why = "the answer changes what the tests hand over, and only so do they pass"
                verdict = {**again, "refused": [*again["refused"], why]}
                self._restore(after)
            else:
                verdict = min(again, verdict, key=_credit)
        # Later cells find the author's data as the author's own solution leaves it.
        self._bridge.changes.undo(every=False)
        if isinstance(policy, Recorder):
            verdict["record"] = policy.written()
        pushed = {n: self._names[n] for n in item["push"] if dict.__contains__(self._names, n)}
        with contextlib.suppress(Gone):
            self._bridge.end(pushed)
        close_figures()
        return verdict

    def _restore(self, names: dict[str, Any]) -> None:
        self._names.clear()
        dict.update(self._names, names)

    def _policy(self, item: dict[str, Any]) -> Recorder | Judge:
        if self._record is None:
            return Recorder()
        return Judge(self._record["cells"][item["id"]])

    def _tried(
        self,
        item: dict[str, Any],
        tests: asserting.Tests | Exception,
        policy: Recorder | Judge,
        *,
        frozen: bool,
    ) -> dict[str, Any]:
        """One try at the tests of a cell, with the author's data that the answers change."""
        begun = time.monotonic()
        printed = _Printed()
        verdict: dict[str, Any] = {"id": item["id"], "status": "ok", "result": None}
        failed: BaseException | None = None
        file = ""
        stashed: dict[str, Any] = {}
        held: dict[str, str | None] = {}
        try:
            self._bridge.begin(policy, sorted(self._twins), frozen=frozen)
            self._names.ask(policy)
            if isinstance(tests, Exception):
                raise tests
            file = tests.file
            if isinstance(policy, Recorder):
                # Only of what may be looked up: to compare takes as long as to send.
                looked_up = self._looked_up(tests)
                policy.theirs.update(self._changed_by_answers(looked_up))
                held = {name: _content(self._names[name]) for name in looked_up}
            stashed = self._without(policy.theirs)
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                self._bridge.examining = True
                exec(tests.body, self._names)
                if tests.last is not None:
                    value = eval(tests.last, self._names)
                    verdict["result"] = None if value is None else self._shown(value)
        except BaseException as error:
            failed = error
        finally:
            self._bridge.examining = False
            self._names.ask(None)
        refused = list(dict.fromkeys(self._bridge.refusals))
        failed = failed or self._bridge.failed
        if failed is not None or refused:
            verdict |= {"status": "error", "result": None, **_told(failed, file)}
        asserting.forget(self._names)
        for name, value in stashed.items():
            self._names.setdefault(name, value)
        if isinstance(policy, Recorder):
            policy.touched.update(
                name for name, was in held.items() if _content(self._names.own(name)) != was
            )
        verdict |= {"refused": [one[:_LONGEST_WORD] for one in refused[:10]]}
        verdict |= {"out": printed.getvalue(), "seconds": time.monotonic() - begun}
        return verdict

    def _shown(self, value: Any) -> str:
        self._bridge.showing = True
        try:
            return asserting.shown(value)
        finally:
            self._bridge.showing = False

    def _without(self, names: Any) -> dict[str, Any]:
        return {
            name: self._names.pop(name) for name in names if dict.__contains__(self._names, name)
        }

    def _looked_up(self, tests: asserting.Tests) -> list[str]:
        """The names of the author's own data that the tests may look up."""
        mentions = Mentions(set(self._later.names), list(self._later.texts))
        for code in tests.codes:
            mentions.add(code)
        ours = [name for name in self._names if name not in self._ours]
        return list(filter(mentions.may_be, ours))

    def _changed_by_answers(self, names: list[str]) -> set[str]:
        """Which of the author's own data are not in the learner's kernel as they are here."""
        found = set()
        for name in names:
            mine = _plain(self._names[name])
            if mine is None:
                continue
            try:
                other = _plain(self._bridge.name(name))
            except Exception:
                continue
            finally:
                self._bridge.refusals.clear()
            if other is not None and other != mine:
                found.add(name)
        return found

    def _write(self, told: dict[str, Any]) -> None:
        os.write(self._verdicts, json.dumps(told).encode() + b"\n")


def _python(transform: Callable[[str], str], source: str) -> str:
    """The cell as Python; IPython, which takes its time, need not look at what is that already.

    Of what can be read as Python it changes only prompts that were copied along, and single
    lines, in which a name may be one of its commands.
    """
    if "In [" not in source and len(source.splitlines()) > 1:
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            ast.parse(source)
            return source
    return transform(source)


def _credit(verdict: dict[str, Any]) -> float:
    """The points that a cell shows at its end; one that shows none gives all."""
    shown = _NUMBER.search(verdict["result"] or "")
    return math.inf if shown is None else float(shown[0])


def _told(failed: BaseException | None, file: str) -> dict[str, Any]:
    """What is written of an exception; without one, something was refused and then ignored."""
    if failed is None:
        return {"error": {"name": "Refused", "value": ""}}
    place = asserting.failure(failed, file)
    try:
        text = str(failed)[:_LONGEST_WORD].encode("utf-8", "replace").decode()
    except Exception:
        text = ""
    name = type(failed).__name__[:_LONGEST_NAME]
    told: dict[str, Any] = {"error": {"name": name, "value": text}}
    told |= {"line": place.line, "expected": place.expected, "came": place.came}
    told["through"] = place.through
    told["places"] = getattr(failed, "places", [])
    if isinstance(failed, Unsealable):
        told["unsealable"] = True
    return told


def _plain(value: Any) -> str | None:
    """The value as it would cross, if it is a plain one and not too large to compare."""

    def refuse(thing: Any, packing: Packing) -> Node:
        raise Unfit(type(thing).__name__)

    return _packed(value, refuse)


def _content(value: Any) -> str | None:
    """What a value or an instance of the author's holds, if that can be told."""

    def told(thing: Any, packing: Packing) -> Node:
        if not is_of_authors_class(thing):
            raise Unfit(type(thing).__name__)
        return packing.pack(attributes(thing))

    return _packed(value, told)


def _packed(value: Any, other: Callable[[Any, Packing], Node]) -> str | None:
    packing = Packing(Ledger(2), other)
    try:
        node = packing.pack(value)
    except (Unfit, RecursionError):
        return None
    told = json.dumps([node, packing.objects])
    return told if len(told) <= _LARGEST_COMPARED else None


def run(paper: int, kernel: int, turns: int, verdicts: int, transform: Any) -> None:
    """Examine what is on the paper, on these descriptors, until the paper ends."""
    with os.fdopen(paper, "rb") as told:
        content: dict[str, Any] = json.load(told)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ends = [socket.socket(fileno=one) for one in (kernel, turns)]
    Examiner(content, ends[0], ends[1], verdicts, transform).work()
