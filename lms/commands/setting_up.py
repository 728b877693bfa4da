"""`lms init` and `lms migrate`: bring a site's data into being and up to date."""

import click

from lms import schema
from lms.commands.parts import data_option, opened
from lms.founding import prepare


@click.command()
@data_option
def init(data: str | None) -> None:
    """Prepare a site: folders, tables, session key, courses, first institutes and people.

    Run again at will: what is there stays as it is, and changed courses become
    new versions. The first time, two institutes and four accounts are made and
    their random passwords shown once.
    """
    lines = prepare(opened(data))
    click.echo("\n".join(lines or ["Everything is in place."]))


@click.command()
@data_option
def migrate(data: str | None) -> None:
    """Bring the database to the shape that this release needs.

    Migrations only go forward: make a backup of the data folder first. A
    database that a newer release wrote is left alone.
    """
    lms = opened(data)
    lms.settings.folder.mkdir(parents=True, exist_ok=True)
    before = schema.migrate(lms.database)
    is_current = before is schema.Shape.CURRENT
    click.echo("The database was up to date." if is_current else "The database is migrated.")
