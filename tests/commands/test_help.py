"""Every command explains itself."""

import click
import pytest

from lms.cli import lms as commands


def every_command(group, *path):
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from every_command(command, *path, name)


COMMANDS = dict(every_command(commands))


def test_the_commands_stand_in_the_order_in_which_one_meets_them(run):
    page = run("--help").stdout

    places = [page.index(f"\n  {path[0]} ") for path in COMMANDS if len(path) == 1]
    assert places == sorted(places)
    assert len(places) == 14


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_help_worth_reading(run, path):
    done = run(*path, "--help")

    told = (COMMANDS[path].help or "").strip()
    assert done.exit_code == 0
    assert len(told.split()) >= 5
    assert told.split("\n\n")[0].endswith((".", "?"))
    assert " ".join(told.split()[:5]) in " ".join(done.stdout.split())


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_option_says_what_it_does(path):
    options = [each for each in COMMANDS[path].params if isinstance(each, click.Option)]

    assert [option.name for option in options if not (option.help or option.show_default)] == []


def test_the_version_is_told(run):
    assert run("--version").stdout.startswith("lms, version ")


def test_an_unknown_command_is_wrong_usage(run):
    done = run("fly")

    assert done.exit_code == 2
    assert "No such command 'fly'" in done.stderr
