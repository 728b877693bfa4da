"""Commands as somebody types them."""

import pytest
from click.testing import CliRunner

from lms.cli import lms as commands


@pytest.fixture
def folder(founded, tmp_path, session, lms):
    """The data folder of a site with the cast in it."""
    return lms.settings.folder


@pytest.fixture
def run(session, monkeypatch):
    """Runs ``lms`` with some arguments; what the test has prepared is committed before."""
    for name in ("JAZARI_DATA", "JAZARI_DATABASE", "JAZARI_BLOBS", "JAZARI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments, given=None):
        session.commit()
        words = [str(argument) for argument in arguments]
        done = CliRunner().invoke(commands, words, obj=given)
        session.expire_all()
        return done

    return run


@pytest.fixture
def strict(sandbox, monkeypatch):
    """The sandbox that runs nothing, in which the tests of a blank notebook do not pass."""
    run = sandbox.run

    def judge(notebook, *given, **more):
        is_blank = b"NotImplementedError" in notebook
        sandbox.fails = {"assert double(": "AssertionError"} if is_blank else {}
        return run(notebook, *given, **more)

    monkeypatch.setattr(sandbox, "run", judge)
    return sandbox
