"""`lms keys`: the keys with which institutes sign credentials."""

from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from lms.commands.parts import data_option, ready
from lms.credentials import queries, service
from lms.institutes import queries as institutes
from lms.institutes.models import Institute


@click.group()
def keys() -> None:
    """See and renew the keys with which institutes sign.

    Secret halves are files under keys/ in the data folder, readable by their
    owner only: back them up, apart from everything else. Public halves stand
    in each institute's did.json.
    """


@keys.command(name="list")
@data_option
def list_(data: str | None) -> None:
    """List every key: institute, name, since when, and whether it still signs."""
    lms = ready(data)
    with lms.database.reading() as session:
        for institute in institutes.institutes(session):
            for key in queries.keys(session, institute):
                state = f"retired {key.retired:%Y-%m-%d}" if key.retired else "in use"
                state = f"revoked {key.revoked:%Y-%m-%d}" if key.revoked else state
                is_lost = not key.retired and key.name not in lms.keys.names(institute.slug)
                missing = ", its file is missing" if is_lost else ""
                since = f"since {key.created:%Y-%m-%d}"
                click.echo(f"{institute.slug}  {key.name}  {since}  {state}{missing}")


@keys.command()
@data_option
@click.argument("institute")
def new(data: str | None, institute: str) -> None:
    """Make a new key for INSTITUTE (its slug) and sign with it from now on.

    The key before it retires: it signs nothing more and stays published, so
    that what it signed goes on verifying.
    """
    lms = ready(data)
    with lms.database.writing() as session:
        found = _institute(session, institute)
        key = service.new_key(session, lms.keys, found, now=datetime.now(UTC))
    click.echo(f"{institute} now signs with {key.name}.")


@keys.command()
@data_option
@click.argument("institute")
@click.argument("name")
@click.confirmation_option(prompt="Nothing this key has signed will verify any more. Revoke it?")
def revoke(data: str | None, institute: str, name: str) -> None:
    """Revoke the key NAME of INSTITUTE (its slug), because others may have got hold of it.

    Its secret half is deleted, and everything it ever signed stops verifying.
    Make a new key afterwards, and issue again what honest people had earned.
    """
    lms = ready(data)
    with lms.database.writing() as session:
        found = _institute(session, institute)
        key = next((key for key in queries.keys(session, found) if key.name == name), None)
        if key is None:
            raise click.ClickException(f"{institute} has no key called {name}.")
        service.revoke_key(session, lms.keys, key, now=datetime.now(UTC))
    click.echo(f"{name} is revoked. To sign again: lms keys new {institute}")


@keys.command()
@data_option
@click.argument("institute")
def did(data: str | None, institute: str) -> None:
    """Print the did.json of INSTITUTE, which `lms verify --did` takes."""
    lms = ready(data)
    with lms.database.reading() as session:
        found = _institute(session, institute)
        click.echo(service.did_document(session, lms.settings.base_url, found))


def _institute(session: Session, slug: str) -> Institute:
    found = institutes.institute(session, slug)
    if found is None:
        raise click.ClickException(f"There is no institute called {slug}.")
    return found
