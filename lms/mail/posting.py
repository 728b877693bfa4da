"""Where letters go: to an SMTP server, or into a folder. The one module that speaks SMTP."""

import os
import smtplib
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from lms.core.errors import Refused, Unavailable
from lms.core.i18n import N_

#: How letters are written out: a header stays on its line as long as SMTP allows, since mail
#: programs do not decode the address of List-Unsubscribe where it is broken.
WRITTEN = SMTP.clone(max_line_length=998)
#: How long a server may take to answer, in seconds.
PATIENCE = 20.0
#: Servers that are reached without TLS only on this machine.
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


class FaultyAddress(Refused):
    """The address of the mail server is not one."""

    message = N_(
        "JAZARI_MAIL is not understood: {why} Write smtp://user@host (STARTTLS),"
        " smtps://user@host (TLS) or smtp+plain://localhost."
    )


class NotNow(Unavailable):
    """The server did not answer or does not take mail for the moment; another try may succeed."""

    message = N_("The mail server does not take letters now: {why}")


class NotTaken(Refused):
    """The server has refused this letter for good."""

    message = N_("The mail server has refused the letter: {why}")


class Post(Protocol):
    """What takes letters out of the house."""

    @property
    def described(self) -> str:
        """Where letters go, for an operator; no password in it."""

    def reached(self) -> str:
        """What was found on trying the way. Raises NotNow, or NotTaken where it is shut."""

    def send(self, message: EmailMessage, name: str) -> None:
        """Hand over one letter. ``name`` is one no other letter has. Raises NotNow, NotTaken."""


@dataclass(frozen=True)
class FolderPost:
    """Puts each letter into a folder as a file that mail programs open."""

    folder: Path

    @property
    def described(self) -> str:
        """The folder."""
        return f"folder {self.folder}"

    def reached(self) -> str:
        """How many letters lie there."""
        count = sum(1 for _ in self.folder.glob("*.eml")) if self.folder.is_dir() else 0
        return f"{count} letters lie there; set JAZARI_MAIL to have them sent"

    def send(self, message: EmailMessage, name: str) -> None:
        """Write the file, whole or not at all, for its owner's eyes only."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self.folder / f".{name}"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(message.as_bytes(policy=WRITTEN))
            draft.rename(self.folder / f"{name}.eml")
        except OSError as error:
            raise NotNow(why=str(error)) from error

    def names(self) -> set[str]:
        """The names of the letters that lie there."""
        return {file.stem for file in self.folder.glob("*.eml")}

    def remove(self, names: Iterable[str]) -> None:
        """Delete the files of these letters."""
        for name in names:
            (self.folder / f"{name}.eml").unlink(missing_ok=True)


@dataclass(frozen=True)
class SmtpPost:
    """Hands letters to an SMTP server: over TLS, or unencrypted to this very machine."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    trust: ssl.SSLContext | None = field(default=None, repr=False)

    @property
    def described(self) -> str:
        """The server, and how it is spoken to."""
        how = {"smtp": "STARTTLS", "smtps": "TLS", "smtp+plain": "no encryption"}[self.scheme]
        who = f" as {self.user}" if self.user else ""
        return f"SMTP server {self.host}:{self.port}{who}, {how}"

    def reached(self) -> str:
        """That the server answers and knows us."""
        with self._session():
            return "answers"

    def send(self, message: EmailMessage, name: str) -> None:
        """Hand it over to the server."""
        with self._session() as server:
            server.send_message(message)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        try:
            server = self._connected()
            try:
                yield server
            finally:
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _refusal(code, words) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPNotSupportedError, ValueError) as error:
            raise NotTaken(why=str(error)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotNow(why=str(error)) from error

    def _connected(self) -> smtplib.SMTP:
        trust = self.trust or ssl.create_default_context()
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=PATIENCE, context=trust
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
        try:
            if self.scheme == "smtp":
                # Raises where the server offers no TLS: a letter never goes out in the open.
                server.starttls(context=trust)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


def _refusal(code: int, words: bytes | str) -> NotNow | NotTaken:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    why = f"{code} {' '.join(said.split())}"[:200]
    return NotNow(why=why) if code < 500 or code in (530, 535) else NotTaken(why=why)


def post(address: str, password: str, folder: Path) -> Post:
    """The way out that ``address`` names: an SMTP server, or ``folder`` when it is empty.

    Raises FaultyAddress.
    """
    if not address:
        return FolderPost(folder)
    parts = urlsplit(address)
    if parts.scheme not in PORTS or not parts.hostname:
        raise FaultyAddress(why="it names no server.")
    try:
        port = parts.port or PORTS[parts.scheme]
    except ValueError:
        raise FaultyAddress(why="its port is no number.") from None
    if parts.password is not None:
        raise FaultyAddress(why="the password belongs into JAZARI_MAIL_PASSWORD.")
    if parts.scheme == "smtp+plain" and parts.hostname not in LOCAL:
        raise FaultyAddress(why="without encryption letters go to this machine only.")
    if parts.scheme == "smtp+plain" and parts.username:
        raise FaultyAddress(why="without encryption nobody signs in.")
    return SmtpPost(parts.scheme, parts.hostname, port, unquote(parts.username or ""), password)


def message(
    *,
    to: tuple[str, str],
    sender: str,
    subject: str,
    text: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """A message from ``sender`` to one person, a name and an address.

    Raises NotTaken for an address, or a header, that is not one.
    """
    made = EmailMessage(policy=WRITTEN)
    name, address = to
    try:
        made["From"] = Address("Jazari", addr_spec=sender)
        made["To"] = Address(" ".join(name.split()), addr_spec=address)
        made["Subject"] = subject
        # Programs that answer by themselves, such as notes of absence, leave this one alone.
        made["Auto-Submitted"] = "auto-generated"
        for header, value in (headers or {}).items():
            made[header] = value
    except (ValueError, IndexError) as error:
        raise NotTaken(why=f"its address or a header is not one: {error}") from error
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    return made
