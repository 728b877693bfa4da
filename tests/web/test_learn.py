"""What a learner meets: runs, lessons, assignments."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from lms.bootstrap import relay_key
from lms.catalogue.attempts import Counts
from lms.catalogue.models import AssignmentFile
from lms.grading import queries as grading
from lms.grading.models import Submission
from lms.learning import queries as learning
from lms.learning import tickets
from lms.learning.rules import Access

DAY = timedelta(days=1)


@pytest.fixture
def page(visit, place):
    """The text of a page below Salma's place in a course."""
    return lambda path="", **more: visit(place.person).get(f"/learn/{place.public_id}{path}").text


def test_an_open_run_is_entered_with_one_button(visit, session, offered, rim):
    run, browser = offered(), visit(rim)

    answer = browser.post(f"/runs/{run.public_id}/enrolments")

    enrolment = learning.enrolment_of(session, run, rim)
    assert (answer.status_code, answer.location) == (303, f"/learn/{enrolment.public_id}")
    assert "You are enrolled" in browser.get(answer.location).text


def test_a_run_by_invitation_is_entered_with_its_code(visit, session, offered, rim):
    run = offered(access=Access.INVITATION)

    answer = visit(rim).post(f"/runs/{run.public_id}/enrolments", code=run.invitation_code)

    assert answer.status_code == 303
    assert learning.enrolment_of(session, run, rim)


@pytest.mark.parametrize("code", ["", "0000000000"])
def test_a_wrong_code_is_told_beside_its_field_and_enrols_nobody(
    visit, session, offered, rim, code
):
    run = offered(access=Access.INVITATION)

    answer = visit(rim).post(f"/runs/{run.public_id}/enrolments", code=code)

    assert answer.status_code == 422
    assert "This invitation code does not open this course." in answer.text
    assert learning.enrolment_of(session, run, rim) is None


def test_the_address_of_an_invitation_may_carry_its_code(visit, offered, rim):
    run = offered(access=Access.INVITATION)

    page = visit(rim).get(f"/runs/{run.public_id}?code=abc123").text

    assert 'value="abc123"' in page


def test_a_run_that_has_ended_takes_nobody(visit, session, offered, rim, now):
    run = offered(opens=now - 2 * DAY, closes=now - DAY)

    answer = visit(rim).post(f"/runs/{run.public_id}/enrolments")

    assert answer.status_code == 409
    assert "has ended" in answer.text
    assert "has ended" in visit(rim).get(f"/runs/{run.public_id}").text
    assert learning.enrolment_of(session, run, rim) is None


def test_home_of_somebody_new_leads_to_the_catalogue(visit, rim):
    page = visit(rim).get("/home").text

    assert "You are not enrolled in a course yet" in page


def test_home_leads_on_to_the_next_step_and_tells_what_is_due(visit, place, salma):
    page = visit(salma).get("/home").text

    assert f'href="/learn/{place.public_id}/lessons/counting"' in page
    assert "Due next" in page
    assert "Doubling" in page


def test_a_lesson_is_read_in_the_language_of_the_page(page):
    text = page("/lessons/counting")

    assert "<h1>Counting</h1>" in text
    assert "One, two" in text
    assert "assets/two.svg" in text
    assert "<math" in text


def test_a_lesson_that_lacks_the_language_comes_in_the_original_and_says_so(visit, place, salma):
    browser = visit(salma)
    browser.post("/language", locale="zgh")

    text = browser.get(f"/learn/{place.public_id}/lessons/counting").text

    assert 'lang="fr" dir="ltr"' in text
    assert "Compter" in text


def test_an_arabic_lesson_runs_from_right_to_left_on_any_page(visit, place, salma):
    text = visit(salma).get(f"/learn/{place.public_id}/lessons/counting?lang=ar").text

    assert 'lang="ar" dir="rtl"' in text
    assert "العد" in text


def test_a_lesson_done_leads_to_the_next_step(visit, session, place, salma):
    address = f"/learn/{place.public_id}/lessons/counting"

    answer = visit(salma).post(address)

    assert answer.location == f"/learn/{place.public_id}/assignments/double"
    assert len(learning.lessons_done(session, [place])) == 1
    assert "Not done after all" in visit(salma).get(address).text


