"""The door of the command line: ``lms``. Each command has its own module in `lms.commands`."""

from collections.abc import Sequence

import click

from lms import __version__
from lms.commands.doctor import doctor
from lms.commands.grade import grade
from lms.commands.import_otter import import_otter
from lms.commands.keys import keys
from lms.commands.publish import publish
from lms.commands.quality import quality
from lms.commands.regrade import regrade
from lms.commands.relay import relay
from lms.commands.serve import serve
from lms.commands.setting_up import init, migrate
from lms.commands.user import user
from lms.commands.verify import verify
from lms.commands.work import worker
from lms.core.errors import LmsError


class Commands(click.Group):
    """The commands in the order in which one meets them, refusals as one clear sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names as they were added."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what it refuses is told without a traceback and exits with 1."""
        try:
            return super().invoke(ctx)
        except LmsError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lms")
def lms() -> None:
    """Jazari: courses, sandboxed notebook grading and verifiable credentials.

    Settings come from environment variables named JAZARI_…; `lms doctor` shows
    what is set and how every part stands. To begin: `lms serve`.
    """


for command in (
    serve,
    init,
    migrate,
    publish,
    quality,
    grade,
    import_otter,
    regrade,
    verify,
    worker,
    relay,
    doctor,
    keys,
    user,
):
    lms.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; never returns."""
    lms.main(args=None if arguments is None else list(arguments), prog_name="lms")


if __name__ == "__main__":
    main()
