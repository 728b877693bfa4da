"""Marks that people give: one marker, two markers, rubrics, and grading runs after them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.journal import JournalEntry
from lms.grading import by_hand, hand_queries, marking_queue, queries, regrading, reviews, rubrics
from lms.grading.agreement import Kind
from lms.grading.by_hand import Opinion
from lms.grading.marking_queue import Order
from lms.grading.models import GradingRun, Mark, Submission
from lms.institutes import queries as institutes
from lms.institutes import service as accounts
from lms.institutes.rules import News, Role

HOUR = timedelta(hours=1)


@pytest.fixture
def essay(place, handed_in, settled):
    """Salma's essay, which waits for points."""
    return settled(handed_in(place, "why", answer="Because."), None)


@pytest.fixture
def meryem(session, institute_called, noon):
    """Teaches in Fez beside Idris."""
    person = accounts.sign_up(
        session,
        email="meryem@fez.example",
        name="Meryem",
        password="a sentence to remember",
        locale="en",
        now=noon,
    )
    accounts.grant(session, institute_called("fez"), person, Role.INSTRUCTOR, now=noon)
    return person


@pytest.fixture
def two_markers(session, place, essay, idris, noon):
    """Demands two markers of the essay."""

    def demand(tolerance=0.0):
        by_hand.demand_second(session, place.run, essay.assignment, tolerance, by=idris, now=noon)

    return demand


@pytest.fixture
def give(session, essay, noon):
    """Gives the essay points."""

    def give(by, points, **more):
        by_hand.give(session, essay, "reason", Opinion(points, **more), by=by, now=noon)

    return give


def score(submission):
    return queries.latest_marked(submission).marks[0].score


def test_items_and_words_are_told_to_the_learner(session, essay, give, idris):
    items = [{"label": "Names the reason", "points": 3.0}]

    give(idris, 3, items=items, comment="Say more.")

    ((mark, (judgement,)),) = by_hand.told_to_learner(session, essay)
    assert (mark.score, judgement.items, judgement.comment) == (3, items, "Say more.")


def test_before_anybody_judged_nothing_is_told(session, essay):
    assert by_hand.told_to_learner(session, essay) == []


def news(session, person):
    """What somebody was told after their work was marked."""
    told = reversed(institutes.notices(session, person))
    return [(n.kind, str(n.sentence)) for n in told if n.kind != News.MARKS_READY]


def test_the_learner_is_told_once_when_nothing_waits_any_more(session, salma, give, idris):
    before = news(session, salma)

    give(idris, 4)
    give(idris, 5)

    assert before == []
    assert news(session, salma) == [
        ("marks_changed", "“Why” is marked to its end now: 4.0 of 5.0 points.")
    ]


def test_one_of_two_markers_tells_nobody(session, salma, two_markers, give, idris, meryem):
    two_markers()

    give(idris, 4)
    assert news(session, salma) == []
    give(meryem, 4)

    assert len(news(session, salma)) == 1


def test_every_judgement_stays(session, essay, give, idris):
    give(idris, 1)
    give(idris, 2)

    told = hand_queries.judgements(session, [essay])[essay.id, "reason"]
    assert [each.points for each in told] == [1, 2]
    assert score(essay) == 2


def test_one_of_two_settles_nothing_and_tells_the_learner_nothing(
    session, essay, two_markers, give, idris
):
    two_markers()

    give(idris, 3, comment="Fine.")

    assert score(essay) is None
    assert by_hand.told_to_learner(session, essay) == []


def test_nobody_is_both_markers(essay, two_markers, give, idris):
    two_markers()

    give(idris, 3)
    give(idris, 3)

    assert score(essay) is None


def test_two_who_agree_settle_it(session, essay, two_markers, give, idris, meryem):
    two_markers()

    give(idris, 3, comment="Fine.")
    give(meryem, 3, comment="Good.")

    assert score(essay) == 3
    ((_mark, behind),) = by_hand.told_to_learner(session, essay)
    assert [each.comment for each in behind] == ["Fine.", "Good."]


def test_two_within_the_tolerance_settle_it_at_their_mean(essay, two_markers, give, idris, meryem):
    two_markers(1.0)

    give(idris, 3)
    give(meryem, 4)

    assert score(essay) == 3.5


def test_two_who_differ_wait_until_somebody_settles_it(
    session, essay, two_markers, give, idris, meryem, find, place, noon
):
    two_markers()
    give(idris, 2)
    give(meryem, 4)
    assert score(essay) is None

    by_hand.reconcile(session, essay, "reason", Opinion(3, comment="Both."), by=idris, now=noon)

    assert score(essay) == 3
    assert queries.grades(session, [place])[place.id, find(place, "why").id].score == 3
    ((_mark, (told,)),) = by_hand.told_to_learner(session, essay)
    assert (told.kind, told.comment) == (Kind.RECONCILED, "Both.")