def test_a_lesson_may_be_taken_back(visit, session, place, salma):
    address = f"/learn/{place.public_id}/lessons/counting"
    visit(salma).post(address)

    answer = visit(salma).post(address, done="no")

    assert answer.location == address
    assert learning.lessons_done(session, [place]) == set()


def test_before_its_first_day_a_run_shows_its_outline_and_nothing_else(
    visit, offered, enrolled, salma, now
):
    place = enrolled(salma, offered(opens=now + DAY))
    course = f"/learn/{place.public_id}"

    outline = visit(salma).get(course)
    lesson = visit(salma).get(f"{course}/lessons/counting")
    release = visit(salma).get(f"{course}/assignments/double/release.ipynb")

    assert outline.status_code == 200
    assert "has not opened yet" in outline.text
    assert f"{course}/lessons" not in outline.text
    assert lesson.status_code == release.status_code == 403
    assert "Come back on its first day" in lesson.text


def sources(answer):
    cells = json.loads(answer.data)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)


@pytest.fixture
def with_data(place, find, blobs):
    """Salma's assignment with a file beside its notebook."""
    file = AssignmentFile(path="data/marks.csv", content=blobs.put(b"12,15\n"), size=6)
    find(place, "double").files = [file]
    return f"/learn/{place.public_id}/assignments/double"


def test_a_notebook_is_downloaded_with_its_files_as_they_lie_beside_it(visit, salma, with_data):
    browser = visit(salma)

    answer = browser.get(f"{with_data}/release.zip")
    again = browser.get(f"{with_data}/release.zip")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="double.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["double/data/marks.csv", "double/double.ipynb"]
        assert archive.read("double/data/marks.csv") == b"12,15\n"
        notebook = archive.read("double/double.ipynb")
    assert notebook == browser.get(f"{with_data}/release.ipynb").data
    assert answer.data == again.data


def test_the_page_names_the_files_only_where_there_are_some(visit, salma, page, with_data):
    told = visit(salma).get(with_data).text

    assert "data/marks.csv" in told
    assert "/release.zip" in told
    assert "/release.zip" not in page("/assignments/why")


def test_a_live_kernel_has_the_files_too(visit, lms, salma, with_data, blobs):
    answer = visit(salma).post(f"{with_data}/notebook/kernel")

    ticket = tickets.read(relay_key(lms.settings), answer.json["ticket"], datetime.now(UTC))
    assert blobs.all_of(ticket.files) == {"data/marks.csv": b"12,15\n"}


def test_the_release_holds_neither_solution_nor_hidden_tests(visit, place, salma):
    answer = visit(salma).get(f"/learn/{place.public_id}/assignments/double/release.ipynb")

    text = sources(answer)
    assert "def double(n):" in text
    assert "assert double(1) == 2" in text
    assert "return 2 * n" not in text
    assert "42" not in text
    assert "HIDDEN" not in text
    assert 'filename="double.ipynb"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("asked", "told", "not_told"),
    [("", "Double it.", "Doublez."), ("?lang=fr", "Doublez.", "Double it.")],
)
def test_the_release_speaks_one_language(visit, place, salma, asked, told, not_told):
    address = f"/learn/{place.public_id}/assignments/double/release.ipynb{asked}"

    text = sources(visit(salma).get(address))

    assert told in text
    assert not_told not in text


def test_handing_in_gives_a_receipt(visit, session, place, salma, work):
    answer = visit(salma).post(f"/learn/{place.public_id}/assignments/double", notebook=work())

    submission = session.scalars(select(Submission)).one()
    assert (answer.status_code, answer.location) == (303, f"/submissions/{submission.public_id}")
    page = visit(salma).get(answer.location).text
    assert submission.notebooks[0].content in page
    assert submission.public_id in page


def test_handing_in_wakes_the_worker_and_reading_does_not(visit, lms, place, salma, work):
    browser, address = visit(salma), f"/learn/{place.public_id}/assignments/double"
    token = browser.token()
    lms.bell.wait(0)

    browser.get(address)
    assert not lms.bell.wait(0)

    browser.post_without_token(address, csrf_token=token, notebook=(io.BytesIO(work()), "a.ipynb"))
    assert lms.bell.wait(0)
    lms.bell.close()


