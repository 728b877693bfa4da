"""What an instructor meets: runs, learners, work to mark by hand."""

import re
from datetime import timedelta

import pytest

from lms.grading import queries
from lms.grading.sealing import Record
from lms.grading.states import State
from lms.institutes import service as institutes
from lms.institutes.models import Person
from lms.institutes.rules import Role
from lms.learning.models import Enrolment


@pytest.fixture
def essay(session, lived_in):
    """Salma's essay, which waits for points."""
    return lambda: queries.submission(session, lived_in.essay)


def test_home_lists_runs_and_the_work_that_waits(visit, lived_in, idris):
    page = visit(idris).get("/teach/").text

    assert f'href="/teach/runs/{lived_in.run}"' in page
    assert f'href="/teach/submissions/{lived_in.essay}"' in page


def test_home_names_the_works_that_have_waited_longest_when_there_are_too_many(
    visit, session, lived_in, essay, enrolled, handed_in, settled, idris, rim, now, monkeypatch
):
    later = settled(handed_in(enrolled(rim, essay().enrolment.run), "why", answer="So."), None)
    essay().handed_in, later.handed_in = now - timedelta(days=2), now - timedelta(days=1)
    monkeypatch.setattr(queries, "MOST_AWAITING", 1)

    page = visit(idris).get("/teach/").text

    assert f'href="/teach/submissions/{lived_in.essay}"' in page
    assert later.public_id not in page
    assert "These have waited longest." in page
    assert "2 answers wait" in page


def test_home_in_rabat_knows_nothing_of_fez(visit, lived_in, who):
    page = visit(who("ilham")).get("/teach/").text

    assert lived_in.run not in page
    assert lived_in.essay not in page
    assert "Salma" not in page


def test_a_run_lists_its_learners_with_those_who_need_help_first(
    visit, session, lived_in, enrolled, rim, essay, idris
):
    enrolled(rim, essay().enrolment.run)

    page = visit(idris).get(f"/teach/runs/{lived_in.run}").text

    assert page.index("Rim") < page.index("Salma")


@pytest.fixture
def crowd(session, offered, now):
    """A run with sixty learners, one of whom has an Arabic name."""
    run = offered()
    names = [f"Learner {number:02d}" for number in range(59)] + ["Fatima"]
    people = [
        Person(
            email=f"{name}@fez.example",
            name=name,
            arabic_name="فاطمة" if name == "Fatima" else None,
            password_hash="",
            locale="en",
            created=now,
        )
        for name in names
    ]
    session.add_all([Enrolment(run=run, person=person, enrolled=now) for person in people])
    session.flush()
    return f"/teach/runs/{run.public_id}"


def test_a_long_list_of_learners_comes_page_by_page_and_is_searched_by_name(visit, idris, crowd):
    def rows(query):
        page = visit(idris).get(crowd + query).text
        return page, re.findall(r'<th scope="row"><a href="[^"]+"><bdi[^>]*>([^<]+)', page)

    first, on_first = rows("")
    last, on_last = rows("?page=2")
    _, by_name = rows("?q=فاطمه")
    nobody, on_none = rows("?q=Fatima+Learner")

    assert (len(on_first), len(on_last)) == (50, 10)
    assert len({*on_first, *on_last}) == 60
    assert "60 learners" in first
    assert "60 learners" in last
    assert "page=2" in first
    assert by_name == ["Fatima"]
    assert on_none == []
    assert "Nothing found" in nobody


def test_a_learner_s_page_shows_steps_and_work(visit, lived_in, idris):
    page = visit(idris).get(f"/teach/enrolments/{lived_in.enrolment}").text

    for told in ("Salma", "Counting", "Doubling", f"/teach/submissions/{lived_in.essay}"):
        assert told in page


def test_a_learner_s_page_says_which_attempt_counts_and_which_came_late(
    visit, offered, enrolled, find, handed_in, settled, salma, idris, now
):
    place = enrolled(salma, offered(opens=now - timedelta(days=30)))
    due = queries.due(place.run, find(place, "double"), None)
    settled(handed_in(place, at=due - timedelta(days=1)), 4)
    settled(handed_in(place, answer="better", at=due + timedelta(days=1)), 1)

    page = visit(idris).get(f"/teach/enrolments/{place.public_id}").text
    later, earlier = page.split("<tbody>")[1].split("</tbody>")[0].split("</tr>")[:2]

    assert ("Late" in later, "Counts" in later) == (True, False)
    assert ("Late" in earlier, "Counts" in earlier) == (False, True)


def test_an_answer_is_shown_as_text_with_a_field_for_its_points(
    visit, session, place_of_rim, handed_in, settled, idris
):
    essay = settled(handed_in(place_of_rim, "why", answer="<script>alert(1)</script>"), None)

    page = visit(idris).get(f"/teach/submissions/{essay.public_id}").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert 'name="points"' in page


