"""Makes the examiner's process look like a notebook's kernel to tests that look around.

What a test would find in its own process and is in the learner's instead: how a function was
written, figures, files, the shell.
"""

# mypy: disable-error-code="no-untyped-call, no-any-return"

import builtins
import errno
import inspect
import io
import os
import sys
import types
from collections.abc import Callable
from typing import Any
from unittest import mock

from . import deriving, remote
from .bridge import Bridge
from .handing import seeders
from .names import Names
from .texts import Texts

_QUIET = frozenset(
    "matplotlib config autosave load_ext reload_ext autoreload pylab precision time timeit "
    "pip conda pwd cd ls".split()
)
_FIGURES = ("gca", "gcf", "get_fignums", "get_figlabels")


class Shell:
    """What ``get_ipython()`` gives: magics that change nothing are passed over."""

    def __init__(self, names: Names, transform: Callable[[str], str]) -> None:
        self.user_ns = names
        self._transform = transform

    def run_line_magic(self, name: str, line: str, *_: Any) -> None:
        """Pass over a magic that tests can do without; raises NotImplementedError else."""
        if name not in _QUIET:
            raise NotImplementedError(f"%{name} cannot be used in tests")

    def run_cell_magic(self, name: str, line: str, body: str) -> None:
        """Run the cell without what the magic would add."""
        if name not in ("time", "timeit", "capture"):
            raise NotImplementedError(f"%%{name} cannot be used in tests")
        exec(compile(self._transform(body), f"<%%{name}>", "exec"), self.user_ns)

    def magic(self, line: str) -> None:
        """The older way to call a magic."""
        self.run_line_magic(*[*line.split(maxsplit=1), ""][:2])

    def system(self, command: str) -> None:
        """Start no programs."""

    def getoutput(self, command: str) -> list[str]:
        """Start no programs."""
        return []


class Notebook(types.ModuleType):
    """What tests find as ``__main__``: its attributes are the notebook's variables."""

    def __init__(self, names: Names) -> None:
        super().__init__("__main__")
        object.__setattr__(self, "_names", names)

    @property
    def __dict__(self) -> Names:  # type: ignore[override]
        return object.__getattribute__(self, "_names")

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(f"module '__main__' has no attribute {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        del self.__dict__[name]

    def __dir__(self) -> list[str]:
        return sorted(dict.keys(self.__dict__))


def adapt(bridge: Bridge, names: Names, texts: Texts, transform: Callable[[str], str]) -> None:
    """Put our own in the place of what would look into this process."""
    shell = Shell(names, transform)
    names.update(
        get_ipython=lambda: shell,
        display=lambda *_, **__: None,
        issubclass=_issubclass,
        super=deriving.above,
        In=texts.inputs,
        Out={},
        exit=_nothing,
        quit=_nothing,
    )
    builtins.get_ipython = lambda: shell  # type: ignore[attr-defined]
    sys.modules["__main__"] = Notebook(names)
    bridge.words = texts.words
    remote.Kind.derived = staticmethod(deriving.derived)
    _look_at_texts(texts)
    for name, seed in seeders(bridge.handing).items():
        module, _, attribute = name.partition(":")
        setattr(sys.modules[module], attribute, seed)
    _look_at_files(bridge)
    _import_what_was_written(bridge)
    _look_at_figures(bridge)
    _look_at_patches(bridge)


def close_figures() -> None:
    """As a notebook does when a cell has ended."""
    plots = sys.modules.get("matplotlib.pyplot")
    if plots is not None:
        plots.close("all")


def _issubclass(one: Any, of: Any) -> bool:
    """As the builtin one; what a class of the learner's derives from, its kernel knows."""
    if issubclass(one, of):
        return True
    found = remote.reference(one)
    known = [
        kind for kind in (of if isinstance(of, tuple) else (of,)) if not remote.reference(kind)
    ]
    if found is None or not known or not found.knows("issubclass"):
        return False
    return any(found.operate("issubclass", (one, kind)) is True for kind in known)


def _nothing(*_: Any) -> None:
    """The next cell runs all the same."""


def _look_at_texts(texts: Texts) -> None:
    def instead(usual: Callable[..., Any], read: Callable[[str], Any]) -> Callable[..., Any]:
        def looked(thing: Any, *given: Any, **named: Any) -> Any:
            found = remote.reference(thing)
            return usual(thing, *given, **named) if found is None else read(found.path)

        return looked

    def lines(path: str) -> tuple[list[str], int]:
        return texts.source(path).splitlines(keepends=True), 1

    for name, read in (
        ("getsource", texts.source),
        ("getsourcelines", lines),
        ("signature", texts.signature),
        ("getdoc", lambda path: inspect.cleandoc(texts.words(path) or "") or None),
    ):
        setattr(inspect, name, instead(getattr(inspect, name), read))
    inspect.getfullargspec = instead(
        inspect.getfullargspec, lambda path: _full(texts.signature(path))
    )


def _full(told: inspect.Signature) -> inspect.FullArgSpec:
    kinds = inspect.Parameter
    every = list(told.parameters.values())
    plain = [p for p in every if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)]
    only = [p for p in every if p.kind is kinds.KEYWORD_ONLY]
    return inspect.FullArgSpec(
        args=[p.name for p in plain],
        varargs=next((p.name for p in every if p.kind is kinds.VAR_POSITIONAL), None),
        varkw=next((p.name for p in every if p.kind is kinds.VAR_KEYWORD), None),
        defaults=tuple(p.default for p in plain if p.default is not kinds.empty) or None,
        kwonlyargs=[p.name for p in only],
        kwonlydefaults={p.name: p.default for p in only if p.default is not kinds.empty} or None,
        annotations={p.name: p.annotation for p in every if p.annotation is not kinds.empty},
    )


