"""The page of a regrade in numbers: the same as if each learner's change were worked out alone."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import event

from lms.catalogue.attempts import Counts
from lms.grading import regrade_report, regrading
from lms.grading.comparison import Direction
from lms.grading.marking import Verdict
from lms.grading.models import Extension, GradingRun, Mark, Regrade, Submission
from lms.grading.states import Scope, State
from lms.institutes.models import Person
from lms.learning.models import Enrolment

DAY = timedelta(days=1)
#: What one cell may have: its points, of how many, and extra credit.
POINTS = ((0.0, 2.0, 0.0), (0.1, 2.0, 0.0), (2.0, 2.0, 0.0), (None, 2.0, 0.0), (2.0, 2.0, 0.5))


@pytest.fixture
def works(session, place, find, noon):
    """Gives learners of Salma's run marked attempts at one assignment; ``cells`` says of what."""
    double = find(place, "double")

    def make(learners, attempts, cells, at=lambda: noon):
        people = [
            Person(email=f"{n}@fez.example", name=f"L{n % 7}", password_hash="", locale="fr",
                   created=noon)
            for n in range(learners)
        ]  # fmt: skip
        enrolments = [
            Enrolment(run=place.run, person=person, enrolled=noon,
                      completed=noon if number % 3 == 0 else None)
            for number, person in enumerate(people)
        ]  # fmt: skip
        for enrolment in enrolments:
            for number in range(1, attempts() + 1):
                work = Submission(
                    enrolment=enrolment, assignment=double, number=number, handed_in=at()
                )
                session.add(GradingRun(submission=work, marks=cells(), **_settled(noon)))
        session.flush()
        return double

    return make


@pytest.fixture
def mark_again(session, place, idris, noon):
    """Begins a regrade of one assignment and settles its runs, ``cells`` saying with what."""

    def mark(assignment, cells, leave_out=lambda: False):
        regrade = regrading.begin(
            session, place.run, assignment, place.run.version,
            scope=Scope.ALL, reason="", by=idris, now=noon,
        )  # fmt: skip
        for run in session.query(GradingRun).filter_by(regrade_id=regrade.id):
            run.state, run.settled = (State.REFUSED if leave_out() else State.MARKED), noon
            if run.state is State.MARKED:
                run.marks = cells()
        session.flush()
        session.expire_all()
        return regrade

    return mark


def _settled(at):
    return {"state": State.MARKED, "queued": at, "settled": at}


def marks(*points, names="abcdef"):
    return [
        Mark(position=place, grade_id=name, score=score, max_score=most, extra=extra,
             verdict=Verdict.PASSED)
        for place, (name, (score, most, extra)) in enumerate(zip(names, points, strict=False))
    ]  # fmt: skip


def all_of(session, regrade):
    """What the report says, and what follows from each learner's outcome."""
    outcomes = regrading.outcomes(session, regrade)
    changed = [each for each in outcomes if each.change.is_any]
    down = [each for each in changed if each.change.direction is Direction.DOWN]
    ways = [each.change.direction for each in outcomes]
    expected = regrade_report.Report(
        learners=len(outcomes),
        tally={way: ways.count(way) for way in Direction},
        changed=len(changed),
        completed=sum(each.enrolment.completed is not None for each in down),
        rows=changed,
    )
    return regrade_report.report(session, regrade, first=0, most=1000), expected


@pytest.mark.parametrize("counts", Counts)
@pytest.mark.parametrize("seed", range(4))
def test_it_says_what_follows_from_each_learner_s_change(
    session, place, works, mark_again, idris, noon, seed, counts
):
    chance = random.Random(seed)
    double = works(
        40,
        lambda: chance.randint(1, 3),
        lambda: marks(*chance.choices(POINTS, k=3)),
        at=lambda: noon + chance.choice((-1, 1, 3)) * DAY,
    )
    double.counts, double.due_after_days = counts, 1
    double.loss_per_day, double.least_share = 0.1, 0.5
    for row in {work.enrolment_id for work in session.query(Submission)}:
        if chance.random() < 0.3:
            session.add(
                Extension(enrolment_id=row, assignment_id=double.id, due=noon + 9 * DAY,
                          extra_attempts=0, reason="", granter=idris, granted=noon)
            )  # fmt: skip
    names = ("abc", "cab", "ab", "abcd", "abx")
    regrade = mark_again(
        double,
        lambda: marks(*chance.choices(POINTS[:3], k=4), names=chance.choice(names)),
        leave_out=lambda: chance.random() < 0.2,
    )

    said, expected = all_of(session, regrade)

    assert said == expected
    assert said.changed > 0


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        pytest.param(marks(*POINTS[:3], names="abc"), False, id="all cells as they were"),
        pytest.param(
            marks(POINTS[2], POINTS[0], POINTS[1], names="cab"), False, id="in another order"
        ),
        pytest.param(marks(*POINTS[:2], names="ab"), True, id="one cell less"),
        pytest.param(marks(*POINTS[:3], POINTS[0], names="abcd"), True, id="one cell more"),
        pytest.param(marks(*POINTS[:3], names="abx"), True, id="a cell of another name"),
        pytest.param(
            marks(POINTS[1], POINTS[0], POINTS[2], names="abc"), True, id="the same sum otherwise"
        ),
        pytest.param(
            marks(*POINTS[:2], POINTS[3], names="abc"), True, id="points that a person gives now"
        ),
        pytest.param(
            marks(*POINTS[:2], POINTS[4], names="abc"), True, id="extra credit alone"
        ),
    ],
)  # fmt: skip
def test_a_learner_is_listed_when_a_cell_differs_and_not_otherwise(
    session, works, mark_again, after, changed
):
    double = works(1, lambda: 1, lambda: marks(*POINTS[:3]))
    regrade = mark_again(double, lambda: after)

    said, expected = all_of(session, regrade)

    assert (said.changed == 1) is changed
    assert said == expected


def test_a_page_has_its_part_of_those_for_whom_something_changes(session, works, mark_again):
    double = works(7, lambda: 1, lambda: marks(POINTS[0]))
    regrade = mark_again(double, lambda: marks(POINTS[2]))
    everybody = regrade_report.report(session, regrade, first=0, most=10).rows

    pages = [regrade_report.report(session, regrade, first=n, most=3) for n in (0, 3, 6, 9)]

    assert [row for each in pages for row in each.rows] == everybody
    assert [len(each.rows) for each in pages] == [3, 3, 1, 0]
    assert {each.changed for each in pages} == {7}


@pytest.mark.parametrize("learners", [3, 60])
def test_it_reads_in_full_only_those_on_its_page(lms, session, works, mark_again, learners):
    double = works(learners, lambda: 1, lambda: marks(POINTS[0]))
    regrade = mark_again(double, lambda: marks(POINTS[2]))
    asked, loaded = [], []

    def ask(*what):
        asked.append(what[2])

    def load(work, _context):
        loaded.append(work)

    row = regrade.id
    session.expunge_all()
    regrade = session.get(Regrade, row)
    event.listen(lms.database.engine, "before_cursor_execute", ask)
    event.listen(Submission, "load", load)
    said = regrade_report.report(session, regrade, first=0, most=2)
    event.remove(lms.database.engine, "before_cursor_execute", ask)
    event.remove(Submission, "load", load)

    assert said.tally[Direction.UP] == learners
    assert len(loaded) == 2
    assert len(asked) <= 12
