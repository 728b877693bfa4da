"""Reports, hiding, showing again and locking."""

from datetime import timedelta

import pytest

from lms.institutes import queries as institutes
from lms.institutes.rules import News
from lms.learning import help_queries, helping, moderating, moderation_queries
from lms.learning.help_rules import REPORTS_A_DAY, Decision, Place, Reader

DAY = timedelta(days=1)


@pytest.fixture
def teaches(idris):
    return Reader(idris.id, teaches=True)


@pytest.fixture
def fez(place, enrolled, amina):
    """The run of Salma's place, in which Amina learns too."""
    return enrolled(amina, place.run).run


@pytest.fixture
def ask(session, fez, salma, teaches, noon):
    """A question, by one who may ask as often as these tests need."""

    def ask(title="Why twice?", at=noon):
        about = Place("double")
        return helping.ask(
            session, fez, about, salma, Reader(salma.id, False), title=title, text="So.", now=at
        )

    return ask


@pytest.fixture
def answered(session, ask, amina, noon):
    """Amina's answer to what Salma asked."""
    return helping.answer(
        session, ask(), amina, Reader(amina.id, False), text="You are rude.", now=noon
    )


def test_what_is_hidden_is_found_no_more_until_it_is_shown_again(
    session, fez, answered, salma, amina, idris, noon
):
    learner = Reader(salma.id, teaches=False)

    moderating.hide(session, answered, "It is rude.", by=idris, now=noon)

    assert not help_queries.threads(session, fez, learner, words="rude").items
    assert [post.id for post in help_queries.answers(session, answered.thread, learner, 1).items]
    with pytest.raises(helping.PostGone):
        helping.edit(
            session, answered, learner, title="", text="x", for_instructors=False, now=noon
        )
    moderating.unhide(session, answered, by=idris, now=noon)
    assert help_queries.threads(session, fez, learner, words="rude").items
    told = [str(each.sentence) for each in institutes.notices(session, amina)]
    assert told == [
        "Your post in “Why twice?” is shown again.",
        "Your post in “Why twice?” was hidden. The reason: It is rude.",
    ]


def test_nothing_is_hidden_without_a_reason(session, answered, idris, noon):
    with pytest.raises(helping.SaysNothing):
        moderating.hide(session, answered, " ?", by=idris, now=noon)

    assert answered.hidden is None


def test_a_report_waits_for_those_who_teach_there_until_it_is_decided(
    session, fez, answered, salma, idris, institute_called, noon
):
    here, elsewhere = [fez.institute], [institute_called("rabat")]

    moderating.report(session, answered, "Rude.", by=salma, now=noon)

    (waiting,) = moderation_queries.reported(session, here).items
    assert (waiting.post, waiting.reports, waiting.first) == (answered, 1, noon)
    assert moderation_queries.reported_posts(session, here) == 1
    assert moderation_queries.reported(session, elsewhere).items == []
    moderating.keep(session, answered, by=idris, now=noon)
    assert moderation_queries.reported(session, here).items == []
    (report,) = moderation_queries.reports_of(session, answered)
    assert report.decision is Decision.KEPT


def test_hiding_decides_what_was_reported(session, fez, answered, salma, idris, noon):
    report = moderating.report(session, answered, "Rude.", by=salma, now=noon)

    moderating.hide(session, answered, "It is rude.", by=idris, now=noon)

    session.refresh(report)
    assert (report.decision, report.decided_by_id) == (Decision.HIDDEN, idris.id)
    assert moderation_queries.reported_posts(session, [fez.institute]) == 0


@pytest.mark.parametrize(
    ("decide", "told"),
    [
        (
            lambda *given, **by: moderating.hide(given[0], given[1], "It is rude.", **by),
            "was hidden",
        ),
        (moderating.keep, "leaves it as it is"),
    ],
    ids=["hidden", "kept"],
)
def test_whoever_reported_is_told_once_what_was_decided_and_nobody_else_is(
    session, answered, salma, amina, rim, idris, noon, decide, told
):
    moderating.report(session, answered, "Rude.", by=salma, now=noon)
    moderating.report(session, answered, "Rude.", by=idris, now=noon)

    decide(session, answered, by=idris, now=noon)
    moderating.keep(session, answered, by=idris, now=noon)

    def news(person):
        found = institutes.notices(session, person)
        return [one for one in found if one.kind == News.HELP_REPORT_DECIDED]

    (notice,) = news(salma)
    assert told in str(notice.sentence)
    assert "Why twice?" in str(notice.sentence)
    assert notice.about == answered.thread.public_id
    assert [news(person) for person in (amina, idris, rim)] == [[], [], []]


def test_a_reader_reports_a_post_once_and_never_their_own(session, answered, salma, amina, noon):
    moderating.report(session, answered, "Rude.", by=salma, now=noon)

    with pytest.raises(moderating.ReportedAlready):
        moderating.report(session, answered, "Very rude.", by=salma, now=noon)
    with pytest.raises(helping.OwnPost):
        moderating.report(session, answered, "I take it back.", by=amina, now=noon)


def test_one_person_reports_so_much_a_day(session, ask, amina, noon):
    posts = [
        help_queries.question(session, ask(f"Number {n}", noon + n * DAY / 4))
        for n in range(REPORTS_A_DAY + 1)
    ]
    for post in posts[:-1]:
        moderating.report(session, post, "Off the point.", by=amina, now=noon)

    with pytest.raises(moderating.TooManyReports):
        moderating.report(session, posts[-1], "Off the point.", by=amina, now=noon)

    moderating.report(session, posts[-1], "Off the point.", by=amina, now=noon + DAY)


def test_a_locked_question_takes_answers_of_those_who_teach_only(
    session, answered, salma, idris, teaches, noon
):
    thread, learner = answered.thread, Reader(salma.id, teaches=False)

    moderating.lock(session, thread, shut=True, by=idris, now=noon)

    with pytest.raises(helping.ThreadLocked):
        helping.answer(session, thread, salma, learner, text="But why?", now=noon)
    helping.answer(session, thread, idris, teaches, text="For good.", now=noon)
    moderating.lock(session, thread, shut=False, by=idris, now=noon)
    helping.answer(session, thread, salma, learner, text="But why?", now=noon)


def test_what_nobody_answered_waits_the_oldest_first(
    session, ask, fez, idris, teaches, institute_called, noon
):
    newer, older, done = ask("New", noon), ask("Old", noon - DAY), ask("Done", noon - 2 * DAY)
    helping.answer(session, done, idris, teaches, text="Because.", now=noon)
    gone = ask("Gone", noon - 3 * DAY)
    helping.withdraw(session, help_queries.question(session, gone), now=noon)
    here = [fez.institute]

    found = moderation_queries.unanswered(session, here, teaches)

    assert [each.question.thread for each in found.items] == [older, newer]
    assert moderation_queries.waiting(session, here, idris) == 2
    assert moderation_queries.unanswered_by_run(session, here, teaches) == [(fez, 2)]
    assert moderation_queries.unanswered(session, here, teaches, run=fez).window.total == 2
    elsewhere = [institute_called("rabat")]
    assert moderation_queries.waiting(session, elsewhere, idris) == 0
