"""`lms doctor`: what was found of every part, and the line that mends it."""

import json
import platform
import shutil
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import click
from sqlalchemy.exc import DBAPIError

from lms import schema
from lms.bootstrap import Lms, beside_package
from lms.commands.parts import GivenSandbox, data_option, opened
from lms.core.db import new_public_id
from lms.core.errors import LmsError
from lms.credentials import queries as issued
from lms.health import Part
from lms.institutes import queries as institutes
from lms.mail import queries as letters
from lms.mail.models import Fate
from lms.mail.posting import NotNow, NotTaken, message

#: Free space below which the data folder is called full, in bytes.
LITTLE_SPACE = 1 << 30

#: A shorter session key is called guessable, in characters: half of what is made unasked.
SHORTEST_SECRET = 32

FONTS = ("noto-sans-latin", "noto-sans-arabic", "noto-sans-tifinagh")


@click.command()
@data_option
@click.option("--mail", "address", metavar="ADDRESS", help="Send a letter there, to try the mail.")
@click.pass_context
def doctor(context: click.Context, data: str | None, address: str | None) -> None:
    """Examine every part and say what mends those that are not well.

    Looks at Python, the folders, the database, the keys, every layer of the
    sandbox (by entering one and trying what is forbidden), the relay of
    kernels, practice on the device, the mail, the fonts and the clock.
    Exits with 0 when all is well, 1 otherwise.
    """
    lms = opened(data)
    if given := context.find_object(GivenSandbox):
        lms = replace(lms, sandbox=given.sandbox)
    ill = False
    mail = partial(_mail, address=address)
    parts = (_python, _folders, _database, _keys, _sandbox, _relay, _practice, mail, _fonts, _clock)
    for examine in parts:
        for part in _examined(examine, lms):
            ill = ill or not part.holds
            click.echo(f"{'ok ' if part.holds else 'BAD'} {part.name:<20} {part.found}")
            if not part.holds and part.mend:
                click.echo(f"    to mend it:         {part.mend}")
    sys.exit(1 if ill else 0)


def _examined(examine: Callable[[Lms], Iterator[Part]], lms: Lms) -> Iterator[Part]:
    try:
        yield from examine(lms)
    except (LmsError, OSError, DBAPIError) as error:
        name = getattr(examine, "__name__", "mail").strip("_")
        yield Part(name, False, str(error).splitlines()[0], _line(lms, "init"))


def _line(lms: Lms, command: str) -> str:
    """A command for the site that was examined, which need not be the one of the settings."""
    return f"lms {command} --data {lms.settings.folder}"


def _python(_lms: Lms) -> Iterator[Part]:
    is_new_enough = sys.version_info >= (3, 11)
    yield Part("python", is_new_enough, platform.python_version(), "install Python 3.11 or later")


def _folders(lms: Lms) -> Iterator[Part]:
    folder = lms.settings.folder
    if not folder.is_dir():
        yield Part("data folder", False, f"{folder} does not exist", _line(lms, "init"))
        return
    free = shutil.disk_usage(folder).free
    found = f"{folder}, {free / 2**30:.1f} GiB free"
    yield Part("data folder", free > LITTLE_SPACE, found, "make room on this disk")
    yield _session_key(lms)


def _session_key(lms: Lms) -> Part:
    """Whoever has this key, or guesses it, can sign in as anybody."""
    if secret := lms.settings.secret:
        is_long = len(secret) >= SHORTEST_SECRET
        found = "JAZARI_SECRET" if is_long else "JAZARI_SECRET is so short that it can be guessed"
        return Part(
            "session key", is_long, found, "set it to what this prints: openssl rand -hex 32"
        )
    file = lms.settings.folder / "session.key"
    private = file.stat().st_mode & 0o077 == 0
    found = "private" if private else "others can read it"
    return Part("session key", private, found, f"chmod 600 {file}")


def _database(lms: Lms) -> Iterator[Part]:
    if not lms.settings.folder.is_dir():
        return
    shape = schema.shape(lms.database)
    found = f"{lms.database.engine.url.render_as_string()}: {shape.value}"
    yield Part("database", shape is schema.Shape.CURRENT, found, _line(lms, "migrate"))


