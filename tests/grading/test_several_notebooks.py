"""An assignment of several notebooks: handed in together, each marked by itself, one result."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.catalogue.notebook_names import cell_name, matched, notebook_and_id
from lms.core.errors import NotFound
from lms.grading import applying, by_hand, parts, regrading, resemblance, service, showing
from lms.grading.marking import Mark, Verdict
from lms.grading.models import Submission
from lms.grading.parts import Part
from lms.grading.runs import Ending
from lms.grading.states import Scope, State
from lms.learning import service as learning
from lms.worker import LEASE, Worker

SOLVED = "def double(n): return 2 * n"


@pytest.fixture
def place(several, salma):
    return several(salma)


@pytest.fixture
def assignment(place, find):
    return find(place, "double")


@pytest.fixture
def files(work):
    """What a learner hands in who solved everything, by notebook."""
    reasons = work("why", "Because.")
    return {"loops": work(answer=SOLVED), "sums": work(answer=SOLVED), "reasons": reasons}


@pytest.fixture
def hand_in(session, blobs, place, assignment, noon):
    return lambda given: service.hand_in(session, blobs, place, assignment, given, now=noon)


@pytest.fixture
def works(lms, session):
    """Marks what waits, as a worker does."""

    def work():
        session.commit()
        worker = Worker(lms)
        worker.test_walls()
        while worker.run_once():
            pass
        session.expire_all()

    return work


@pytest.mark.parametrize(
    ("wanted", "there", "found"),
    [
        ([""], [""], {"": ""}),
        (["a", "b"], ["b"], {"b": "b"}),
        (["a", "b"], [""], {"a": ""}),
        ([""], ["a", "b"], {"": "a"}),
        (["a", "b"], ["c"], {}),
        (["a"], [], {}),
    ],
)
def test_notebooks_of_the_same_name_belong_together_and_an_only_one_to_the_first(
    wanted, there, found
):
    assert matched(wanted, there) == found


@pytest.mark.parametrize(("notebook", "called"), [("", "q1"), ("data.v2", "data.v2:q1")])
def test_a_cell_is_called_by_its_notebook_where_there_are_several(notebook, called):
    assert cell_name(notebook, "q1") == called
    assert notebook_and_id(called) == (notebook, "q1")


def part(name, ending=Ending.FINISHED, verdict=Verdict.PASSED):
    return Part(name, ending, (Mark("q", 1.0, 1.0, verdict, None),), None)


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ([part("b", Ending.TIMEOUT), part("c", None)], "did not run to their end: b."),
        ([part("b", None), part("c", None)], "were not handed in: b, c."),
        ([part("b", verdict=Verdict.MISSING)], "Answers are missing from these notebooks: b."),
        ([part("b")], "Every cell was run."),
    ],
)
def test_one_sentence_says_how_the_run_of_all_ended(others, told):
    assert told in str(parts.message([part("a"), *others]))


def test_work_is_marked_notebook_by_notebook_and_counts_together(
    hand_in, files, works, session, sandbox, assignment
):
    submission = hand_in(files)

    works()

    (run,) = submission.runs
    assert (run.state, run.ending) == (State.MARKED, "finished")
    assert [(mark.grade_id, mark.score) for mark in run.marks] == [
        ("loops:tests", 4.0),
        ("sums:tests", 4.0),
        ("reasons:reason", None),
    ]
    assert [(each.name, each.ending) for each in run.notebooks] == [
        ("loops", "finished"),
        ("sums", "finished"),
        ("reasons", "finished"),
    ]
    assert [each.evidence["source"] for each in run.notebooks] == [
        each.source for each in assignment.notebooks
    ]
    assert len(sandbox.ran) == 3
    assert service.result(submission).possible == assignment.max_score == 13


def test_what_was_not_handed_in_counts_as_unanswered_and_is_named(hand_in, files, works, sandbox):
    submission = hand_in({"sums": files["sums"]})

    works()

    (run,) = submission.runs
    assert str(run.message) == "These notebooks were not handed in: loops, reasons."
    assert [(mark.score, mark.verdict) for mark in run.marks] == [
        (0.0, Verdict.MISSING),
        (4.0, Verdict.PASSED),
        (0.0, Verdict.MISSING),
    ]
    assert [each.ending for each in run.notebooks] == [None, "finished", None]
    assert len(sandbox.ran) == 1


def test_the_same_notebooks_are_the_same_work_and_one_more_is_not(hand_in, files):
    first = hand_in({"loops": files["loops"]})

    assert hand_in({"loops": files["loops"]}) is first
    assert hand_in(files).number == 2


@pytest.mark.parametrize("given", [{}, {"": b"{}"}, {"other": b"{}"}])
def test_work_without_a_notebook_of_the_assignment_is_refused(session, hand_in, given):
    with pytest.raises(service.NothingHandedIn):
        hand_in(given)

    assert session.scalar(select(func.count()).select_from(Submission)) == 0


def test_work_that_is_too_large_as_a_whole_is_refused(session, hand_in):
    most = service.LARGEST_WORK

    with pytest.raises(service.WorkTooLarge, match="together 20 MB"):
        hand_in({"loops": b" " * most, "sums": b" "})

    assert session.scalar(select(func.count()).select_from(Submission)) == 0
    assert hand_in({"loops": b" " * (most - 1), "sums": b" "}).number == 1


def test_every_notebook_that_cannot_be_marked_is_told_and_none_is_run(
    hand_in, files, works, sandbox, blobs, session
):
    twice = json.loads(files["sums"])
    twice["cells"] += [twice["cells"][-2]]
    content = {"loops": b"{", "sums": json.dumps(twice).encode(), "reasons": files["reasons"]}
    submission = hand_in(content)

    works()

    (run,) = submission.runs
    assert run.state is State.REFUSED
    assert str(run.message) == "These notebooks could not be marked: loops, sums."
    assert [each.name for each in run.notebooks] == ["loops", "sums"]
    assert "more than once" in str(run.notebooks[1].message)
    assert sandbox.ran == []
    assert service.attempts_used([submission]) == 0
    assert [len(cells) for cells in showing.copied_cells(blobs, submission).values()] == [0, 2]


def test_one_that_ends_badly_costs_the_others_nothing(hand_in, files, works, sandbox, session):
    sandbox.fails = {"wrong": "NameError"}
    submission = hand_in(files | {"loops": files["loops"].replace(b"2 * n", b"wrong")})

    works()

    assert submission.runs[0].marks[1].score == 4.0


def test_a_claim_lasts_as_long_as_there_are_notebooks(hand_in, session, noon):
    hand_in({"loops": b"{}"})
    run = service.claim(session, lease=LEASE, now=noon)

    service.renew(run, lease=LEASE, now=noon + timedelta(minutes=9))

    assert run.claimed_until == noon + timedelta(minutes=9) + LEASE


def test_a_cell_marked_by_hand_is_known_by_its_notebook(
    hand_in, files, works, session, blobs, idris, noon
):
    submission = hand_in(files)
    works()

    assert by_hand.cells(blobs, submission.assignment) == ["reasons:reason"]
    assert [text for _mark, text in by_hand.answers(blobs, submission)] == ["Because."]
    by_hand.give(session, submission, "reasons:reason", by_hand.Opinion(3.0), by=idris, now=noon)
    assert service.result(submission).points == 11
    with pytest.raises(NotFound):
        by_hand.answer(blobs, submission, "loops:reason", "en")


def test_each_notebook_has_its_feedback_page(hand_in, files, works, session, blobs):
    submission = hand_in({"loops": files["loops"]})
    works()

    def shown(name):
        told = {"title": "Doubling", "back": "/", "notebook": name}
        return showing.feedback(session, blobs, submission, "en", **told)

    assert "as it was run" in shown("loops")
    assert "as it was run" in shown("")
    assert "as it was run" not in shown("sums")
    assert "was not handed in" in shown("sums")
    with pytest.raises(NotFound):
        shown("other")


@pytest.fixture
def regraded(session, works, idris, noon):
    """Marks a piece of work, then again with the tests of another version, and applies that."""

    def regrade(submission, version):
        works()
        run = submission.enrolment.run
        begun = regrading.begin(
            session, run, submission.assignment, version,
            scope=Scope.ALL, reason="More to do.", by=idris, now=noon,
        )  # fmt: skip
        works()
        shown = [cell.grade_id for each in regrading.outcomes(session, begun)
                 for cell in each.change.cells]  # fmt: skip
        regrading.apply(session, begun, by=idris, now=noon)
        assert applying.apply_some(session, now=noon)
        session.expire_all()
        return shown, [(each.grade_id, each.score) for each in submission.runs[-1].marks]

    return regrade


def test_work_in_an_only_notebook_is_marked_by_the_first_of_several(
    enrolled, handed_in, rim, session, assignment, regraded
):
    work = handed_in(enrolled(rim), answer=SOLVED)

    shown, marks = regraded(work, assignment.module.version)

    assert marks == [("loops:tests", 4.0), ("sums:tests", 0.0), ("reasons:reason", 0.0)]
    assert shown == ["loops:tests", "sums:tests", "reasons:reason", "tests"]
    assert str(work.runs[-1].message) == "These notebooks were not handed in: sums, reasons."
    assert (service.result(work).points, service.result(work).possible) == (4, 13)


def test_of_work_in_several_notebooks_an_only_one_marks_the_first(
    hand_in, files, regraded, version, work
):
    submission = hand_in({"loops": files["loops"], "sums": work(answer="wrong")})

    shown, marks = regraded(submission, version)

    assert marks == [("tests", 4.0)]
    assert shown == ["tests", "loops:tests", "sums:tests", "reasons:reason"]
    assert (service.result(submission).points, service.result(submission).possible) == (4, 4)


LONG = "def double(n):\n    total = 0\n    for step in range(2):\n        total = total + n\n" * 3


def test_works_that_resemble_one_another_are_found_in_any_notebook(
    session, blobs, place, assignment, work, files, idris, who, noon
):
    other = learning.enrol(session, place.run, who("amina"), code="", now=noon)
    copied = {"loops": work(answer=LONG)}
    first = service.hand_in(session, blobs, place, assignment, files | copied, now=noon)
    second = service.hand_in(session, blobs, other, assignment, copied, now=noon)

    found = resemblance.beside(session, blobs, first, second)

    assert [cell.grade_id for cell in found.cells if cell.passages] == ["loops:answer"]
    assert resemblance.overview(session, blobs, place.run, assignment, idris).compared == 2
