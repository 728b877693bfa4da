"""A request for review from both sides: the learner who asks, the instructor who answers."""

import pytest

from lms.grading import queries


@pytest.fixture
def work(place, handed_in, settled, now):
    """Salma's work, to which the tests gave nothing."""
    return settled(handed_in(place, at=now), 0)


@pytest.fixture
def ask(visit, salma, work):
    """Salma asks for a review."""
    return lambda text="I return 2 * n.", cell="tests": visit(salma).post(
        f"/submissions/{work.public_id}/reviews", cell=cell, text=text
    )


@pytest.fixture
def review(work):
    return f"/teach/submissions/{work.public_id}/marks/tests/review"


def test_a_request_is_listed_read_and_answered_and_its_answer_shown(
    visit, session, work, ask, review, idris, salma
):
    assert ask().status_code == 303
    browser = visit(idris)
    assert 'href="/teach/reviews"' in browser.get("/teach/").text
    assert f'href="{review}"' in browser.get("/teach/reviews").text
    page = browser.get(review).text
    for told in ("I return 2 * n.", "double", "Double it."):
        assert told in page

    answer = browser.post(review, text="You are right.", points="4")

    assert answer.status_code == 303
    assert review not in browser.get("/teach/reviews").text
    page = visit(salma).get(f"/submissions/{work.public_id}").text
    assert "You are right." in page
    assert "The tests gave 0." in page
    assert queries.submission(session, work.public_id).runs[-1].marks[0].score == 4


def test_an_answer_may_leave_the_points(visit, session, work, ask, review, idris):
    ask()

    visit(idris).post(review, text="The tests are right.", points="")

    assert queries.submission(session, work.public_id).runs[-1].marks[0].score == 0


def test_who_has_asked_is_not_offered_to_ask_again(visit, work, ask, salma):
    address = f"/submissions/{work.public_id}"
    assert "Ask for a review" in visit(salma).get(address).text

    ask()

    page = visit(salma).get(address).text
    assert "Ask for a review" not in page
    assert "Your requests for review" in page
    assert ask("Once more.").status_code == 422


@pytest.mark.parametrize(
    ("text", "cell"), [("", "tests"), ("Please look.", "what"), ("x" * 5001, "tests")]
)
def test_a_faulty_request_is_explained_and_not_sent(visit, work, ask, idris, text, cell):
    answer = ask(text, cell)

    assert answer.status_code == 422
    assert work.public_id not in visit(idris).get("/teach/reviews").text


@pytest.mark.parametrize(
    ("text", "points"), [("", "4"), ("Right.", "many"), ("Right.", "4.5"), ("Right.", "-1")]
)
def test_a_faulty_answer_is_explained_and_changes_nothing(
    visit, session, work, ask, review, idris, text, points
):
    ask()

    answer = visit(idris).post(review, text=text, points=points)

    assert answer.status_code == 422
    assert "needs your attention" in answer.text or "Give between" in answer.text
    assert "I return 2 * n." in answer.text
    assert queries.submission(session, work.public_id).runs[-1].marks[0].score == 0


def test_a_person_may_always_look_at_what_tests_failed_unasked(visit, session, work, review, idris):
    browser = visit(idris)
    assert f'href="{review}"' in browser.get(f"/teach/submissions/{work.public_id}").text

    browser.post(review, text="The tests were wrong.", points="4")

    mark = queries.submission(session, work.public_id).runs[-1].marks[0]
    assert (mark.score, mark.automatic) == (4, 0)


def test_an_unknown_cell_has_no_review(visit, work, review, idris):
    browser = visit(idris)
    unknown = review.replace("/tests/", "/what/")

    assert browser.get(unknown).status_code == 404
    assert browser.post(unknown, text="Well.", points="1").status_code == 404


def test_rim_cannot_ask_about_salma_s_work(visit, work, rim, salma):
    address = f"/submissions/{work.public_id}/reviews"

    assert visit(rim).post(address, cell="tests", text="Look.").status_code == 404
    assert visit(salma).post(address, cell="tests", text="Look.").status_code == 303


def test_another_institute_s_instructor_neither_sees_nor_answers(visit, work, ask, review, who):
    ask()
    browser = visit(who("ilham"))

    assert work.public_id not in browser.get("/teach/reviews").text
    assert browser.get(review).status_code == 404
    assert browser.post(review, text="Seen.", points="4").status_code == 404
