"""A learner's code that notes what hidden tests do, and tells of it wherever it may speak."""

import base64
import re

import pytest

from lms.catalogue.notebooks import read
from lms.grading.execution import mark_notebook, with_outputs
from lms.grading.feedback_page import Feedback, page
from lms.grading.sandbox import BehindWalls
from lms.grading.sealing import Record, author_record

from .conftest import answer, checks, file

pytestmark = pytest.mark.kernel

#: Known to hidden tests alone: as an argument, as what is expected, and as a text in them.
SECRETS = ("77017", "77018", "shibboleth", "88088")

HIDING = (
    "assert f(1) == 2\n"
    "### BEGIN HIDDEN TESTS\n"
    "shibboleth = 77018\n"
    "assert f(77017) == shibboleth\n"
    "### END HIDDEN TESTS"
)

#: A visible function that a hidden line calls.
CALLING = (
    "def check(n, want):\n    assert k(n) == want\n"
    "check(1, 1)\n"
    "### BEGIN HIDDEN TESTS\n"
    "check(88088, 88088)\n"
    "### END HIDDEN TESTS"
)

#: Keeps the arguments, the frames above and every text that the kernel has been given.
NOTING = """
SEEN = []
def f(n):
    import sys
    SEEN.append(n)
    frame = sys._getframe(1)
    while frame is not None and len(SEEN) < 200:
        SEEN.append(str(frame.f_locals)[:2000])
        frame = frame.f_back
    return n + 1"""

#: Says it all: where it is printed, raised, returned, kept by a thread, or shown as a picture.
TELLING = """
import base64, threading, time
from IPython.display import HTML, display
ALL = SEEN + list(globals().get('In', [])) + [str(n) for n in dir()]
print(ALL)
print(base64.b64encode(str(ALL).encode()).decode())
display(HTML('<b>' + str(ALL).replace('<', '') + '</b>'))
threading.Thread(target=lambda: (time.sleep(0.05), print(SEEN))).start()
time.sleep(0.1)
raise ValueError(ALL)"""


@pytest.fixture(scope="module")
def source():
    return read(
        file(
            answer("def k(n):\n    return n", "k", id="k"),
            checks(CALLING, "k-tests", id="k-tests"),
            answer("def f(n):\n    return n + 1", "f", id="f"),
            checks(HIDING, "f-tests", id="f-tests"),
            answer("def g(n):\n    return n", "g", id="g"),
            checks("assert g(3) == 3", "g-tests", id="g-tests"),
            answer("def h(n):\n    return n", "h", id="h"),
            checks("assert h(3) == 3", "h-tests", id="h-tests"),
        )
    )


@pytest.mark.parametrize("is_sealed", [True, False], ids=["sealed", "open"])
def test_neither_the_page_nor_any_message_tells_of_hidden_tests(make, source, is_sealed):
    sandbox = BehindWalls()
    record = author_record(source, sandbox, profile="python") if is_sealed else Record()
    work = make.file(
        make.answer("def k(n):\n    assert n < 9, n\n    return n", "k"),
        make.answer(NOTING, "f"),
        make.answer("def g(n):\n    return str(SEEN)", "g"),
        make.answer("def h(n):\n    raise ValueError(str(SEEN))", "h"),
        make.cell("code", TELLING),
    )
    marked = mark_notebook(source, work, sandbox, profile="python", sealing=record)
    kept = with_outputs(marked)
    told = kept.decode() + page(kept, Feedback("f", None, marked.marks), "en")
    told += "".join(str(mark.message) + str(mark.code) for mark in marked.marks)

    assert [mark.score for mark in marked.marks] == [0.0, 2.0, 0.0, 0.0]
    assert "ValueError" in told
    assert "SEEN" in told
    for secret in SECRETS:
        assert secret not in told
        assert secret not in decoded(told)
    # It would have been told without that: this notebook does note what hidden tests hand over.
    assert "77017" in str(marked.executed.run)


def decoded(text):
    """What stands in ``text`` in base 64."""
    found = re.findall(r"[A-Za-z0-9+/]{80,}", text)
    whole = (base64.b64decode(one[: len(one) // 4 * 4]) for one in found)
    return "".join(one.decode("utf-8", "replace") for one in whole)
