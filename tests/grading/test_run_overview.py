"""How a run goes: what is kept of its learners is right after whatever they or others do."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import event, update

from lms.grading import (
    applying,
    attention_queries,
    by_hand,
    done_times,
    extensions,
    queries,
    regrading,
    run_overview,
    service,
    trail_keeping,
)
from lms.grading.by_hand import Opinion
from lms.grading.marking import Mark, Verdict
from lms.grading.parts import Part
from lms.grading.runs import Ending
from lms.grading.states import Scope
from lms.institutes.models import Person
from lms.learning import drafts, places, quizzes
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.personal.deletion import delete_account

DAY = timedelta(days=1)


@pytest.fixture
def keep(session):
    """Does the worker's part: what is not kept is kept from then on."""

    def keep():
        while trail_keeping.keep_some(session):
            pass
        assert not attention_queries.any_unknown(session)

    return keep


@pytest.fixture
def cast(session, blobs, place, find, handed_in, settled, work, right_answers, idris, noon):
    """What the deeds below need. All of it happens a day after noon or later."""
    double = find(place, "double")
    double.loss_per_day, double.least_share = 0.5, 0.0
    quiz = place.run.version.modules[1].quizzes[0]
    return SimpleNamespace(**locals(), due=queries.due(place.run, double, None), later=noon + DAY)


def lesson_done(cast):
    yield
    lesson = cast.find(cast.place, "counting")
    learning.set_done(cast.session, cast.place, lesson, done=True, now=cast.later)


def lesson_not_done_after_all(cast):
    lesson = cast.find(cast.place, "counting")
    learning.set_done(cast.session, cast.place, lesson, done=True, now=cast.later)
    yield
    learning.set_done(cast.session, cast.place, lesson, done=False, now=cast.later)


def step_looked_at(cast):
    yield
    steps = queries.steps(cast.session, cast.place)
    places.stand_at(cast.session, cast.place, steps, "because", now=cast.later)


def draft_saved(cast):
    yield
    drafts.save(
        cast.session, cast.place, cast.double, b"{}", base=0, device="phone", now=cast.later
    )


def quiz_begun(cast):
    yield
    quizzes.begin(cast.session, cast.place, cast.quiz, now=cast.later)


def quiz_passed(cast):
    attempt = quizzes.begin(cast.session, cast.place, cast.quiz, now=cast.later)
    yield
    quizzes.save(cast.session, attempt, cast.right_answers, now=cast.later)
    quizzes.finish(cast.session, cast.place, attempt, now=cast.later + DAY)


def quiz_failed_again(cast):
    attempt = quizzes.begin(cast.session, cast.place, cast.quiz, now=cast.later)
    quizzes.finish(cast.session, cast.place, attempt, now=cast.later)
    attempt = quizzes.begin(cast.session, cast.place, cast.quiz, now=cast.later)
    yield
    quizzes.finish(cast.session, cast.place, attempt, now=cast.later)


def work_handed_in(cast):
    yield
    cast.handed_in(cast.place, at=cast.later)


def work_marked(cast):
    submission = cast.handed_in(cast.place, at=cast.later)
    yield
    cast.settled(submission, 4, at=cast.later)


def second_attempt_handed_in_that_fell_short(cast):
    cast.settled(cast.handed_in(cast.place, at=cast.later), 1)
    yield
    cast.handed_in(cast.place, answer="again", at=cast.later)


def points_given(cast):
    essay = cast.settled(cast.handed_in(cast.place, "why", answer="So.", at=cast.later), None)
    yield
    opinion = Opinion(essay.assignment.max_score)
    by_hand.give(cast.session, essay, "reason", opinion, by=cast.idris, now=cast.later)


def regrade_applied(cast):
    cast.settled(cast.handed_in(cast.place, at=cast.later), 1)
    regrade = regrading.begin(
        cast.session, cast.place.run, cast.double, cast.place.run.version,
        scope=Scope.ALL, reason="So.", by=cast.idris, now=cast.later,
    )  # fmt: skip
    run = service.claim(cast.session, lease=DAY, now=cast.later)
    mark = Mark("tests", 4.0, 4.0, Verdict.PASSED, None)
    found = [Part("", Ending.FINISHED, (mark,), None, 0.1)]
    service.settle(cast.session, run, found, now=cast.later)
    yield
    regrading.apply(cast.session, regrade, by=cast.idris, now=cast.later)
    assert applying.apply_some(cast.session, now=cast.later)


def extension_granted_for_late_work(cast):
    at = cast.due + DAY
    cast.settled(cast.handed_in(cast.place, at=at), 4, at=at)
    yield
    extensions.grant(
        cast.session, cast.place, cast.double,
        due=at + DAY, extra_attempts=0, reason="", by=cast.idris, now=at,
    )  # fmt: skip


