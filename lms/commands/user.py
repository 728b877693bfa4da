"""`lms user`: accounts and roles from the command line."""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from lms.bootstrap import Lms
from lms.commands.parts import data_option, ready
from lms.core.i18n import READINGS
from lms.institutes import leaving, queries, service
from lms.institutes.models import Person
from lms.institutes.rules import Role
from lms.personal.export import archive
from lms.personal.holdings import holdings


@click.group()
def user() -> None:
    """Add people, give them roles, reset a password."""


@user.command()
@data_option
@click.argument("email")
@click.argument("name")
@click.option("--language", type=click.Choice(READINGS), default="fr", show_default=True)
def add(data: str | None, email: str, name: str, language: str) -> None:
    """Open an account for NAME under EMAIL; its random password is shown once."""
    password = secrets.token_urlsafe(12)
    with ready(data).database.writing() as session:
        service.sign_up(
            session, email=email, name=name, password=password, locale=language, now=_now()
        )
    click.echo(f"{email}  {password}")


@user.command()
@data_option
@click.argument("email")
def password(data: str | None, email: str) -> None:
    """Give the account of EMAIL a new random password; it is shown once, other sessions end."""
    new = secrets.token_urlsafe(12)
    with ready(data).database.writing() as session:
        service.set_password(session, _named(session, email), new, now=_now())
    click.echo(f"{email}  {new}")


@user.command()
@data_option
@click.argument("email")
@click.argument("institute")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--end", is_flag=True, help="End the role instead of giving it.")
def role(data: str | None, email: str, institute: str, role: str, end: bool) -> None:
    """Give the person with EMAIL a ROLE in INSTITUTE (its slug)."""
    _change_role(ready(data), email, institute, Role(role), end)
    click.echo(f"{email} is {'no longer' if end else 'now'} {role} at {institute}.")


@user.command()
@data_option
@click.argument("email")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def data(data: str | None, email: str, file: Path) -> None:
    """Write all that is held about the person with EMAIL into the ZIP file FILE."""
    lms, now = ready(data), _now()
    with lms.database.reading() as session:
        person = _named(session, email)
        try:
            with open(file, "xb", opener=_for_its_owner_alone) as made:
                for piece in archive(session, lms.blobs, person, now=now):
                    made.write(piece)
        except FileExistsError:
            raise click.ClickException(f"{file} is there already. Name another file.") from None
        except OSError as error:
            raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
    click.echo(f"{file} holds all that is kept about {email}.")


@user.command()
@data_option
@click.argument("email")
def delete(data: str | None, email: str) -> None:
    """Have the account of EMAIL deleted after 14 days, as its owner asked you to."""
    with ready(data).database.writing() as session:
        person = _named(session, email)
        leaving.ask(session, person, now=_now())
        day = person.leaves
    click.echo(f"{email} will be deleted on {day:%Y-%m-%d}, unless they sign in before.")


@user.command("holdings")
def show_holdings() -> None:
    """Print which personal data is kept, what for and how long, as a table in Markdown."""
    click.echo("| table | column | purpose | retention |\n| --- | --- | --- | --- |")
    for holding in holdings():
        for column, said in holding.columns.items():
            name = f"`{holding.table.name}` | `{column}`"
            click.echo(f"| {name} | {said.purpose} | {said.retention} |")


def _for_its_owner_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _named(session: Session, email: str) -> Person:
    person = queries.person_by_email(session, email)
    if person is None:
        raise click.ClickException(f"Nobody has an account with the address {email}.")
    return person


def _change_role(lms: Lms, email: str, slug: str, role: Role, end: bool) -> None:
    with lms.database.writing() as session:
        person = _named(session, email)
        institute = queries.institute(session, slug)
        if institute is None:
            raise click.ClickException(f"There is no institute called {slug}.")
        if not end:
            service.grant(session, institute, person, role, now=_now())
            return
        held = queries.membership(session, institute, person, role)
        if held is None or held.until is not None:
            raise click.ClickException(f"{email} is not {role} at {slug}.")
        service.end(session, held, now=_now(), by=None)


def _now() -> datetime:
    return datetime.now(UTC)
