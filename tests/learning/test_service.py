"""Runs offered, places taken, lessons done."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.institutes import queries as institutes
from lms.institutes.rules import Role
from lms.learning import queries, service
from lms.learning.models import CourseRun, Enrolment
from lms.learning.rules import Access

DAY = timedelta(days=1)


def roles(session, person, now):
    held = institutes.memberships(session, person, now)
    return {(membership.institute.slug, membership.role) for membership in held}


def test_an_open_run_needs_no_code(offered, version):
    run = offered()

    assert (run.access, run.invitation_code, run.version) == (Access.OPEN, None, version)


def test_every_run_by_invitation_has_its_own_code(offered):
    codes = {offered(access=Access.INVITATION).invitation_code for _ in range(5)}

    assert len(codes) == 5
    assert all(len(code) >= 10 for code in codes)


@pytest.mark.parametrize("length", [timedelta(0), -DAY])
def test_a_run_ends_after_it_opens(offered, noon, length):
    with pytest.raises(service.BadDates):
        offered(opens=noon, closes=noon + length)


def test_the_database_refuses_such_a_run_too(session, offered, noon):
    run = offered(opens=noon, closes=noon + DAY)
    run.closes = noon - DAY

    with pytest.raises(IntegrityError, match="ck_course_run_dates"):
        session.flush()


def test_the_database_refuses_an_invitation_without_a_code(session, offered):
    offered().access = Access.INVITATION

    with pytest.raises(IntegrityError, match="ck_course_run_invitation"):
        session.flush()


def test_whoever_enrols_has_a_place_and_becomes_a_learner_there(session, offered, rim, noon):
    enrolment = service.enrol(session, offered(), rim, now=noon)

    assert (enrolment.person, enrolment.enrolled, enrolment.completed) == (rim, noon, None)
    assert roles(session, rim, noon) == {("rabat", Role.LEARNER), ("fez", Role.LEARNER)}


def test_enrolling_twice_is_the_same_place(session, offered, salma, noon):
    run = offered()
    first = service.enrol(session, run, salma, now=noon)

    again = service.enrol(session, run, salma, now=noon + DAY)

    assert again is first
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 1


def test_one_may_enrol_before_the_first_day(session, offered, salma, noon):
    assert service.enrol(session, offered(opens=noon + DAY), salma, now=noon)


def test_nobody_enrols_in_a_run_that_has_ended(session, offered, salma, noon):
    ended = offered(opens=noon - 2 * DAY, closes=noon)

    with pytest.raises(service.RunClosed):
        service.enrol(session, ended, salma, now=noon)

    assert queries.enrolment_of(session, ended, salma) is None


def test_who_is_enrolled_keeps_the_place_when_the_run_has_ended(session, offered, salma, noon):
    run = offered(closes=noon + DAY)
    held = service.enrol(session, run, salma, now=noon)

    assert service.enrol(session, run, salma, now=noon + 2 * DAY) is held


@pytest.mark.parametrize("written", ["{}", "  {} ", "{}\n"])
def test_the_code_opens_a_run_by_invitation(session, offered, salma, noon, written):
    run = offered(access=Access.INVITATION)
    code = written.format(run.invitation_code.upper())

    assert service.enrol(session, run, salma, code=code, now=noon)


@pytest.mark.parametrize("code", ["", "0000000000", "ⵣⵣⵣ"])
def test_another_code_does_not(session, offered, salma, noon, code):
    run = offered(access=Access.INVITATION)

    with pytest.raises(service.WrongInvitation):
        service.enrol(session, run, salma, code=code, now=noon)

    assert queries.enrolment_of(session, run, salma) is None


def test_a_code_opens_only_its_own_run(session, offered, salma, noon):
    one, other = (offered(access=Access.INVITATION) for _ in range(2))

    with pytest.raises(service.WrongInvitation):
        service.enrol(session, one, salma, code=other.invitation_code, now=noon)


def test_a_lesson_done_is_done_since_the_first_time(session, enrolled, find, salma, noon):
    enrolment = enrolled(salma)
    lesson = find(enrolment, "counting")

    service.set_done(session, enrolment, lesson, done=True, now=noon)
    service.set_done(session, enrolment, lesson, done=True, now=noon + DAY)

    assert queries.progress(session, enrolment, lesson).done == noon
    assert queries.lessons_done(session, [enrolment]) == {(enrolment.id, lesson.id)}


def test_a_lesson_may_be_taken_back(session, enrolled, find, salma, noon):
    enrolment = enrolled(salma)
    lesson = find(enrolment, "counting")
    service.set_done(session, enrolment, lesson, done=True, now=noon)

    service.set_done(session, enrolment, lesson, done=False, now=noon + DAY)

    assert queries.lessons_done(session, [enrolment]) == set()
    assert queries.progress(session, enrolment, lesson).opened == noon


def test_what_salma_has_done_is_not_done_by_rim(session, offered, enrolled, find, salma, rim, noon):
    run = offered()
    mine, hers = enrolled(salma, run), enrolled(rim, run)

    service.set_done(session, mine, find(mine, "counting"), done=True, now=noon)

    assert queries.lessons_done(session, [hers]) == set()


def test_a_course_is_completed_once(session, enrolled, salma, noon):
    enrolment = enrolled(salma)

    service.complete(session, enrolment, now=noon)
    service.complete(session, enrolment, now=noon + DAY)

    assert enrolment.completed == noon


def test_current_runs_are_those_that_have_not_ended(session, offered, noon):
    coming, going = offered(opens=noon + DAY), offered(closes=noon + DAY)
    offered(opens=noon - 2 * DAY, closes=noon)

    assert queries.current_runs(session, noon) == [going, coming]


def test_runs_of_an_institute_are_its_own(session, offered, institute_called):
    ours, theirs = offered("fez"), offered("rabat")

    assert queries.runs_of(session, [institute_called("fez")]) == [ours]
    assert queries.runs_of(session, [institute_called("rabat")]) == [theirs]
    assert session.scalar(select(func.count()).select_from(CourseRun)) == 2


def test_learners_of_a_run_are_taken_portion_by_portion(
    session, offered, enrolled, salma, rim, idris
):
    run = offered()
    places = [enrolled(person, run) for person in (salma, rim, idris)]
    enrolled(salma)

    first = queries.next_enrolments(session, run, 0, 2)
    second = queries.next_enrolments(session, run, first.last, 2)

    assert queries.learners(session, run, first) == places[:2]
    assert queries.learners(session, run, second) == places[2:]
    assert queries.next_enrolments(session, run, second.last, 2) is None
