"""What a learner sees of their own progress: where they stand, the map, the end of a course."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.catalogue.models import Course, CourseVersion
from lms.learning import service as learning

DAY = timedelta(days=1)


@pytest.fixture
def page(visit, place):
    """The page of Salma's course."""
    return lambda who=place.person: visit(who).get(f"/learn/{place.public_id}").text


@pytest.fixture
def another_course(session, offered, now):
    """Offers a copy of the course under another name, at a level."""

    def offer(slug, level="beginner"):
        first = session.scalar(select(CourseVersion).order_by(CourseVersion.id))
        told = {c.key: getattr(first, c.key) for c in CourseVersion.__table__.columns}
        for own in ("id", "public_id", "course_id"):
            del told[own]
        told |= {"level": level, "titles": {"en": slug.title()}, "digest": slug.ljust(64, "0")}
        version = CourseVersion(**told, course=Course(slug=slug))
        session.add(version)
        session.flush()
        fez = offered().institute
        return learning.offer(session, fez, version, opens=now - DAY, now=now)

    return offer


def map_of(text):
    return text[
        text.index('<svg class="map"') : text.index("</section>", text.index('class="map"'))
    ]


def test_the_page_of_a_course_says_what_can_be_done_next_and_why(page, session, place, find, now):
    learning.set_done(session, place, find(place, "counting"), done=True, now=now)

    text = page()

    assert "You can do this next" in text
    assert "you marked it as done" in text
    assert "1 step mastered" in text
    assert "comes after" in text


def test_the_map_shows_each_step_with_its_state_in_words(page, session, place, find, now):
    learning.set_done(session, place, find(place, "counting"), done=True, now=now)

    drawn = map_of(page())

    steps = sum(
        len(m.lessons) + len(m.assignments) + len(m.quizzes) for m in place.run.version.modules
    )
    assert drawn.count('<a class="map-step') == steps
    assert "Lesson · Done" in drawn
    assert "You can do this next" in drawn
    assert "· Later" in drawn


def test_the_map_is_mirrored_where_one_reads_from_the_right(page, visit, place):
    browser, drawn = visit(place.person), map_of(page())
    browser.post("/language", locale="ar")

    mirrored = map_of(browser.get(f"/learn/{place.public_id}").text)

    assert re.search(r'<foreignObject x="84"', drawn)
    assert re.search(r'<foreignObject x="0"', mirrored)
    assert not re.search(r'<foreignObject x="84"', mirrored)


def test_the_map_leads_nowhere_before_a_run_opens(visit, enrolled, offered, salma, now):
    place = enrolled(salma, offered(opens=now + DAY))

    text = visit(salma).get(f"/learn/{place.public_id}").text

    assert "map-step" in map_of(text)
    assert "<a " not in map_of(text)
    assert "Where you stand" not in text


def test_a_completed_course_says_so_and_suggests_what_follows(
    page, session, place, another_course, now
):
    another_course("onwards", "intermediate")
    learning.complete(session, place, now=now)

    text = page()

    assert "Congratulations!" in text
    assert "Your credential is being signed" in text
    assert 'href="/courses/onwards"' in text
    assert "Goes on with:" in text


def test_a_course_that_is_not_completed_neither_congratulates_nor_suggests(page, another_course):
    another_course("onwards", "intermediate")

    text = page()

    assert "Congratulations!" not in text
    assert "/courses/onwards" not in text


def test_a_course_that_the_learner_takes_already_is_not_suggested(
    page, session, place, enrolled, another_course, now
):
    enrolled(place.person, another_course("onwards", "intermediate"))
    learning.complete(session, place, now=now)

    text = page()

    assert "/courses/onwards" not in text
    assert "Look through the catalogue" in text


def abilities_of(text):
    start = text.index('aria-labelledby="abilities"')
    return text[start : text.index("</section>", start)]


def test_the_page_of_a_course_says_what_its_learner_can_do_once_the_work_is_passed(
    page, place, handed_in, settled, now
):
    before = abilities_of(page())
    settled(handed_in(place, at=now), 4)

    after = abilities_of(page())

    assert "You are working towards this" in before
    assert "You can do this now" not in before
    assert "You can do this now" in after
    assert "shown by" in after
    assert "Double a number with a function." in after


def test_work_that_fell_short_shows_nothing(page, place, handed_in, settled, now):
    settled(handed_in(place, at=now), 0)

    assert "You can do this now" not in abilities_of(page())


def test_a_course_that_names_nothing_for_its_modules_says_nothing(page, session, place):
    for module in place.run.version.modules:
        module.outcomes = []
    session.flush()

    assert 'aria-labelledby="abilities"' not in page()


def test_whoever_has_a_credential_is_led_there_first(visit, salma, lived_in):
    """Lessons that are left to read are offered beside it, and not as the thing to do."""
    text = visit(salma).get(f"/learn/{lived_in.enrolment}").text

    assert re.findall(r'button-primary" href="([^"]+)"', text) == [
        f"/credentials/{lived_in.credential}"
    ]
    assert 'class="next-step"' in text
