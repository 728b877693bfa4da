"""Settings, read from the environment once, and the objects built from them once."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from lms.core.bell import Bell
from lms.core.blobs import Blobs
from lms.core.db import Database
from lms.credentials.signing import KeyFolder
from lms.grading.sandbox import BehindWalls, Sandbox
from lms.learning.tickets import ticket_key
from lms.mail.posting import Post, post
from lms.practice import Practice

PREFIX = "JAZARI_"

#: Where the relay of kernels stands below the address of its server.
RELAY_PATH = "/kernels"


def setting(default: str, purpose: str) -> str:
    """A setting with its default and, for the documentation, its purpose."""
    value: str = field(default=default, metadata={"purpose": purpose})
    return value


@dataclass(frozen=True)
class Settings:
    """Everything an operator may set; each is the environment variable JAZARI_<NAME>."""

    data: str = setting("data", "Folder of the database, stored files and keys.")
    database: str = setting("", "Database address; empty: SQLite in the data folder.")
    blobs: str = setting("", "Where stored files lie (fsspec address); empty: the data folder.")
    base_url: str = setting(
        "http://127.0.0.1:8000",
        "The site's public address. Credentials and DIDs are made of it: set it before issuing.",
    )
    workers: str = setting("2", "How many notebooks the worker marks at once.")
    proxies: str = setting("0", "How many trusted proxies stand before the site (X-Forwarded-*).")
    secret: str = setting("", "Key that signs sessions; empty: made once in the data folder.")
    relay: str = setting(
        "", "Where browsers reach the relay of kernels (ws or wss); empty: see Live notebooks."
    )
    kernels: str = setting(
        "", "How many live notebooks may have a kernel at once; empty: by the machine's memory."
    )
    kernels_each: str = setting("1", "How many of those one person may have.")
    kernel_minutes: str = setting("20", "After how many idle minutes a live kernel is ended.")
    pyodide: str = setting(
        "", "Folder of an unpacked Pyodide release; empty: no practice on the device."
    )
    mail: str = setting(
        "", "Mail server, such as smtp://jazari@mail.example.org; empty: letters lie in a folder."
    )
    mail_password: str = setting("", "Password of the mail server's user.")
    mail_password_file: str = setting("", "File that holds this password, instead.")
    mail_from: str = setting("", "Address that letters come from; empty: jazari@ the site's host.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **given: str | None) -> "Settings":
        """The settings of ``environment``; a value ``given`` by name goes before it."""
        found = {
            f.name: environment[name]
            for f in fields(cls)
            if (name := PREFIX + f.name.upper()) in environment
        }
        chosen = {**found, **{k: v for k, v in given.items() if v is not None}}
        if "base_url" in chosen:
            chosen["base_url"] = chosen["base_url"].rstrip("/")
        return cls(**chosen)

    @property
    def folder(self) -> Path:
        """The data folder, absolute."""
        return Path(self.data).resolve()

    @property
    def database_url(self) -> str:
        """The SQLAlchemy address of the database."""
        return self.database or f"sqlite:///{self.folder / 'jazari.sqlite'}"

    @property
    def blobs_url(self) -> str:
        """The fsspec address of stored files."""
        return self.blobs or str(self.folder / "blobs")

    @property
    def secure(self) -> bool:
        """Whether visitors come over TLS, so that cookies must."""
        return self.base_url.startswith("https:")

    @property
    def sender(self) -> str:
        """The address that letters come from."""
        return self.mail_from or f"jazari@{urlsplit(self.base_url).hostname or 'localhost'}"

    @property
    def mail_secret(self) -> str:
        """The password of the mail server's user: as set, or as its file says."""
        if not self.mail_password_file:
            return self.mail_password
        return Path(self.mail_password_file).read_text("utf-8").strip()

    @property
    def relay_url(self) -> str:
        """The address at which browsers reach the relay.

        Unless it is set: the port after the site's where the site names one and speaks plain
        http, as `lms serve` does alone, and else the site's own address, whose proxy knows both.
        """
        if self.relay:
            return self.relay
        site = urlsplit(self.base_url)
        if site.scheme == "http" and site.port:
            host = f"[{site.hostname}]" if ":" in (site.hostname or "") else site.hostname
            return f"ws://{host}:{site.port + 1}{RELAY_PATH}"
        scheme = "wss" if self.secure else "ws"
        return f"{scheme}://{site.netloc}{site.path}{RELAY_PATH}"

    def as_environment(self) -> dict[str, str]:
        """The variables that give these settings to another process."""
        return {PREFIX + f.name.upper(): getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True)
class Lms:
    """The parts that doors work with."""

    settings: Settings
    database: Database
    blobs: Blobs
    keys: KeyFolder
    sandbox: Sandbox
    bell: Bell
    post: Post
    practice: Practice


def assemble(settings: Settings) -> Lms:
    """Build every part. Nothing is opened or written yet."""
    return Lms(
        settings=settings,
        database=Database(settings.database_url),
        blobs=Blobs(settings.blobs_url),
        keys=KeyFolder(settings.folder / "keys"),
        sandbox=BehindWalls(),
        bell=Bell(settings.folder / "bell"),
        post=post(settings.mail, settings.mail_secret, settings.folder / "mail"),
        practice=Practice(settings.pyodide),
    )


def session_key(settings: Settings) -> str:
    """The key that signs sessions: the one set, or the one kept in the data folder."""
    return settings.secret or _session_key_file(settings).read_text().strip()


def make_session_key(settings: Settings) -> None:
    """Make the key that signs sessions, for its owner's eyes only, unless there is one."""
    path = _session_key_file(settings)
    if not settings.secret and not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))


def relay_key(settings: Settings) -> str:
    """The key with which the site signs tickets for the relay of kernels."""
    return ticket_key(session_key(settings))


def _session_key_file(settings: Settings) -> Path:
    return settings.folder / "session.key"


def beside_package(name: str) -> Path:
    """A folder that ships with the product: inside the installed package, or in the checkout."""
    package = Path(__file__).parent
    installed = package / name
    return installed if installed.is_dir() else package.parent / name
