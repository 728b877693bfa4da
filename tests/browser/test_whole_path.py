"""From sign-up to a verified credential, in a browser, through the true worker and sandbox."""

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lms.catalogue import notebooks

from .conftest import COURSE, Site, Watch

pytestmark = [pytest.mark.browser, pytest.mark.kernel]

ASSIGNMENTS = {
    "measures": "01-first-steps",
    "wine-tables": "02-data",
    "tumour-classifier": "03-first-model",
    "digits-pipeline": "04-better-models",
}


def test_a_stranger_verifies_what_a_learner_earned(
    site: Site, chromium: Browser, watch: Watch, tmp_path: Path
):
    context = chromium.new_context(locale="en-GB", accept_downloads=True)
    watch.follow(context)
    page = context.new_page()

    course = _enrol(page, site, "Fatima Zahra Berrada", "fatima@example.org")
    _read_first_lesson(page)
    for slug, folder in ASSIGNMENTS.items():
        page.goto(f"{course}/assignments/{slug}")
        with page.expect_download() as download:
            page.click("a[href$='release.ipynb']")
        release = Path(download.value.path()).read_bytes()
        assert _hand_in(page, _answered(release, folder, slug)) == "20 of 20 points"
    page.goto(course)
    page.click("text=See your credential")
    page.click("text=Verify now")
    page.wait_for_selector(".check-held")

    assert page.locator(".check-held").count() == 8
    assert page.locator(".check-failed").count() == 0
    assert _verifies_offline(page.url, site, tmp_path)
    assert not _verifies_offline(page.url, site, tmp_path, change=("Berrada", "Alaoui"))
    assert watch.elsewhere == []
    assert watch.refused == []


def test_a_blank_notebook_earns_nothing_and_no_notebook_costs_no_attempt(
    site: Site, chromium: Browser
):
    page = chromium.new_context(locale="en-GB", accept_downloads=True).new_page()
    course = _enrol(page, site, "Nour Amrani", "nour@example.org")
    page.goto(f"{course}/assignments/measures")
    with page.expect_download() as download:
        page.click("a[href$='release.ipynb']")
    blank = Path(download.value.path()).read_bytes()

    earned = _hand_in(page, blank)
    page.goto(f"{course}/assignments/measures")
    _send(page, b"this is no notebook")
    refused = page.inner_text("main")
    page.goto(f"{course}/assignments/measures")

    assert earned == "0 of 20 points"
    assert "not a notebook" in refused
    assert "costs no attempt" in refused
    assert "4 of 5" in page.inner_text("main")


def test_hostile_work_ends_with_its_own_message_and_the_next_is_marked(
    site: Site, chromium: Browser
):
    page = chromium.new_context(locale="en-GB").new_page()
    course = _enrol(page, site, "Yassine Idrissi", "yassine@example.org")
    source = (COURSE / "modules/01-first-steps/measures.ipynb").read_bytes()
    page.goto(f"{course}/assignments/measures")
    _send(page, _with_first_answer(source, "import os\nos._exit(1)"))
    crashed = page.inner_text("main")

    page.goto(f"{course}/assignments/measures")
    earned = _hand_in(page, source)

    assert "0 of 20 points" in crashed
    assert "stopped" in crashed
    assert earned == "20 of 20 points"


def test_the_whole_path_needs_no_scripts(site: Site, chromium: Browser):
    page = chromium.new_context(locale="en-GB", java_script_enabled=False).new_page()
    course = _enrol(page, site, "Hajar Naciri", "hajar@example.org")
    page.goto(f"{course}/assignments/measures")
    source = (COURSE / "modules/01-first-steps/measures.ipynb").read_bytes()
    page.set_input_files("#notebook", _file(source))
    page.click("main form button[type=submit]")

    for _ in range(120):
        if page.locator("[data-settled]").count():
            break
        page.wait_for_timeout(500)
        page.reload()

    assert page.locator(".score").inner_text().startswith("20 of 20 points")