def test_the_instructor_sees_which_tests_are_open_and_why(visit, session, lived_in, essay, idris):
    essay().assignment.notebooks[0].record = Record(
        open={"reason": "a class of the tests"}
    ).as_json()
    session.commit()

    page = visit(idris).get(f"/teach/submissions/{lived_in.essay}").text

    assert "Tests that run beside the learner’s code" in page
    assert "Open test" in page
    assert "a class of the tests" in page


@pytest.mark.parametrize("is_known", [True, False])
def test_the_instructor_sees_what_the_work_was_executed_with(
    visit, session, place_of_rim, handed_in, settled, idris, sandbox, is_known
):
    found = sandbox.environment if is_known else None
    work = settled(handed_in(place_of_rim), 4, environment=found)

    page = visit(idris).get(f"/teach/submissions/{work.public_id}").text

    assert ("What the notebook was executed with" in page) is is_known
    assert ('<pre dir="ltr">numpy==2.4.6\n' in page) is is_known


def test_the_work_is_not_called_marked_while_a_person_owes_it_points(visit, lived_in, idris):
    page, address = visit(idris), f"/teach/submissions/{lived_in.essay}"
    head = re.compile(r'<header class="page-head">.*?</header>', re.DOTALL)
    waits = head.search(page.get(address).text)[0]
    of_learner = page.get(f"/teach/enrolments/{lived_in.enrolment}").text

    page.post(f"{address}/marks/reason", points="4")
    marked = head.search(page.get(address).text)[0]

    assert "Waits for an instructor" in waits
    assert "Marked" not in waits
    assert "Waits for an instructor" in of_learner
    assert "Marked" in marked
    assert "Waits" not in marked


@pytest.fixture
def place_of_rim(enrolled, offered, rim):
    """Rim as a guest in Fez."""
    return enrolled(rim, offered("fez"))


@pytest.mark.parametrize(("written", "points"), [("4", 4), ("4.5", 4.5), (" 4,5 ", 4.5), ("0", 0)])
def test_points_are_saved_however_decimals_are_written(
    visit, lived_in, essay, idris, written, points
):
    address = f"/teach/submissions/{lived_in.essay}"

    answer = visit(idris).post(f"{address}/marks/reason", points=written)

    assert (answer.status_code, answer.location) == (303, address)
    assert essay().runs[-1].marks[0].score == points


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "Enter the points."),
        ("many", "Enter the points as a number."),
        ("-1", "Give between 0 and 5 points."),
        ("5.5", "Give between 0 and 5 points."),
        ("nan", "Enter the points as a number."),
    ],
)
def test_faulty_points_are_told_and_not_saved(visit, lived_in, essay, idris, written, told):
    answer = visit(idris).post(f"/teach/submissions/{lived_in.essay}/marks/reason", points=written)

    assert answer.status_code == 422
    assert told in answer.text
    assert essay().runs[-1].marks[0].score is None


@pytest.mark.parametrize("cell", ["nothing", "tests"])
def test_a_cell_that_is_not_there_gets_no_points(visit, lived_in, idris, cell):
    answer = visit(idris).post(f"/teach/submissions/{lived_in.essay}/marks/{cell}", points="1")

    assert answer.status_code == 404


def test_work_is_queued_to_be_marked_again_once(visit, lived_in, essay, idris):
    address = f"/teach/submissions/{lived_in.essay}/runs"

    answers = [visit(idris).post(address) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert [run.state for run in essay().runs] == [State.MARKED, State.QUEUED]


def test_nobody_marks_their_own_work(
    visit, session, enrolled, handed_in, settled, idris, essay, lived_in
):
    own = settled(handed_in(enrolled(idris, essay().enrolment.run), "why", answer="Mine."), None)
    address = f"/teach/submissions/{own.public_id}"

    answers = [visit(idris).get(address), visit(idris).post(f"{address}/marks/reason", points="5")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert own.runs[-1].marks[0].score is None


def test_an_instructor_who_has_left_sees_nothing_more(visit, session, lived_in, idris, amina, noon):
    held = next(iter(idris.memberships))
    institutes.end(session, held, now=noon, by=amina)

    assert visit(idris).get("/teach/").status_code == 404
    assert visit(idris).get(f"/teach/submissions/{lived_in.essay}").status_code == 404


def test_a_role_in_rabat_opens_nothing_in_fez(
    visit, session, lived_in, salma, institute_called, noon
):
    institutes.grant(session, institute_called("rabat"), salma, Role.INSTRUCTOR, now=noon)

    assert visit(salma).get("/teach/").status_code == 200
    assert visit(salma).get(f"/teach/runs/{lived_in.run}").status_code == 404


def test_the_learner_s_file_comes_as_it_was_handed_in(visit, lms, lived_in, essay, idris):
    answer = visit(idris).get(f"/teach/submissions/{lived_in.essay}/notebook.ipynb")

    assert answer.data == lms.blobs.get(essay().notebooks[0].content)


def test_points_reach_the_learner_s_page(visit, lived_in, salma, idris):
    visit(idris).post(f"/teach/submissions/{lived_in.essay}/marks/reason", points="4,5")

    assert "4.5 of 5 points" in visit(salma).get(f"/submissions/{lived_in.essay}").text
