"""`lms user`: accounts and roles from the command line."""

import secrets
from datetime import UTC, datetime

import click

from lms.bootstrap import Lms
from lms.commands.parts import data_option, ready
from lms.core.i18n import LOCALES
from lms.institutes import queries, service
from lms.institutes.rules import Role


@click.group()
def user() -> None:
    """Add people, give them roles, reset a password."""


@user.command()
@data_option
@click.argument("email")
@click.argument("name")
@click.option("--language", type=click.Choice(LOCALES), default="fr", show_default=True)
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
        person = queries.person_by_email(session, email)
        if person is None:
            raise click.ClickException(f"Nobody has an account with the address {email}.")
        service.set_password(session, person, new, now=_now())
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


def _change_role(lms: Lms, email: str, slug: str, role: Role, end: bool) -> None:
    with lms.database.writing() as session:
        person = queries.person_by_email(session, email)
        if person is None:
            raise click.ClickException(f"Nobody has an account with the address {email}.")
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
