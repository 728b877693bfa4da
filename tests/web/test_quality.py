"""What tests are worth, as an instructor sees it."""

import re

import pytest

from lms.core.i18n import say
from lms.grading import checks
from lms.grading.mutations import Kind
from lms.grading.quality import Flaky, Points, Quality, Tried
from lms.grading.sealing import Record

SURVIVOR = Tried("answer", 3, Kind.CONSTANT, "return 2 * n", "return 3 * <n>", None)
NOTICED = Tried("answer", 3, Kind.RETURN, "return 2 * n", "return None", "tests")
SOUND = Quality(tried=(NOTICED, NOTICED, NOTICED, SURVIVOR), there=9)
LOOSE = Quality(
    short=(Points("tests", 0.0, 4.0, say("The tests of this cell did not pass.")),),
    given=(Points("given", 1.0, 1.0, say("All tests of this cell passed.")),),
    flaky=(Flaky("drawn", (2.0, 0.0, 2.0, 2.0, 2.0), 2.0),),
    idle=("idle-tests",),
)


@pytest.fixture
def address(place):
    """The address of the page."""
    return f"/teach/runs/{place.run.public_id}/assignments/double/tests"


@pytest.fixture
def tests_page(visit, place, find, address, idris):
    """The page, when trying the tests has shown this."""

    def page(quality):
        find(place, "double").notebooks[0].quality = quality and quality.as_json()
        return visit(idris).get(address).text

    return page


def test_instructors_see_which_mistakes_no_test_noticed(tests_page):
    page = tests_page(SOUND)

    assert "75" in re.search(r'class="score">(.*?)<', page)[1]
    assert "3 of 4 noticed" in page
    assert "5 more were not tried." in page
    assert '<rect class="bar-share" width="75.0"' in page
    assert "return 3 * &lt;n&gt;" in page
    assert "line 3" in page
    assert page.count("Does not hold") == 0


def test_instructors_see_what_is_wrong_with_tests(tests_page):
    page = tests_page(LOOSE)

    assert page.count("Does not hold") == 4
    for told in (
        "The tests of this cell did not pass.",
        "given",
        "2 · 0 · 2 · 2 · 2",
        "idle-tests",
    ):
        assert told in page
    assert "No small mistakes were tried" in page


def test_tests_that_nobody_tried_are_said_to_be_so(tests_page):
    page = tests_page(None)

    assert "These tests have not been tried yet" in page
    assert "full marks" not in page


def test_an_instructor_has_tests_tried_and_sees_how_it_stands(
    visit, session, place, find, address, idris, now
):
    browser, double = visit(idris), find(place, "double")
    assert "Try the tests</span>" in browser.get(address).text

    assert browser.post(address).status_code == 303
    waiting = browser.get(address).text
    assert "The tests wait to be tried" in waiting
    assert "Try the tests" not in waiting

    checks.settle(session, checks.latest(session, double), None, now=now)
    assert "The tests could not be tried." in browser.get(address).text
    browser.post(address)
    checks.settle(session, checks.latest(session, double), {"": SOUND}, now=now)
    page = browser.get(address).text
    assert "3 of 4 noticed" in page
    assert "Try the tests again" in page


def test_tests_that_could_not_be_sealed_are_named_with_why_and_what_to_do(tests_page, place, find):
    assert "run beside the learner’s code" not in tests_page(SOUND)

    find(place, "double").notebooks[0].record = Record(
        open={"cell": "the tests hand over the class <Mine> of the tests, which cannot cross"},
        grade_ids={"cell": "tests"},
    ).as_json()
    page = tests_page(SOUND)

    assert "Tests that run beside the learner’s code" in page
    assert "the class &lt;Mine&gt; of the tests" in page
    assert "Define this class in a locked cell above the answer" in page