def done_time_accepted(cast):
    at = cast.due + DAY
    submission = done_times.hand_in(
        cast.session, cast.blobs, cast.place, cast.double, {"": cast.work()},
        deed="a" * 32, done=cast.due - DAY, now=at,
    )  # fmt: skip
    cast.settled(submission, 4, at=at)
    yield
    done_times.decide(cast.session, submission, accepted=True, reason="", by=cast.idris, now=at)


def account_deleted(cast):
    lesson_done(cast)
    for deed in (lesson_done, draft_saved):
        list(deed(cast))
    yield
    delete_account(cast.session, cast.blobs, cast.place.person, now=cast.later)


DEEDS = (
    lesson_done,
    lesson_not_done_after_all,
    step_looked_at,
    draft_saved,
    quiz_begun,
    quiz_passed,
    quiz_failed_again,
    work_handed_in,
    work_marked,
    second_attempt_handed_in_that_fell_short,
    points_given,
    regrade_applied,
    extension_granted_for_late_work,
    done_time_accepted,
    account_deleted,
)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_what_is_kept_follows_each_deed_at_once(session, cast, keep, deed):
    run, doing = cast.place.run, deed(cast)
    next(doing)
    keep()
    before = attention_queries.walkers(session, run)

    next(doing, None)
    seen = attention_queries.walkers(session, run)

    session.execute(update(Enrolment).values(trail="", worked=None))
    assert seen == attention_queries.walkers(session, run)
    assert seen != before


def test_what_is_kept_is_what_is_worked_out(session, cast, keep):
    for deed in (lesson_done, quiz_begun, regrade_applied):
        list(deed(cast))
    worked_out = attention_queries.walkers(session, cast.place.run)

    keep()

    assert attention_queries.walkers(session, cast.place.run) == worked_out
    assert cast.place.trail == "dd---"


@pytest.fixture
def crowd(session, place, noon):
    """A hundred and fifty more learners in Salma's run."""
    learners = [
        Enrolment(
            run=place.run,
            person=Person(
                email=f"{row}@crowd.example",
                name=f"Learner {row:03d}",
                password_hash="",
                locale="en",
                created=noon,
            ),
            enrolled=noon,
        )
        for row in range(150)
    ]
    session.add_all(learners)
    session.flush()
    return learners


@pytest.fixture
def loaded():
    """The enrolments that are read in full."""
    seen = set()

    def load(enrolment, _context):
        seen.add(enrolment.id)

    event.listen(Enrolment, "load", load)
    yield seen
    event.remove(Enrolment, "load", load)


def test_only_who_is_named_is_read_in_full(session, place, crowd, keep, loaded, noon):
    keep()
    session.commit()
    session.expunge_all()
    run = session.merge(place.run, load=False)
    loaded.clear()

    found = run_overview.overview(session, run, number=3, now=noon + 20 * DAY)

    assert (found.learners, found.window.pages, len(found.rows)) == (151, 4, 50)
    assert len(found.needy) == run_overview.MOST_NEEDY
    assert found.others_needy == 151 - run_overview.MOST_NEEDY
    assert [bar.total for _step, bar in found.bars] == [151] * 5
    assert sum(span.learners for span in found.spans) == 151
    assert len(loaded) == 50 + run_overview.MOST_NEEDY


def test_whose_trail_is_not_kept_is_shown_as_right(session, place, crowd, keep, find, noon):
    keep()
    learning.set_done(session, crowd[7], find(place, "counting"), done=True, now=noon)

    found = run_overview.overview(session, place.run, words="learner 007", now=noon)

    assert crowd[7].trail == ""
    assert [(row.enrolment.id, row.share) for row in found.rows] == [(crowd[7].id, 0.2)]
    assert found.bars[0][1].done == 1


def test_an_own_due_date_counts_in_place_of_everybody_s(session, cast, keep, crowd):
    extensions.grant(
        cast.session, cast.place, cast.double,
        due=cast.due + 9 * DAY, extra_attempts=0, reason="", by=cast.idris, now=cast.later,
    )  # fmt: skip
    for each in (cast.place, crowd[0]):
        list(lesson_done(SimpleNamespace(**{**vars(cast), "place": each, "later": cast.due})))
    keep()

    found = run_overview.overview(session, cast.place.run, now=cast.due + DAY)

    named = {each.id for each, _why in found.needy}
    assert cast.place.id not in named
    assert (found.others_needy + len(named), len(found.needy[0][1].overdue)) == (150, 1)