def _keys(lms: Lms) -> Iterator[Part]:
    if not lms.settings.folder.is_dir() or schema.shape(lms.database) is not schema.Shape.CURRENT:
        return
    with lms.database.reading() as session:
        for institute in institutes.institutes(session):
            name = f"key of {institute.slug}"[:20]
            mend = _line(lms, f"keys new {institute.slug}")
            key = next((k for k in issued.keys(session, institute) if not k.retired), None)
            if key is None:
                yield Part(name, False, "no key in use", mend)
                continue
            try:
                lms.keys.load(institute.slug, key.name)
                yield Part(name, True, key.name)
            except LmsError as error:
                yield Part(name, False, str(error), f"restore the file, or: {mend}")


def _sandbox(lms: Lms) -> Iterator[Part]:
    for wall in lms.sandbox.inspect():
        yield Part(wall.name, wall.holds, wall.found, wall.mend)


def _relay(lms: Lms) -> Iterator[Part]:
    """The relay is asked where browsers reach it; one that does not run yet is no illness."""
    address = lms.settings.relay_url
    try:
        with urllib.request.urlopen(f"http{address.removeprefix('ws')}/health", timeout=3) as told:
            count = json.load(told)
        found = f"{count['kernels']} of {count['most']} kernels, {count['waiting']} waiting"
    except (OSError, ValueError, KeyError):
        found = f"does not answer at {address}: lms serve or lms relay starts it"
    yield Part("relay", True, found)


def _practice(lms: Lms) -> Iterator[Part]:
    """The release of Pyodide that is supplied, with the digests that no lock vouches for."""
    if fault := lms.practice.fault:
        yield Part("practice", False, str(fault), fault.mend)
    if (pyodide := lms.practice.pyodide) is None:
        return
    here = f"{len(pyodide.packages)} of {pyodide.named} packages"
    found = f"Python {pyodide.python}, {pyodide.size / 1e6:.1f} MB, {here} of its lock"
    yield Part("practice", True, found)
    for name, file in pyodide.core.items():
        yield Part(name, True, f"not in the lock; sha256 {file.sha256}")


def _mail(lms: Lms, address: str | None) -> Iterator[Part]:
    """Where letters go, whether they would be taken, and how many wait or have failed."""
    way, mend = lms.post.described, "see Mail in docs/operating.md"
    try:
        found = lms.post.reached()
        if address:
            text = "This letter was sent by lms doctor. Mail from Jazari arrives."
            letter = message(
                to=("", address), sender=lms.settings.sender, subject="Jazari: a try", text=text
            )
            lms.post.send(letter, f"try-{new_public_id()}")
            found = f"a letter to {address} was taken"
        yield Part("mail", True, f"{way}: {found}")
    except (NotNow, NotTaken) as error:
        yield Part("mail", False, f"{way}: {error}", mend)
    if lms.settings.folder.is_dir() and schema.shape(lms.database) is schema.Shape.CURRENT:
        with lms.database.reading() as session:
            counts = letters.counts(session)
        queued, failed = counts.get(Fate.QUEUED, 0), counts.get(Fate.FAILED, 0)
        yield Part("letters", True, f"{queued} waiting, {failed} failed in the last thirty days")


def _fonts(_lms: Lms) -> Iterator[Part]:
    folder = beside_package("static") / "vendor" / "fonts"
    missing = [name for name in FONTS if not (folder / f"{name}.woff2").is_file()]
    found = f"missing: {', '.join(missing)}" if missing else "Latin, Arabic, Tifinagh"
    yield Part("fonts", not missing, found, "make vendor")


def _clock(lms: Lms) -> Iterator[Part]:
    """A clock that runs behind what was recorded dates credentials and receipts wrongly."""
    now = datetime.now(UTC)
    newest = time.time()
    if lms.settings.folder.is_dir():
        newest = max((p.stat().st_mtime for p in lms.settings.folder.iterdir()), default=newest)
    is_right = now.year >= 2026 and newest <= time.time() + 60
    yield Part("clock", is_right, f"{now:%Y-%m-%d %H:%M:%S} UTC", "timedatectl set-ntp true")
