"""Every page in every language: nothing from elsewhere, nothing refused, nothing out of reach."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import NotFound

from lms.bootstrap import Settings, assemble
from lms.core.i18n import LOCALES, READINGS
from lms.web.app import create_site

from .conftest import COURSE, Site, Watch
from .limits import HEAVIEST, Fetched, beyond_limits

pytestmark = [pytest.mark.browser, pytest.mark.kernel]

NARROW, WIDE = 320, 1280
#: Where one writes or chooses in letters so small that an iPhone enlarges the page.
SMALL = """[...document.querySelectorAll(
  "input:not([type=checkbox], [type=radio], [type=file], [type=hidden]),"
  + "select, textarea, [contenteditable=true]"
)].filter((field) => field.checkVisibility() && parseFloat(getComputedStyle(field).fontSize) < 16)
  .map((field) => field.outerHTML.slice(0, 160))"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Nobody reads what axe found in order, and to collect it takes longer than to look.
FAULTS = {"resultTypes": ["violations"]}
# A language changes no colour: one is looked at for them, light and dark.
COLOURED = "en"
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, **FAULTS}
EVERYTHING = {"runOnly": RULES, **FAULTS}
BUT_COLOURS = {**EVERYTHING, "rules": {"color-contrast": {"enabled": False}}}
#: Addresses that answer a file, data or another address, and no page.
NO_PAGE = {
    "calendar.feed",
    "certificates.sheet",
    "learn.notebook",
    "learn.release",
    "learn.release_with_data",
    "learn.submission_state",
    "notebook.download",
    "notebook.draft",
    "notebook.frame",
    "notebook.versions",
    "notebook_files.outputs",
    "offline.key",
    "offline.plan",
    "offline.worker",
    "own_data.download",
    "practice.file",
    "practice.frame",
    "public.achievement",
    "public.course_file",
    "public.credential_document",
    "public.did_document",
    "public.healthz",
    "receipts.download",
    "regrades.progress",
    "similarity.progress",
    "static",
    "teach.notebook",
}
#: Pages that this site has none of: of work done without a link, of answers marked by a person,
#: of works alike, of a mail, of another e-mail address;
#: and pages of feedback, which are sandboxed so that no script runs in them, and so not axe.
OUT_OF_REACH = {
    "address.show",
    "done_times.show",
    "feedback.instructor",
    "feedback.learner",
    "mail.stopping",
    "marking.both",
    "marking.cell",
    "marking.rubric",
    "similarity.pair",
}
FOLDERS = {
    "measures": "01-first-steps",
    "wine-tables": "02-data",
    "tumour-classifier": "03-first-model",
    "digits-pipeline": "04-better-models",
}


@dataclass(frozen=True)
class LivedIn:
    """Addresses of a site in which somebody has learned, by the role that may see them."""

    pages: dict[str, list[str]]