def test_what_one_has_judged_is_not_reconciled(session, essay, two_markers, give, idris, noon):
    two_markers()
    give(idris, 2)

    with pytest.raises(by_hand.NothingToReconcile):
        by_hand.reconcile(session, essay, "reason", Opinion(3), by=idris, now=noon)

    assert score(essay) is None


def test_neither_changes_alone_what_both_have_settled(essay, two_markers, give, idris, meryem):
    two_markers()
    give(idris, 3)
    give(meryem, 3)

    with pytest.raises(by_hand.BothHaveMarked):
        give(idris, 5)

    assert score(essay) == 3


def test_there_is_no_third_marker(essay, two_markers, give, idris, meryem, amina):
    two_markers()
    give(idris, 2)
    give(meryem, 4)

    with pytest.raises(by_hand.BothHaveMarked):
        give(amina, 3)


def test_when_one_is_enough_again_what_one_gave_settles_it(essay, two_markers, give, idris):
    two_markers()
    give(idris, 3)

    two_markers(None)

    assert score(essay) == 3


def test_what_was_settled_before_two_were_demanded_stays(essay, two_markers, give, idris):
    give(idris, 4)

    two_markers()

    assert score(essay) == 4


def test_marking_again_keeps_what_people_gave(
    session, essay, give, settled, find, place, idris, noon
):
    give(idris, 4, comment="Good.")
    regrading.mark_again(session, essay, by=idris, now=noon)
    session.expire_all()

    settled(essay, None, at=noon + HOUR)

    assert len(essay.runs) == 2
    mark = essay.runs[-1].marks[0]
    assert (mark.score, mark.marker_id, mark.marked) == (4, idris.id, noon)
    assert queries.grades(session, [place])[place.id, find(place, "why").id].score == 4


def test_a_mark_given_while_it_is_marked_again_holds_afterwards(
    session, essay, give, settled, idris, noon
):
    regrading.mark_again(session, essay, by=idris, now=noon)
    session.expire_all()
    give(idris, 2)

    settled(essay, None)

    assert [run.marks[0].score for run in essay.runs] == [2, 2]


def test_a_cell_that_is_worth_other_points_now_waits_anew(
    session, essay, give, settled, idris, noon
):
    give(idris, 4)
    regrading.mark_again(session, essay, by=idris, now=noon)
    session.expire_all()
    essay.assignment.max_score = 10

    settled(essay, None)

    assert score(essay) is None


def test_one_of_two_marks_is_kept_too(
    session, essay, two_markers, give, settled, idris, meryem, noon
):
    two_markers()
    give(idris, 3)
    regrading.mark_again(session, essay, by=idris, now=noon)
    session.expire_all()
    settled(essay, None)
    assert score(essay) is None

    give(meryem, 3)

    assert score(essay) == 3


def deeds(session, deed):
    return session.scalars(select(JournalEntry).where(JournalEntry.deed == deed)).all()


def test_a_review_gives_an_automatic_mark_other_points_and_keeps_its_own(
    session, place, handed_in, settled, find, idris, noon
):
    work = settled(handed_in(place), 0)
    reviews.ask(session, work, "tests", "I return 2 * n.", now=noon)

    reviews.answer(session, work, "tests", "You are right.", 4, by=idris, now=noon + HOUR)

    mark = work.runs[-1].marks[0]
    assert (mark.score, mark.automatic) == (4, 0)
    assert queries.grades(session, [place])[place.id, find(place, "double").id].share == 1
    (request,) = hand_queries.requests_of(session, work)
    assert (request.answer, request.answered) == ("You are right.", noon + HOUR)
    assert [each.details["kind"] for each in deeds(session, "mark.given")] == ["reviewed"]
    assert len(deeds(session, "review.asked")) == len(deeds(session, "review.answered")) == 1


def test_an_answer_without_points_changes_none(session, place, handed_in, settled, idris, noon):
    work = settled(handed_in(place), 1)
    reviews.ask(session, work, "tests", "Please look.", now=noon)

    reviews.answer(session, work, "tests", "The tests are right.", None, by=idris, now=noon)

    assert (score(work), work.runs[-1].marks[0].automatic) == (1, None)
    assert news(session, work.enrolment.person) == [
        (
            "review_answered",
            "An instructor has answered your request to look again at the cell tests of"
            " “Doubling”.",
        )
    ]


def test_a_reviewed_mark_holds_when_the_work_is_marked_again(
    session, place, handed_in, settled, idris, noon
):
    work = settled(handed_in(place), 0)
    reviews.answer(session, work, "tests", "A fault of the tests.", 4, by=idris, now=noon)
    regrading.mark_again(session, work, by=idris, now=noon)
    session.expire_all()

    settled(work, 1)

    mark = work.runs[-1].marks[0]
    assert (mark.score, mark.automatic) == (4, 1)


