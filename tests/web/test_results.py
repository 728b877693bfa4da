"""The page of a piece of work, in every state it may be in."""

import re
from datetime import timedelta

import pytest

from lms.core.i18n import say
from lms.grading import service
from lms.grading.marking import Mark, Verdict
from lms.grading.parts import Part, refused
from lms.grading.runs import Ending
from lms.grading.states import State

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
#: A form has another token in each session.
TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')


def result(visit, submission):
    return visit(submission.enrolment.person).get(f"/submissions/{submission.public_id}").text


def beat(session, now):
    service.beat(session, "w:1", walls_stand=True, found="all", mend="", now=now)


def test_work_in_line_shows_its_place_and_the_way_to_look_again(
    visit, session, place, enrolled, handed_in, rim, now
):
    beat(session, now)
    first, second = handed_in(place, at=now), handed_in(enrolled(rim, place.run), at=now)

    assert "You are next in line." in result(visit, first)
    assert "You are number 2 in line." in result(visit, second)
    assert "Reload this page" in result(visit, first)
    assert "js/submission.js" in result(visit, first)


def test_while_nobody_can_mark_the_page_says_that_the_work_is_safe(visit, place, handed_in, now):
    text = result(visit, handed_in(place, at=now))

    assert "Your work is safe. Marking is paused" in text
    assert "in line." not in text


def test_work_being_marked_says_so(visit, session, place, handed_in, now):
    submission = handed_in(place, at=now)
    service.claim(session, lease=DAY, now=now)

    assert "Your notebook is being run and marked." in result(visit, submission)


def test_marked_work_shows_its_points_and_stops_updating(visit, place, handed_in, settled, now):
    text = result(visit, settled(handed_in(place, at=now), 3))

    assert "3 of 4 points" in text
    assert "data-settled" in text
    assert "Reload this page" not in text
    assert "js/submission.js" not in text
    assert "Handed in late" not in text


def test_marked_work_names_what_it_was_executed_with(visit, place, handed_in, settled, now):
    text = result(visit, settled(handed_in(place, at=now), 3))

    assert "What the notebook was executed with" in text
    assert '<bdi dir="ltr">python-ml</bdi>' in text
    assert '<bdi dir="ltr">3.11.2</bdi>' in text
    assert '<pre dir="ltr">numpy==2.4.6\npandas==3.1.1</pre>' in text


def test_work_marked_before_that_was_recorded_names_nothing(visit, place, handed_in, settled, now):
    text = result(visit, settled(handed_in(place, at=now), 3, environment=None))

    assert "3 of 4 points" in text
    assert "What the notebook was executed with" not in text


def test_late_work_says_how_much_it_keeps(visit, offered, enrolled, handed_in, settled, salma, now):
    place = enrolled(salma, offered(opens=now - 20 * DAY))

    text = result(visit, settled(handed_in(place, at=now), 4))

    assert "Handed in late" in text
    assert "50%" in text
    assert "2 of 4 points" in text


def test_work_that_waits_for_a_hand_says_so(visit, salma, place, handed_in, settled, now):
    assignment = f"/learn/{place.public_id}/assignments/why"
    text = result(visit, settled(handed_in(place, "why", answer="Because.", at=now), None))

    assert "Up to 5 points, not marked yet" in text
    assert "Waits for an instructor" in text
    assert "Waits for an instructor" in visit(salma).get(assignment).text


def test_a_refused_file_says_why_and_that_it_costs_nothing(visit, session, place, handed_in, now):
    submission = handed_in(place, at=now)
    told = say("Line {line} is <odd>.", line=3)
    service.refuse(
        session, service.claim(session, lease=DAY, now=now), [refused("", told)], now=now
    )

    text = result(visit, submission)

    assert "Line <bdi>3</bdi> is &lt;odd&gt;." in text
    assert "costs no attempt" in text
    assert "Hand in another file" in text


def test_work_that_no_worker_could_finish_says_so(visit, session, place, handed_in, now):
    submission = handed_in(place, at=now)
    submission.runs[0].state = State.RUNNING
    submission.runs[0].claims = service.CLAIMS_ALLOWED
    submission.runs[0].claimed_until = now - MINUTE
    service.claim(session, lease=DAY, now=now)

    assert "could not finish with this notebook" in result(visit, submission)


@pytest.fixture
def explained(session, place, handed_in, settled, now):
    """Marked work whose only mark is explained like this."""

    def explained(message, **told):
        submission = settled(handed_in(place, at=now), 0)
        (mark,) = submission.runs[-1].marks
        mark.message = message
        for name, value in told.items():
            setattr(mark, name, value)
        return submission

    return explained


def test_a_visible_test_is_shown_as_code_with_what_came(visit, explained):
    message = say("Expected {expected}, but got {came}.", expected="<4>", came="1")

    text = result(visit, explained(message, code="assert double(2) == 4"))

    assert 'Expected <code dir="ltr">&lt;4&gt;</code>, but got <code dir="ltr">1</code>.' in text
    assert '<pre class="mark-code" dir="ltr"><code>assert double(2) == 4</code></pre>' in text


@pytest.mark.parametrize(
    ("locale", "shown"),
    [("en", '<bdi dir="auto">Zero?</bdi>'), ("fr", '<bdi dir="auto">Zéro ?</bdi>')],
)
def test_a_hint_is_in_the_language_of_its_reader(visit, explained, locale, shown):
    submission = explained(
        say("A hidden test of this cell did not pass."), hint={"*": "Zero?", "fr": "Zéro ?"}
    )
    browser = visit(submission.enrolment.person)
    browser.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = locale
    submission.enrolment.person.locale = locale

    assert shown in browser.get(f"/submissions/{submission.public_id}").text


def test_what_was_refused_is_shown_to_those_who_teach_and_not_to_the_learner(
    visit, explained, idris
):
    submission = explained(say("Give the plain value."), refused="Odd overrides __eq__.")

    taught = visit(idris).get(f"/teach/submissions/{submission.public_id}").text

    assert "Odd overrides __eq__." in taught
    assert "Odd overrides" not in result(visit, submission)
    assert "Give the plain value." in result(visit, submission)


@pytest.mark.parametrize("points", [None, 4])
def test_the_part_that_updates_is_the_same_as_on_the_page(
    visit, place, handed_in, settled, points, now
):
    submission = handed_in(place, at=now)
    if points:
        settled(submission, points)

    part = visit(place.person).get(f"/submissions/{submission.public_id}/state").text

    assert "<html" not in part
    assert TOKEN.sub("", part).strip() in TOKEN.sub("", result(visit, submission))
    assert ("data-settled" in part) is bool(points)


def test_extra_points_are_shown_apart_and_counted_together(visit, session, place, handed_in, now):
    submission = handed_in(place, at=now)
    run = submission.runs[-1]
    run.state = State.RUNNING
    told = [
        Mark("tests", 4.0, 4.0, Verdict.PASSED, None),
        Mark("extra", 2.0, 0.0, Verdict.PASSED, None),
    ]
    service.settle(session, run, [Part("", Ending.FINISHED, tuple(told), None, 0.5)], now=now)

    text = result(visit, submission)

    assert "2 extra points" in text
    assert ">+2<" in text
    assert ">6 / 4<" in text