# As long as the site: nobody enrols in a run twice.
@pytest.fixture(scope="session")
def lived_in(site: Site, chromium: Browser) -> LivedIn:
    page = chromium.new_context(locale="en-GB").new_page()
    site.sign_in(page, "learner")
    page.goto(f"{site.url}/courses/python-for-ai")
    page.click("section[aria-labelledby=offered] form button")
    course = re.sub(r"[?#].*", "", page.url).removeprefix(site.url)
    handed_in = [_hand_in(page, f"{site.url}{course}/assignments/{slug}", slug) for slug in FOLDERS]
    results = [_marked(page, submission) for submission in handed_in]
    quiz = f"{course}/quizzes/first-steps-check"
    for number in (1, 2):
        page.goto(site.url + quiz)
        page.click("main .form-button button, main a.button-primary")
        if number == 1:
            page.click("button[value=finish]")
            page.click("button[value=anyway]")
    page.goto(site.url + course)
    credential = page.get_attribute("a[href^='/credentials/']", "href")
    page.goto(f"{site.url}/?q=nothing-matches-this")
    runs = _runs(page, site)
    submission = results[0].rsplit("/", 1)[1]
    asked = _asked(page, f"{site.url}{course}/assignments/measures")
    announcement = _announced(site, chromium)
    return LivedIn(
        {
            "visitor": [
                "/",
                "/?q=nothing-matches-this",
                "/courses/python-for-ai",
                "/institutes/fes-meknes",
                "/account/sign-in",
                "/account/sign-up",
                "/appearance/",
                f"{credential}?verify",
                "/verify",
                "/no-such-page",
                "/offline",
                *runs,
            ],
            "learner": [
                "/home",
                "/account/",
                "/account/data",
                "/account/deletion",
                "/notices/",
                announcement.removeprefix("/teach"),
                "/account/calendar",
                "/notices/choices",
                course,
                f"{course}/lessons/measuring-a-classifier",
                f"{course}/lessons/looking-before-modelling",
                f"{course}/lessons/measuring-a-classifier/note",
                f"{course}/notes",
                f"{course}/search?q=python",
                f"{course}/assignments/measures",
                f"{course}/assignments/measures/notebook",
                quiz,
                f"{quiz}/attempts/1",
                f"{quiz}/attempts/2",
                *results[:1],
                *asked,
                *runs,
            ],
            "instructor": [
                "/teach/",
                "/help/unanswered",
                "/help/reports",
                announcement,
                asked[-1].replace("edit", "moderation"),
                asked[-1].replace("edit", "report"),
                *_below(site, chromium, submission),
            ],
            "registrar": ["/issue/", "/issue/fes-meknes", credential or ""],
            "administrator": ["/people/", "/people/fes-meknes"],
        }
    )