def test_each_cell_of_a_run_is_asked_about_once(session, place, handed_in, settled, idris, noon):
    work = settled(handed_in(place), 1)
    assert [mark.grade_id for mark in reviews.may_ask_about(session, work)] == ["tests"]
    reviews.ask(session, work, "tests", "Please look.", now=noon)

    assert reviews.may_ask_about(session, work) == []
    with pytest.raises(reviews.AskedAlready):
        reviews.ask(session, work, "tests", "Please look again.", now=noon)

    regrading.mark_again(session, work, by=idris, now=noon)
    session.expire_all()
    settled(work, 1)
    reviews.ask(session, work, "tests", "It is another run.", now=noon)
    assert len(hand_queries.requests_of(session, work)) == 2


def test_what_has_no_points_yet_cannot_be_reviewed(session, essay, noon):
    assert reviews.may_ask_about(session, essay) == []
    with pytest.raises(reviews.NotMarkedYet):
        reviews.ask(session, essay, "reason", "Please look.", now=noon)


def test_an_answer_to_nobody_gives_points_or_is_refused(
    session, place, handed_in, settled, idris, noon
):
    work = settled(handed_in(place), 1)

    with pytest.raises(reviews.NothingToAnswer):
        reviews.answer(session, work, "tests", "Well.", None, by=idris, now=noon)
    with pytest.raises(by_hand.PointsOutOfRange):
        reviews.answer(session, work, "tests", "Well.", 4.5, by=idris, now=noon)

    assert score(work) == 1


def test_a_review_does_not_spare_a_cell_its_second_marker(
    session, essay, two_markers, give, idris, noon
):
    two_markers()
    give(idris, 3)

    with pytest.raises(reviews.NotMarkedYet):
        reviews.answer(session, essay, "reason", "Mine alone.", 5, by=idris, now=noon)

    assert score(essay) is None


def test_open_requests_are_those_of_one_s_own_institute(
    session, place, handed_in, settled, institute_called, idris, who, noon
):
    work = settled(handed_in(place), 1)
    asked = reviews.ask(session, work, "tests", "Please look.", now=noon)

    def seen(slug, name):
        return hand_queries.open_requests(session, [institute_called(slug)], who(name))

    assert list(seen("fez", "idris")) == [asked]
    assert list(seen("rabat", "ilham")) == []
    assert list(seen("fez", "salma")) == []
    reviews.answer(session, work, "tests", "Seen.", None, by=idris, now=noon)
    assert list(seen("fez", "idris")) == []


def test_a_rubric_is_changed_in_place(session, place, find, idris, noon):
    run, essay = place.run, find(place, "why")

    def write(*lines, **more):
        rubrics.write(session, run, essay, "reason", lines, by=idris, now=noon, **more)
        return hand_queries.cell(session, run, "why", "reason")

    first = write(rubrics.Line("Names it", 2), rubrics.Line("Explains it", 3)).items
    kept = first[1].public_id
    rubrics.keep_comment(session, run, essay, "reason", "Say more.")
    rubrics.keep_comment(session, run, essay, "reason", "Say more.")

    cell = write(rubrics.Line("Explains it well", 3, kept), rubrics.Line("Off topic", -1))

    assert [(item.label, item.points) for item in cell.items] == [
        ("Explains it well", 3),
        ("Off topic", -1),
    ]
    assert cell.items[0].public_id == kept
    (comment,) = cell.comments
    assert write(without={comment.public_id}).comments == []


def test_a_rubric_is_its_institute_s_own(session, place, find, offered, idris, noon):
    rubrics.write(
        session, place.run, find(place, "why"), "reason", [rubrics.Line("Fez", 1)],
        by=idris, now=noon,
    )  # fmt: skip

    assert hand_queries.cell(session, offered("rabat"), "why", "reason") is None
    assert hand_queries.cell(session, offered("fez"), "why", "reason") is not None


def test_queues_count_what_waits_in_one_s_own_institute(
    session, essay, institute_called, idris, who, give
):
    def seen(slug, name):
        found = hand_queries.queues(session, [institute_called(slug)], who(name))
        return [(assignment.slug, waiting) for _run, assignment, waiting in found]

    assert seen("fez", "idris") == [("why", 1)]
    assert seen("rabat", "ilham") == []
    assert seen("fez", "salma") == []
    give(idris, 3)
    assert seen("fez", "idris") == []


def test_a_queue_reads_no_work_however_many_answers_wait(session, place, essay, idris):
    run, assignment = place.run, essay.assignment
    session.expunge_all()

    (item,) = marking_queue.queue(session, run, assignment, idris, Order.CELL).items

    assert (item.answer.learner, item.answer.grade_id, item.answer.attempt) == (
        "Salma",
        "reason",
        1,
    )
    read = {type(held) for held in session.identity_map.values()}
    assert read.isdisjoint({Submission, GradingRun, Mark})