def test_work_is_done_checked_and_handed_in_in_the_page_and_survives_its_kernel(
    site: Site, chromium: Browser, watch: Watch
):
    context = chromium.new_context(locale="en-GB")
    watch.follow(context)
    page = context.new_page()
    course = _enrol(page, site, "Aya Bennis", "aya@example.org")
    source = notebooks.read((COURSE / "modules/01-first-steps/measures.ipynb").read_bytes())
    page.goto(f"{course}/assignments/measures/notebook")
    state = page.locator("#nb-kernel")
    expect(state).to_have_text("Python is ready", timeout=20_000)

    page.locator("[data-do=append-code]").click()
    page.keyboard.type("import os; os._exit(1)")
    page.keyboard.press("Control+Enter")
    expect(state).to_contain_text("has stopped", timeout=20_000)
    for cell in source.cells:
        if cell.kind == "code" and cell.duty is not None and cell.duty.solution:
            _paste(page, f"[data-cell={cell.id}] .cm-content", cell.source)
    _paste(page, "[data-cell]:last-child .cm-content", "print(6 * 7)")
    page.locator("details.menu[name=nb-more] > summary").click()
    page.locator("[data-do=restart]").click()
    expect(state).to_have_text("Python is ready", timeout=20_000)
    page.locator("[data-do=check-all]").click()

    expect(page.locator(".nb-outputs").last).to_contain_text("42", timeout=30_000)
    assert page.locator(".nb-says .notice-err").count() == 0
    assert page.locator(".nb-says .notice-ok").count() > 0
    page.locator("#hand-in-form button").click()
    page.wait_for_selector("[data-settled]", timeout=60_000)
    assert page.locator(".score").inner_text().startswith("20 of 20 points")
    assert (watch.elsewhere, watch.refused) == ([], [])


def _paste(page: Page, editor: str, text: str) -> None:
    """Put ``text`` in the place of what stands in an editor."""
    page.click(editor)
    page.keyboard.press("Control+a")
    page.locator(editor).evaluate(
        """(editor, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData('text/plain', text);
            const how = { clipboardData, bubbles: true, cancelable: true };
            editor.dispatchEvent(new ClipboardEvent('paste', how));
        }""",
        text,
    )


def _enrol(page: Page, site: Site, name: str, email: str) -> str:
    """Find the course in the catalogue, open an account on the way; where the course is."""
    page.goto(f"{site.url}/?q=python")
    page.click(".card-course a")
    page.get_by_role("link", name="Enrol", exact=True).first.click()
    page.get_by_role("main").get_by_role("link", name="Open an account").click()
    page.fill("#name", name)
    page.fill("#email", email)
    page.fill("#password", "a sentence to remember")
    page.click("main form button[type=submit]")
    page.click("main form button[type=submit]")
    return re.sub(r"[?#].*", "", page.url)


def _read_first_lesson(page: Page) -> None:
    """Leave the pre-test out, which stands before the first lesson."""
    page.click("text=Begin")
    page.click("a[rel=next]")
    page.wait_for_selector("text=Done, go on")
    lesson = page.url
    page.click("text=Done, go on")
    page.wait_for_url(lambda address: address != lesson)
    page.goto(lesson)
    assert page.locator("text=Not done after all").count() == 1


def _hand_in(page: Page, content: bytes) -> str:
    """Hand ``content`` in and wait; the points, as a screen reader says them."""
    _send(page, content)
    return page.locator(".score .visually-hidden").inner_text()


def _send(page: Page, content: bytes) -> None:
    page.set_input_files("#notebook", _file(content))
    page.click("main form button[type=submit]")
    page.wait_for_selector("[data-settled]", timeout=120_000)


def _file(content: bytes) -> dict[str, object]:
    return {"name": "work.ipynb", "mimeType": "application/x-ipynb+json", "buffer": content}


def _answered(release: bytes, folder: str, slug: str) -> bytes:
    """The learner's own notebook with the right answers written into it."""
    solved = notebooks.read((COURSE / "modules" / folder / f"{slug}.ipynb").read_bytes())
    answers = {c.grade_id: c.source for c in solved.cells if c.duty and c.duty.solution}
    return _with_answers(release, answers)


def _with_first_answer(source: bytes, answer: str) -> bytes:
    cells = notebooks.read(source).cells
    first = next(c.grade_id for c in cells if c.duty and c.duty.solution)
    return _with_answers(source, {first: answer})


def _with_answers(content: bytes, answers: dict[str | None, str]) -> bytes:
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell["source"] = answers[grade_id]
    return json.dumps(notebook).encode()


def _verifies_offline(
    page_url: str, site: Site, folder: Path, change: tuple[str, str] | None = None
) -> bool:
    """What `lms verify` says, given the downloaded files alone."""
    address = re.sub(r"[?#].*", "", page_url) + ".json"
    content = urllib.request.urlopen(address).read()
    if change is not None:
        assert change[0].encode() in content
        content = content.replace(change[0].encode(), change[1].encode())
    credential = folder / "credential.json"
    credential.write_bytes(content)
    did = folder / "did.json"
    did.write_bytes(urllib.request.urlopen(f"{site.url}/institutes/fes-meknes/did.json").read())
    command = [sys.executable, "-m", "lms.cli", "verify", "--did", str(did), str(credential)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