def test_the_file_handed_in_comes_back_unchanged(visit, place, handed_in, salma, work, now):
    submission = handed_in(place, at=now)

    answer = visit(salma).get(f"/submissions/{submission.public_id}/notebook.ipynb")

    assert answer.data == work()
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_wide_table_is_no_second_landmark_of_its_section_s_name(
    visit, place, handed_in, salma, now
):
    handed_in(place, at=now)

    page = visit(salma).get(f"/learn/{place.public_id}/assignments/double").text

    assert '<section class="stack" aria-labelledby="tries">' in page
    assert 'role="group" aria-label="What you handed in" tabindex="0"' in page
    assert 'role="region" aria-label="What you handed in"' not in page


def test_a_refused_hand_in_leaves_nothing_behind(visit, session, place, salma, work):
    address = f"/learn/{place.public_id}/assignments/double"

    answers = [
        visit(salma).post(address, notebook=work(answer=answer)) for answer in ("1", "2", "3")
    ]

    assert [answer.status_code for answer in answers] == [303, 303, 409]
    assert "You have used all 2 attempts" in answers[-1].text
    assert session.scalar(select(func.count()).select_from(Submission)) == 2
    assert 'type="file"' not in visit(salma).get(address).text


def test_a_run_that_has_ended_takes_no_more_work(visit, offered, enrolled, salma, work, now):
    run = offered(opens=now - 2 * DAY, closes=now - DAY)
    run.closes = now + DAY
    place = enrolled(salma, run)
    run.closes = now - DAY
    address = f"/learn/{place.public_id}/assignments/double"

    page = visit(salma).get(address).text

    assert "takes no more work" in page
    assert 'type="file"' not in page
    assert visit(salma).post(address, notebook=work()).status_code == 409


def test_the_assignment_page_lists_tries_and_what_is_left(
    visit, place, handed_in, settled, page, now
):
    settled(handed_in(place, answer="one", at=now), 1)
    handed_in(place, answer="two", at=now)

    text = page("/assignments/double")

    assert "Attempt 1" in text
    assert "Attempt 2" in text
    assert "0 of 2" in text
    assert "1 of 4 points" in text


@pytest.mark.parametrize("counts", ["best", "last", "first"])
def test_both_pages_say_which_attempt_counts(
    visit, place, find, handed_in, settled, salma, idris, now, counts
):
    find(place, "double").counts = Counts(counts)
    first = settled(handed_in(place, at=now), 1)
    second = settled(handed_in(place, answer="better", at=now), 4)

    page = visit(salma).get(f"/learn/{place.public_id}/assignments/double").text
    pages = [visit(salma).get(f"/submissions/{work.public_id}").text for work in (first, second)]
    taught = visit(idris).get(f"/teach/submissions/{first.public_id}").text

    assert f"Your {counts} attempt counts." in page
    assert all(f"Your {counts} attempt counts." in each for each in pages)
    assert ["At present it is this one." in each for each in pages] == [
        counts == "first",
        counts != "first",
    ]
    assert f"Each learner’s {counts} attempt counts." in taught


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        pytest.param(20, "is not late yet", id="within the grace"),
        pytest.param(5, "counts as late", id="after it"),
    ],
)
def test_the_grace_is_shown_and_its_end_too(
    visit, offered, enrolled, find, salma, now, minutes, told
):
    place = enrolled(salma, offered(opens=now - 30 * DAY))
    doubling = find(place, "double")
    due = grading.due(place.run, doubling, None)
    doubling.grace_minutes = int((now - due) / timedelta(minutes=1)) - 10 + minutes

    page = visit(salma).get(f"/learn/{place.public_id}/assignments/double").text

    assert f"at most {doubling.grace_minutes} minutes after the due date" in page
    assert told in page


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(1, "1 minute"), (90, "90 minutes"), (120, "2 hours"), (1440, "1 day"), (10080, "7 days")],
)
def test_the_grace_is_told_in_the_largest_whole_unit(
    visit, offered, enrolled, find, salma, now, minutes, told
):
    place = enrolled(salma, offered(opens=now))
    find(place, "double").grace_minutes = minutes

    page = visit(salma).get(f"/learn/{place.public_id}/assignments/double").text

    assert f"at most {told} after the due date" in page


def test_a_completed_course_leads_to_its_credential(visit, lived_in, salma):
    browser = visit(salma)

    for address in ("/home", f"/learn/{lived_in.enrolment}"):
        assert f'href="/credentials/{lived_in.credential}"' in browser.get(address).text
