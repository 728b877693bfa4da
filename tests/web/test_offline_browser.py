"""A course on a device, in a true browser whose link is cut."""

import threading
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from lms.catalogue import notebooks
from lms.grading import done_queries
from lms.grading import queries as grading
from lms.learning import note_queries, quiz_queries
from lms.learning import queries as learning

PASSWORD = "a sentence to remember"

#: What a device gives of work that the site refused, where its assignment has two notebooks.
SEVERAL = """async () => {
  const cells = (source) => [{ id: 'a', kind: 'code', source }];
  const work = JSON.stringify({
    loops: { language: 'en', cells: cells('n = 1') },
    sums: { language: 'en', cells: cells('ⵉⵙⵙⵉⵏ = 2') },
  });
  const deed = { path: '/learn/a/assignments/double/notebook/done', fields: [['work', work]] };
  return [...new Uint8Array(await Outbox.notebook(deed).arrayBuffer())];
}"""

#: Gives each question of a quiz some whole answer.
ANSWER_ALL = """() => {
  const form = document.querySelector('main form:has([name=kept_as])');
  for (const box of form.querySelectorAll('[type=radio], [type=checkbox]')) box.checked = true;
  for (const field of form.querySelectorAll('[type=text], textarea')) field.value = '1';
  for (const question of form.querySelectorAll('fieldset, section')) {
    const lists = question.querySelectorAll('select');
    lists.forEach((list, number) => { list.selectedIndex = number + 1; });
  }
}"""

pytestmark = pytest.mark.browser