def _look_at_files(bridge: Bridge) -> None:
    """Fetch what the tests read and only the learner's code wrote."""
    usual = builtins.open

    def opened(file: Any, mode: str = "r", *given: Any, **named: Any) -> Any:
        if isinstance(file, int) and file in bridge.descriptors:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        name = _path(file)
        if name and bridge.examining and set(mode) & set("wax+"):
            bridge.handing.wrote(name)
            return usual(file, mode, *given, **named)
        if not _may_be_learners(bridge, name):
            return usual(file, mode, *given, **named)
        if not bridge.has_file_of_learners(name, is_here=os.path.exists(name)):
            return usual(file, mode, *given, **named)
        content = io.BytesIO(bridge.file(name))
        if "b" in mode:
            return content
        return io.TextIOWrapper(content, encoding=named.get("encoding") or "utf-8")

    builtins.open = opened
    io.open = opened
    bridge.handing.mirrored["open"] = opened
    os.stat = _of_learners_too(bridge, os.stat, bridge.file_state)
    os.remove = _of_learners_too(bridge, os.remove, bridge.remove_file)
    os.unlink = os.remove


def _path(file: Any) -> str:
    """The path that a test names a file by, or nothing."""
    name = os.fspath(file) if isinstance(file, str | os.PathLike) else ""
    if not isinstance(name, str) or not name:
        return ""
    here = os.getcwd() + os.sep
    return os.path.normpath(name.removeprefix(here))


def _may_be_learners(bridge: Bridge, name: str) -> bool:
    return bridge.examining and name != "" and not os.path.isabs(name) and name[0] != "<"


def _of_learners_too(
    bridge: Bridge, usual: Callable[..., Any], ask: Callable[[str], Any]
) -> Callable[..., Any]:
    """What is done with a file, done with the learner's where the examiner has none so named."""

    def done(file: Any, *given: Any, **named: Any) -> Any:
        try:
            return usual(file, *given, **named)
        except FileNotFoundError:
            name = _path(file)
            if not _may_be_learners(bridge, name):
                raise
            if not bridge.has_file_of_learners(name, is_here=False):
                raise
        return ask(name)

    return done


def _import_what_was_written(bridge: Bridge) -> None:
    """Ask for modules that are files of the learner's: here their code must not run."""
    usual = builtins.__import__

    def imported(name: str, *given: Any, **named: Any) -> Any:
        try:
            return usual(name, *given, **named)
        except ModuleNotFoundError as missing:
            if not bridge.examining or missing.name != name or not name.isidentifier():
                raise
        return bridge.module(name)

    builtins.__import__ = imported


def _look_at_patches(bridge: Bridge) -> None:
    """What a test patches in a library is patched for the learner's code too."""
    patch: Any = mock._patch
    enter, leave = patch.__enter__, patch.__exit__

    def name_of(self: Any) -> str | None:
        if not bridge.examining or type(self.target) is not types.ModuleType:
            return None
        is_mirrored = self.target is builtins and self.attribute in bridge.handing.mirrored
        return None if is_mirrored else f"{self.target.__name__}:{self.attribute}"

    def entered(self: Any) -> Any:
        made = enter(self)
        if (name := name_of(self)) is not None:
            bridge.handing.patched[name] = getattr(self.target, self.attribute)
        return made

    def left(self: Any, *told: Any) -> Any:
        if (name := name_of(self)) is not None:
            bridge.handing.patched.pop(name, None)
        return leave(self, *told)

    patch.__enter__, patch.__exit__ = entered, left


def _look_at_figures(bridge: Bridge) -> None:
    """Ask for the learner's figures where the tests have drawn none themselves."""
    plots = sys.modules.get("matplotlib.pyplot")
    if plots is None:
        return

    def instead(name: str, usual: Callable[..., Any]) -> Callable[..., Any]:
        def looked(*given: Any, **named: Any) -> Any:
            if not bridge.examining or not bridge.asked or own_numbers():
                return usual(*given, **named)
            return bridge.library(f"matplotlib.pyplot:{name}")(*given, **named)

        return looked

    own_numbers = plots.get_fignums
    for name in _FIGURES:
        setattr(plots, name, instead(name, getattr(plots, name)))
