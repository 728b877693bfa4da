"""Observers: each lays out a bait here, outside, and afterwards says whether it was taken."""

import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import host
from .attack import Observer, Seen, Watch, World

MIB = 2**20


def observer(watch: Callable[..., Iterator[Watch]]) -> Callable[..., Observer]:
    """Makes a generator that takes a world, and its own settings by name, an observer's maker."""

    def made(*settings: Any, **named: Any) -> Observer:
        return lambda world: contextmanager(watch)(world, *settings, **named)

    return made


def new_mark() -> str:
    """A name that nobody else has, short enough for the host to show with a number."""
    return "a" + secrets.token_hex(3)


class Sampler:
    """Looks again and again, from a thread of its own, and remembers the most it saw."""

    def __init__(self, look: Callable[[], int], every: float = 0.02) -> None:
        self.most = 0
        self._look = look
        self._every = every
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._sample)

    def __enter__(self) -> "Sampler":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._enough.wait(self._every):
            self.most = max(self.most, self._look())


@contextmanager
def public_folder() -> Iterator[Path]:
    """A folder outside that everybody may enter and change."""
    folder = Path(tempfile.mkdtemp(prefix="bait-", dir="/var/tmp"))
    folder.chmod(0o777)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@observer
def says(world: World, *words: str) -> Iterator[Watch]:
    """Whether the code showed one of these words, which it does when it succeeds."""
    yield Watch(None, lambda seen: any(word in seen.text for word in words))


@observer
def secret_in_a_file(world: World) -> Iterator[Watch]:
    """A file that everybody may read; fired when its content is shown."""
    secret = secrets.token_hex(16)
    with public_folder() as folder:
        (folder / "secret").write_text(secret)
        (folder / "secret").chmod(0o644)
        yield Watch(str(folder / "secret"), lambda seen: secret in seen.text)


@observer
def secret_in_an_open_file(world: World) -> Iterator[Watch]:
    """A file without a name, open here and left for children to inherit."""
    secret = secrets.token_hex(16)
    with tempfile.TemporaryFile() as file:
        file.write(secret.encode())
        file.flush()
        os.set_inheritable(file.fileno(), True)
        yield Watch(None, lambda seen: secret in seen.text)


@observer
def secret_in_a_process(world: World) -> Iterator[Watch]:
    """Another process with a secret in its environment, and so in its memory."""
    name, secret = "BAIT_" + secrets.token_hex(4), secrets.token_hex(16)
    world.spawn("sleep", "600", **{name: secret})
    yield Watch(name, lambda seen: secret in seen.text)


@observer
def secret_on_the_command_line(world: World) -> Iterator[Watch]:
    """Another process that was called with a secret."""
    secret = "600." + secrets.token_hex(8).translate(str.maketrans("abcdef", "012345"))
    world.spawn("sleep", secret)
    yield Watch(None, lambda seen: secret in seen.text)


@observer
def start_of_a_file(world: World, path: str) -> Iterator[Watch]:
    """A file of this host; fired when its first line is shown, as a list of bytes."""
    with open(path, "rb") as file:
        start = file.read(24)
    yield Watch(path, lambda seen: start.hex() in seen.text)


@observer
def file_outside(world: World) -> Iterator[Watch]:
    """A file that everybody may change; fired when it is another one afterwards."""
    with public_folder() as folder:
        file = folder / "bait"
        file.write_text("untouched")
        file.chmod(0o666)
        before = _look_of(file)
        yield Watch(str(file), lambda seen: _look_of(file) != before)


@observer
def folder_outside(world: World) -> Iterator[Watch]:
    """A folder that everybody may change; fired when something lies in it afterwards."""
    with public_folder() as folder:
        yield Watch(str(folder), lambda seen: any(folder.iterdir()))


@observer
def named_like(world: World, *folders: str) -> Iterator[Watch]:
    """A name; fired when something of that name lies in one of the folders."""
    name = "bait-" + secrets.token_hex(8)
    made = [Path(folder, name) for folder in folders]
    try:
        yield Watch(name, lambda seen: any(path.exists() for path in made))
    finally:
        for path in made:
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink(missing_ok=True)


@observer
def crowd(world: World, most: int) -> Iterator[Watch]:
    """A name for processes; fired when more threads than ``most`` bore it at once."""
    mark = new_mark()
    with Sampler(lambda: host.tasks_named(mark), every=0.1) as tasks:
        yield Watch(mark, lambda seen: tasks.most > most)


@observer
def held(world: World, most: int) -> Iterator[Watch]:
    """A name for processes that goes on with what they hold; fired when it was too much."""
    mark = new_mark()
    with Sampler(lambda: host.held(mark)) as sum_held:
        yield Watch(mark, lambda seen: sum_held.most > most)


@observer
def survivors(world: World) -> Iterator[Watch]:
    """A name for processes; fired when one that bears it lives on when all is over."""
    mark = new_mark()
    # One that flees from process to process is not met at every look.
    yield Watch(mark, lambda seen: any(host.named(mark) for _ in range(20)))


@observer
def harm(world: World) -> Iterator[Watch]:
    """Processes nearby; fired when one of them, or who looks after the code, is hurt."""
    bystander, code = "600." + str(secrets.randbelow(10**12)), new_mark()
    world.spawn("sleep", bystander)
    ours = host.ancestors(os.getpid())

    def fired(seen: Seen) -> bool:
        nearby = host.named(bystander)
        hurt = not nearby or any(host.state(pid) in "TZX" for pid in [*nearby, *ours])
        return hurt or not seen.ended or bool(host.named(code))

    yield Watch(code, fired)


@observer
def death_of_the_reader(world: World) -> Iterator[Watch]:
    """Fired when nobody is left to say what became of the cells."""
    yield Watch(None, lambda seen: not seen.told)


@observer
def outlasting(world: World, seconds: float) -> Iterator[Watch]:
    """Fired when the code went on for longer."""
    yield Watch(None, lambda seen: seen.seconds > seconds or not seen.ended)


@observer
def flood(world: World, most: int, seconds: float = 9.0) -> Iterator[Watch]:
    """Fired when more bytes came out than ``most``, or when they never ended."""
    yield Watch(None, lambda seen: seen.size > most or seen.seconds > seconds)


def _look_of(file: Path) -> tuple[object, ...]:
    state = file.lstat()
    return file.read_bytes(), state.st_mode, state.st_uid, state.st_nlink, state.st_mtime_ns
