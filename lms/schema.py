"""The database's shape: which migrations it has seen, and bringing it up to date."""

from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from lms.catalogue import models as catalogue
from lms.core import journal
from lms.core.db import Base, Database
from lms.core.errors import Unavailable
from lms.core.i18n import N_
from lms.credentials import models as credentials
from lms.grading import check_models, done_models, hand_models, pair_models
from lms.grading import models as grading
from lms.institutes import models as institutes
from lms.learning import announcement_models, draft_models, help_models, note_models, quiz_models
from lms.learning import models as learning
from lms.mail import models as mail

#: The modules whose tables make the schema.
TABLES = (
    journal,
    institutes,
    mail,
    catalogue,
    learning,
    announcement_models,
    draft_models,
    help_models,
    note_models,
    quiz_models,
    grading,
    hand_models,
    pair_models,
    check_models,
    done_models,
    credentials,
)


class Shape(StrEnum):
    """How a database stands to this code."""

    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"
    NEWER = "newer"


class DatabaseNewer(Unavailable):
    """A later release has migrated this database."""

    message = N_(
        "This database was written by a newer release of Jazari (revision {revision})."
        " Install that release, or restore a backup made before it."
    )


def metadata() -> MetaData:
    """What the models say the schema is."""
    return Base.metadata


def shape(database: Database) -> Shape:
    """How the database stands to this code; connecting to it may raise."""
    with database.engine.connect() as connection:
        revision = _revision(connection)
    scripts = ScriptDirectory.from_config(_config())
    if revision is None:
        return Shape.EMPTY
    if revision == scripts.get_current_head():
        return Shape.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return Shape.BEHIND if revision in known else Shape.NEWER


def migrate(database: Database) -> Shape:
    """Bring the database up to date and return how it stood before. Raises DatabaseNewer."""
    before = shape(database)
    if before is Shape.NEWER:
        with database.engine.connect() as connection:
            raise DatabaseNewer(revision=_revision(connection) or "")
    if before is not Shape.CURRENT:
        with database.reshaping() as connection:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    return before


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