@pytest.fixture(params=READINGS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_page_keeps_to_its_origin_its_width_and_its_readers(
    site: Site, chromium: Browser, watch: Watch, lived_in: LivedIn, language: str
):
    faults = [
        fault
        for role, addresses in lived_in.pages.items()
        for fault in _visit(site, chromium, watch, language, role, addresses)
    ]

    assert "\n".join(faults) == ""
    assert watch.elsewhere == []
    assert watch.refused == []


def test_every_address_that_answers_a_page_is_walked(site: Site, lived_in: LivedIn):
    addresses = create_site(assemble(Settings(data=str(site.data)))).url_map
    matches = addresses.bind("localhost")
    walked = set()
    for address in (one for pages in lived_in.pages.values() for one in pages):
        try:
            walked.add(matches.match(urlsplit(address).path)[0])
        except NotFound:
            continue
    answering = {rule.endpoint for rule in addresses.iter_rules() if "GET" in (rule.methods or ())}

    assert answering - walked == NO_PAGE | OUT_OF_REACH


def _visit(
    site: Site, chromium: Browser, watch: Watch, language: str, role: str, addresses: list[str]
) -> Iterator[str]:
    context = chromium.new_context(
        locale=language, viewport={"width": WIDE, "height": 800}, reduced_motion="reduce"
    )
    watch.follow(context)
    # Another script of a language has other letters in the same places: nothing new for axe.
    if language in LOCALES:
        context.add_init_script(path=AXE_FILE_PATH)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    fetched = Fetched(wire)
    wire.send("Network.setCacheDisabled", {"cacheDisabled": language == HEAVIEST})
    if role != "visitor":
        site.sign_in(page, role)
    page.goto(site.url + "/")
    page.click(".site-tools summary >> nth=0")
    page.click(f"button[name=locale][value={language}]")
    for address in addresses:
        page.set_viewport_size({"width": WIDE, "height": 800})
        answer = page.goto(site.url + address)
        assert answer is not None
        assert answer.status in (200, 404), f"{address}: {answer.status}"
        place = f"{language} {role} {address}"
        if page.evaluate("document.documentElement.lang") != language:
            yield f"{place}: the page is in another language"
        if language in LOCALES:
            rules = EVERYTHING if language == COLOURED else BUT_COLOURS
            yield from _faults(page, place, rules)
        if language == HEAVIEST:
            yield from beyond_limits(place, urlsplit(address).path, fetched)
        if language == COLOURED:
            page.emulate_media(color_scheme="dark")
            yield from _faults(page, f"{place}, dark", CONTRAST)
            page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": NARROW, "height": 640})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield f"{place}: wider than {NARROW} px"
        for field in page.evaluate(SMALL):
            yield f"{place}: {field} has letters below 16 px"
    context.close()


def _faults(page: Page, place: str, rules: dict[str, object]) -> Iterator[str]:
    """What axe finds by ``rules``; it came into the page before the page did."""
    for found in page.evaluate("(rules) => axe.run(rules)", rules)["violations"]:
        yield f"{place}: {found['id']}: {found['nodes'][0]['html'][:160]}"


def _hand_in(page: Page, assignment: str, slug: str) -> str:
    """Hand in the author's own answers; the page of the submission."""
    page.goto(assignment)
    page.set_input_files("#notebook", COURSE / "modules" / FOLDERS[slug] / f"{slug}.ipynb")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/submissions/*")
    return page.url


def _marked(page: Page, submission: str) -> str:
    """Wait until it is marked; its address without the site's."""
    page.goto(submission)
    page.wait_for_selector("[data-settled]", timeout=120_000)
    return urlsplit(submission).path


def _asked(page: Page, assignment: str) -> list[str]:
    """Ask about a cell; the pages of questions, the last that of changing this one."""
    page.goto(assignment)
    cell = page.get_attribute("main a[href*='&cell=']", "href") or ""
    site, questions = assignment.split("/learn/")[0], cell.split("?")[0]
    ask = cell.replace("?", "ask?")
    page.goto(site + ask)
    page.fill("#title", "Why does it return None?")
    page.fill("#text", "I see `None`.\n\n```python\nprint(mean([1, 2]))\n```\n")
    page.click("main form button:not([name=preview])[type=submit]")
    page.wait_for_url("**/help/threads/*")
    thread = page.url.removeprefix(site)
    edit = page.get_attribute("a[href$='/edit']", "href") or ""
    return [questions, cell, f"{questions}ask", ask, thread, edit]


def _announced(site: Site, chromium: Browser) -> str:
    """Announce something in the first run; where it can be changed."""
    page = chromium.new_context(locale="en-GB").new_page()
    site.sign_in(page, "instructor")
    page.goto(f"{site.url}/teach/")
    run = page.get_attribute("a[href^='/teach/runs/']", "href") or ""
    page.goto(f"{site.url}{run}/announcements")
    page.fill("#title", "The room has changed")
    page.fill("#text", "We meet in the library from Monday.")
    page.click("main form button[type=submit]")
    return page.get_attribute("a[href^='/teach/announcements/']", "href") or ""


def _runs(page: Page, site: Site) -> list[str]:
    """The page of the run by invitation."""
    page.goto(f"{site.url}/courses/python-for-ai")
    links = page.locator("a[href^='/runs/']")
    return [links.nth(number).get_attribute("href") or "" for number in range(links.count())]


def _below(site: Site, chromium: Browser, submission: str) -> list[str]:
    """What an instructor reaches from their first page."""
    page = chromium.new_context(locale="en-GB").new_page()
    site.sign_in(page, "instructor")
    page.goto(f"{site.url}/teach/")
    run = page.get_attribute("a[href^='/teach/runs/']", "href") or ""
    page.goto(site.url + run)
    learner = page.get_attribute("a[href^='/teach/enrolments/']", "href") or ""
    work = f"/teach/submissions/{submission}"
    page.goto(site.url + work)
    review = page.get_attribute("a[href$='/review']", "href") or ""
    marking = f"{run}/assignments/measures/marking/"
    extension = f"{learner}/assignments/measures/extension"
    regrades = f"{run}/regrades"
    quiz = f"{run}/quizzes/first-steps-check"
    taken = f"{learner}/quizzes/first-steps-check/attempts/1"
    quizzes = [quiz, taken, f"{learner}/quiz-time"]
    page.goto(f"{site.url}{regrades}?assignment=measures")
    page.fill("#reason", "A test was wrong.")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/teach/regrades/*")
    regrade = page.url.removeprefix(site.url)
    marks = [
        work,
        f"{run}/done-times",
        marking,
        "/teach/reviews",
        review,
        extension,
        regrades,
        regrade,
    ]
    looks = [f"{run}/assignments/measures/{page}" for page in ("tests", "similarity/")]
    return [run, f"{run}/announcements", learner, *quizzes, *marks, regrades, regrade, *looks]