@pytest.fixture
def served(site):
    """The site on a port of its own."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def sign_in(served):
    def sign_in(page, email="salma@fez.example"):
        page.goto(f"{served}/account/sign-in")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.click("main form button[type=submit]")
        page.wait_for_url("**/home")

    return sign_in


@pytest.fixture
def context(chromium):
    with chromium.new_context(locale="en-GB") as context:
        yield context


@pytest.fixture
def kept(served, session, place, context, sign_in):
    """A page on which Salma has just kept her course."""
    session.commit()
    page = context.new_page()
    # Firefox asks whoever uses it whether this may stay for good, and they may give no answer.
    page.add_init_script("navigator.storage.persist = () => new Promise(() => {})")
    sign_in(page)
    page.goto(f"{served}/learn/{place.public_id}")
    page.get_by_role("button", name="Keep on this device").click()
    expect(page.locator("[data-says]")).to_contain_text("This takes about")
    page.get_by_role("button", name="Keep it now").click()
    expect(page.locator("[data-says]")).to_contain_text("Kept on this device,", timeout=20_000)
    return page


def test_a_kept_course_is_read_without_a_link_and_goes_with_its_reader(
    kept, context, served, place
):
    home = f"{served}/learn/{place.public_id}"
    context.set_offline(True)

    kept.goto(f"{home}/lessons/counting")

    expect(kept.locator("main .notice-warn").first).to_contain_text("shown as kept at")
    expect(kept.locator("article h1")).to_be_visible()
    expect(kept.locator("article img").first).to_have_js_property("complete", True)
    assert kept.evaluate("getComputedStyle(document.querySelector('.site-header')).display")
    kept.goto(f"{home}/assignments/double/notebook")
    expect(kept.locator(".cm-content").first).to_be_visible()
    kept.goto(f"{served}/notices/")
    expect(kept.locator("main h1")).to_have_text("Without a link")
    expect(kept.locator("[data-list] a")).to_have_count(1)

    kept.goto(home)
    kept.locator(".site-tools details").nth(1).locator("summary").click()
    kept.get_by_role("button", name="Sign out").click()
    expect(kept.locator("[data-because=left]")).to_be_visible()
    assert kept.evaluate("caches.keys()") == []


def test_code_is_tried_without_a_link_where_python_is_kept_and_no_check_is_run(
    supply, served, session, place, context, sign_in
):
    supply(**{"pyodide.mjs": (Path(__file__).parent / "stand_in_pyodide.mjs").read_bytes()})
    session.commit()
    page = context.new_page()
    sign_in(page)
    home = f"{served}/learn/{place.public_id}"
    page.goto(home)
    page.get_by_role("button", name="Keep on this device").click()
    page.get_by_label("Python too, to try code without a link: at most 0.1 MB more").check()
    page.get_by_role("button", name="Keep it now").click()
    expect(page.locator("[data-says]")).to_contain_text("Kept on this device,", timeout=20_000)
    context.set_offline(True)

    page.goto(f"{home}/assignments/double/notebook")
    page.get_by_role("button", name="Run on this device").click()
    expect(page.locator("#nb-kernel")).to_have_text(
        "Python runs on this device. Nothing here counts."
    )
    page.locator(".cm-content").first.fill("answer = 42")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".nb-outputs").filter(visible=True)).to_have_text("here: answer = 42 []")
    page.locator(".nb-cell").get_by_role("button", name="Check").first.click()
    expect(page.locator(".nb-says .notice")).to_contain_text("Checks are run by the site only.")
    page.get_by_role("button", name="Use Python of the site").click()
    expect(page.locator("#nb-kernel")).to_contain_text("No connection to Python")


def test_a_kept_page_says_when_the_link_is_back_and_is_shown_anew(kept, context, served, place):
    address = f"{served}/learn/{place.public_id}/assignments/double/notebook"
    context.set_offline(True)
    kept.goto(address)
    notice = kept.locator("main .notice-warn").first
    expect(notice).to_contain_text("There is no link")
    expect(kept.locator("[data-back]")).to_be_hidden()

    context.set_offline(False)

    expect(notice).to_contain_text("The link is back.")
    expect(notice).not_to_contain_text("There is no link", use_inner_text=True)
    notice.get_by_role("link", name="Show this page as it is now").click()
    expect(kept.locator(".cm-content").first).to_be_visible()
    expect(kept.locator("[data-back]")).to_have_count(0)


def test_without_a_link_nobody_is_asked_to_sign_in(kept, context, served):
    context.set_offline(True)

    kept.goto(f"{served}/notices/")

    expect(kept.locator("main h1")).to_have_text("Without a link")
    expect(kept.get_by_role("link", name="Sign in")).to_have_count(0)


def test_what_is_done_without_a_link_arrives_once_when_it_returns(
    kept, context, served, place, session, find
):
    address = f"{served}/learn/{place.public_id}/lessons/counting"
    kept.goto(address)
    kept.reload()
    sent = []
    kept.context.on("request", lambda each: sent.append(each) if each.method == "POST" else None)
    context.set_offline(True)
    kept.goto(address)
    kept.get_by_label("Your note on this lesson").fill("Two hands.")
    expect(kept.locator("[data-note-says]")).to_contain_text("sent when there is a link")
    kept.locator("main form[action$='/lessons/counting'] button").click()
    expect(kept.locator("main .notice-info").first).to_contain_text("kept on this device")
    expect(kept.get_by_label("Your note on this lesson")).to_have_value("Two hands.")

    context.set_offline(False)
    kept.goto(address)

    expect(kept.get_by_text("Not done after all")).to_be_visible()
    lesson = find(place, "counting")
    session.rollback()
    note = note_queries.note(session, place, lesson)
    assert (note.text, note.number) == ("Two hands.", 1)
    assert learning.progress(session, place, lesson).done is not None


def test_a_quiz_begun_after_its_course_was_kept_is_answered_and_handed_in_without_a_link(
    kept, context, served, place, session
):
    course = f"{served}/learn/{place.public_id}"
    kept.goto(f"{course}/quizzes/recall")
    kept.locator("main form button").first.click()
    kept.wait_for_url("**/attempts/1")
    kept.wait_for_function(
        "async () => Boolean(await caches.match(location.pathname))", timeout=10_000
    )
    context.set_offline(True)

    kept.goto(f"{course}/quizzes/recall/attempts/1")
    expect(kept.locator("main .notice-warn").first).to_contain_text("shown as kept at")
    kept.evaluate(ANSWER_ALL)
    kept.get_by_role("button", name="Hand in", exact=True).click()
    waits = kept.get_by_text("Waiting on this device to be sent: 1.")
    expect(waits).to_be_visible()
    context.set_offline(False)

    # Nobody turns to another page: the one that is open sends it, and says so no longer.
    expect(waits).to_be_hidden()
    kept.get_by_role("link", name="Show this page as it is now").click()
    expect(kept.get_by_role("link", name="See what you handed in")).to_be_visible()
    session.rollback()
    (attempt,) = quiz_queries.attempts_of(session, place)
    assert attempt.finished is not None


def test_a_notebook_handed_in_without_a_link_arrives_once_with_the_time_it_was_done(
    kept, context, served, place, session, find
):
    course = f"{served}/learn/{place.public_id}"
    address = f"{course}/assignments/double/notebook"
    kept.goto(address)
    kept.reload()
    expect(kept.locator(".cm-content").first).to_be_visible()
    context.set_offline(True)

    kept.locator("#hand-in-form button").click()
    expect(kept.locator("[data-handed]")).to_contain_text("it waits on this device")
    kept.goto(course)
    expect(kept.locator("main .notice-info").first).to_contain_text("to be sent: 1")
    with ZipFile(BytesIO(bytes(context.service_workers[0].evaluate(SEVERAL)))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["double/loops.ipynb", "double/sums.ipynb"]
        assert notebooks.read(archive.read("double/sums.ipynb")).cells[0].source == "ⵉⵙⵙⵉⵏ = 2"
    kept.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(course)
    again.get_by_role("link", name="See what you handed in").click()
    again.wait_for_url("**/submissions/*")
    again.goto(course)
    expect(again.get_by_role("link", name="See what you handed in")).to_have_count(0)

    session.rollback()
    (submission,) = grading.submissions(session, place, find(place, "double"))
    told = done_queries.of_submission(session, submission)
    assert told.done < submission.handed_in


@pytest.mark.parametrize(("chosen", "other"), [("mine", "theirs"), ("theirs", "mine")])
def test_of_a_kept_course_too_what_was_saved_elsewhere_is_asked_about_before_work_is_handed_in(
    kept, context, served, place, session, find, blobs, chosen, other
):
    address = f"{served}/learn/{place.public_id}/assignments/double/notebook"
    kept.goto(address)
    kept.reload()
    elsewhere = context.new_page()
    elsewhere.goto(address)
    for page, text in ((kept, "mine = 1"), (elsewhere, "theirs = 1")):
        page.bring_to_front()
        page.reload()
        page.locator(".cm-content").first.fill(text)
        page.keyboard.press("Control+s")
        expect(page.locator("#nb-saved")).to_contain_text("saved")
    kept.bring_to_front()

    kept.locator("#hand-in-form button").click()
    dialog = kept.locator("#nb-conflict")
    expect(dialog).to_contain_text("theirs = 1")
    kept.wait_for_timeout(4500)  # Longer than a slow link is waited for.
    expect(dialog).to_be_visible()
    dialog.locator(f"[data-choose={chosen}]").click()

    kept.wait_for_url("**/submissions/*")
    session.rollback()
    (submission,) = grading.submissions(session, place, find(place, "double"))
    handed = blobs.get(submission.notebooks[0].content)
    assert f"{chosen} = 1".encode() in handed
    assert f"{other} = 1".encode() not in handed


def test_what_is_told_of_a_device_has_the_months_of_the_site_and_figures_for_amazigh(kept):
    said = "language => Written.moment(new Date(2026, 10, 28, 12), language)"

    assert "28 نونبر" in kept.evaluate(said, "ar")
    assert "28 novembre" in kept.evaluate(said, "fr")
    assert {kept.evaluate(said, language) for language in ("zgh", "zgh-Latn")} == {"28/11 12:00"}


@pytest.mark.parametrize(
    ("language", "size"),
    [("ar", "12,4"), ("fr", "12,4"), ("zgh", "12,4"), ("zgh-Latn", "12,4"), ("en", "12.4")],
)
def test_what_python_on_this_device_takes_is_written_as_its_reader_writes_numbers(
    kept, language, size
):
    said = """async (language) => {
      document.documentElement.lang = language;
      const { Device } = await import('/static/js/practice/device.js');
      return new Device({}, () => {}).size(12_400_000);
    }"""

    assert kept.evaluate(said, language) == size
