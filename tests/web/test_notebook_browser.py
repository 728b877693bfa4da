"""The notebook in a true browser, its relay told what to say."""

import html
import json
import re
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from werkzeug.serving import make_server

from lms.learning import drafts

SAVED = re.compile(r"saved \d\d:\d\d")
PASSWORD = "a sentence to remember"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

pytestmark = pytest.mark.browser


def stream(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def drawn(mime, data):
    return {"output_type": "display_data", "metadata": {}, "data": {mime: data, "text/plain": "-"}}


class ToldRelay:
    """Answers the frames of a page as the test says: outputs by code, "ok" for other code."""

    def __init__(self):
        self.outputs, self.frames, self.sockets = {}, [], []
        self.count, self.refusal, self.is_slow = 0, "", False

    def meet(self, socket):
        self.sockets.append(socket)
        socket.on_message(lambda text: self._hear(socket, json.loads(text)))

    def say(self, **frame):
        self.sockets[-1].send(json.dumps(frame))

    def _hear(self, socket, frame):
        self.frames.append(frame)
        if frame["type"] == "hello" and self.refusal:
            self.say(type="refused", reason=self.refusal)
            socket.close()
        elif frame["type"] == "hello":
            self.say(type="kernel", state="starting")
            self.say(type="kernel", state="idle")
        # None is the output of code that does not come to its end.
        if frame["type"] == "execute" and self.outputs.get(frame["code"], ()) is not None:
            self.count += 1
            outputs = self.outputs.get(frame["code"], ())
            for output in outputs:
                self.say(type="output", id=frame["id"], output=output, display_id=None)
            wrong = any(output["output_type"] == "error" for output in outputs)
            status = "error" if wrong else "ok"
            self.say(type="done", id=frame["id"], status=status, count=self.count)
        if frame["type"] == "comm_msg":
            self.say(type="done", id=frame["id"], status="ok", count=None)
        if frame["type"] == "complete" and not self.is_slow:
            matches = ["doubled", "double"]
            self.say(type="completion", id=frame["id"], matches=matches, start=0, end=3)
        if frame["type"] == "inspect":
            data = {"text/plain": "len is explained"}
            self.say(type="inspection", id=frame["id"], found=True, data=data)


@pytest.fixture
def arrived():
    """What the site was asked for, by whomever."""
    return []


@pytest.fixture
def served(site, arrived):
    """The site on a port of its own."""

    def noted(environ, start_response):
        arrived.append(f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}")
        return site(environ, start_response)

    server = make_server("127.0.0.1", 0, noted, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def relay():
    return ToldRelay()


@pytest.fixture
def address(served, session, place):
    session.commit()
    return f"{served}/learn/{place.public_id}/assignments/double/notebook"


def sign_in(context, served):
    page = context.new_page()
    page.goto(f"{served}/account/sign-in")
    page.fill("#email", "salma@fez.example")
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")
    # To close a page amid its navigation can leave the browser waiting for ever.
    page.wait_for_url(f"{served}/home")
    page.close()


@pytest.fixture
def context(served, chromium):
    with chromium.new_context() as context:
        sign_in(context, served)
        yield context


@pytest.fixture
def open_page(context, relay, address):
    def opened(until="Python is ready"):
        page = context.new_page()
        page.route_web_socket("**/kernels", relay.meet)
        page.goto(address)
        expect(page.locator("#nb-kernel")).to_contain_text(until)
        return page

    return opened


ALL_STORED = """() => new Promise((done) => {
  indexedDB.open('jazari-notebooks').onsuccess = ({ target: { result } }) => {
    const asked = result.transaction('drafts').objectStore('drafts').getAll();
    asked.onsuccess = () => done(asked.result.map((each) => ({
      ...each, sealed: new TextDecoder().decode(each.sealed),
    })));
  };
})"""


def stored(session, place, find):
    session.expire_all()
    session.rollback()
    version = drafts.newest(session, place, find(place, "double"))
    return json.loads(drafts.content_of(version)) if version else None


def test_a_cell_is_written_run_and_saved(open_page, relay, session, place, find):
    page = open_page()
    relay.outputs["def double(n): return 2 * n"] = [stream("well \x1b[31mred\x1b[0m\n")]

    editor = page.locator(".cm-content").first
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("def double(n): return 2 * n")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".nb-outputs .ansi-1")).to_have_text("red")
    expect(page.locator("#nb-saved")).to_have_text(SAVED)
    sources = ["".join(cell["source"]) for cell in stored(session, place, find)["cells"]]
    assert "def double(n): return 2 * n" in sources


ATTACK = """
<img src="{site}/static/icons/favicon.svg?stolen-image" onerror="0">
<link rel="stylesheet" href="{site}/static/css/site.css?stolen-style">
<form id="f" action="{site}/learn/stolen-form" method="post" target="_top"><input name="a"></form>
<iframe src="{site}/home?stolen-frame"></iframe>
<script>
const said = {{}};
const attempt = (name, deed) => {{
  try {{ said[name] = String(deed()); }} catch (error) {{ said[name] = 'refused'; }}
}};
attempt('parent', () => parent.document.title);
attempt('top', () => (top.location = '{site}/home?stolen-top'));
attempt('cookie', () => document.cookie);
attempt('storage', () => localStorage.length);
attempt('popup', () => open('{site}/home?stolen-popup'));
attempt('form', () => document.getElementById('f').submit());
attempt('image', () => {{ new Image().src = '{site}/home?stolen-beacon'; }});
fetch('{site}/home?stolen-fetch', {{ credentials: 'include' }}).catch(() => {{}});
fetch('https://elsewhere.example/stolen-fetch').catch(() => {{}});
navigator.sendBeacon('{site}/home?stolen-send', 'x');
attempt('socket', () => new WebSocket('ws://elsewhere.example/stolen-socket'));
attempt('worker', () => new Worker('{site}/static/js/forms.js?stolen-worker'));
parent.postMessage({{ height: 1e9 }}, '*');
parent.postMessage({{ type: 'kernel', state: 'dead' }}, '*');
document.body.append(JSON.stringify(said));
document.body.dataset.ready = 'yes';
</script>
"""
ESCAPE = "<script>location = '{site}/home?stolen-self';</script>"


def test_an_output_can_neither_act_as_the_learner_nor_reach_the_page(
    open_page, relay, served, arrived, context
):
    page = open_page()
    asked = []
    context.on("request", lambda request: asked.append(request))
    arrived.clear()
    relay.outputs["attack"] = [drawn("text/html", ATTACK.format(site=served))]
    relay.outputs["escape"] = [drawn("text/html", ESCAPE.format(site=served))]
    before = page.url

    page.locator(".cm-content").first.fill("attack")
    page.keyboard.press("Control+Enter")

    body = page.frame_locator(".nb-frame").locator("body[data-ready]")
    said = json.loads(re.search(r"\{.*\}", body.inner_text())[0])
    height = page.locator(".nb-frame").bounding_box()["height"]
    page.locator(".cm-content").first.fill("escape")
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(800)
    assert said["parent"] == said["cookie"] == said["storage"] == "refused"
    assert said["popup"] in ("null", "refused")
    attempts = [request for request in asked if "stolen" in request.url]
    assert {request.failure for request in attempts} == {"csp"}
    assert [path for path in arrived if "stolen" in path] == []
    assert page.url == before
    assert len(context.pages) == 1
    assert height <= 4000
    assert page.locator("#nb-kernel").inner_text() == "Python is ready"


MISUSE = """
const { port } = globalThis.shown;
const told = { method: 'update', state: { value: 'moved' } };
const say = (comm, data, more = {}) => port.postMessage({ comm, id: 1, data, ...more });
const tell = (comm, data, more) => say(comm, JSON.stringify(data), more);
port.postMessage({ type: 'execute', id: 1, code: 'stolen()' });
port.postMessage({ type: 'interrupt' });
port.postMessage(null);
tell('nobody', told);
port.postMessage({ get: 'nobody' });
tell('nobody', told);
tell('other', told);
tell('html', { method: 'request_states', state: { value: 'asked' } });
tell('html', { ...told, state: 'long'.repeat(20000) });
tell('html', told, { id: { valueOf: 1 } });
say('html', told);
say('html', 'stolen');
say('html', '{"method":"update","state":' + '['.repeat(9000) + ']'.repeat(9000) + '}');
const round = {};
round.a = round.b = round;
say('html', { ...told, state: round });
parent.postMessage({ comm: 'html', id: 1, data: JSON.stringify(told) }, '*');
parent.postMessage({ get: 'other' }, '*', [new MessageChannel().port1]);
for (let n = 0; n < 3000; n += 1) tell('html', told, { type: 'execute', code: 'stolen()' });
try { parent.document.title = 'stolen'; } catch { document.body.dataset.refused = 'yes'; }
document.body.dataset.ready = 'yes';
"""


def made_widget(comm, model, view, module="controls", **state):
    version, module = "2.0.0", f"@jupyter-widgets/{module}"
    told = {"_model_module": module, "_model_module_version": version, "_model_name": model}
    told |= {"_view_module": module, "_view_module_version": version, "_view_name": view}
    data = {"state": {**told, **state}, "buffer_paths": [["__proto__", "stolen"]]}
    return {"type": "comm_open", "id": "", "comm": comm, "data": data, "buffers": ["AAAA"]}


def test_the_line_of_a_widget_carries_words_of_its_own_and_nothing_else(open_page, relay):
    page = open_page()
    relay.outputs["attack"] = [
        drawn("application/vnd.jupyter.widget-view+json", {"model_id": "html"})
    ]
    relay.say(**made_widget("look", "LayoutModel", "LayoutView", "base"))
    relay.say(**made_widget("style", "HTMLStyleModel", "StyleView"))
    relay.say(**made_widget("other", "TextModel", "TextView"))
    evil = f'<img src=x onerror="{html.escape(MISUSE)}">'
    parts = {"layout": "IPY_MODEL_look", "style": "IPY_MODEL_style"}
    relay.say(**made_widget("html", "HTMLModel", "HTMLView", value=evil, **parts))

    page.locator(".cm-content").first.fill("attack")
    page.keyboard.press("Control+Enter")
    page.frame_locator(".nb-frame").locator("body[data-ready][data-refused]").wait_for()
    page.wait_for_timeout(2000)

    said = [frame for frame in relay.frames if frame["type"] not in ("hello", "ping")]
    assert [frame["code"] for frame in said if frame["type"] == "execute"] == ["attack"]
    words = said[1:]
    assert {frozenset(frame) for frame in words} == {frozenset({"type", "id", "comm", "data"})}
    assert {(frame["type"], frame["comm"]) for frame in words} == {("comm_msg", "html")}
    assert {frame["data"]["state"]["value"] for frame in words} == {"moved"}
    assert len(words) <= 21  # Those that wait, and the first.
    assert page.evaluate("({}).stolen === undefined && document.title !== 'stolen'")
    page.locator(".cm-content").first.fill("1")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notebook [data-cell=answer] .nb-count")).to_have_text("[2]")


# The moment after which editors are made anyhow; on a busy machine it would come too early.
NEVER_LATE = """const set = setTimeout;
window.setTimeout = (work, time, ...more) => (time === 5000 ? 0 : set(work, time, ...more));"""


def test_editors_are_made_as_cells_come_into_view_and_all_when_somebody_works(open_page):
    page = open_page()
    page.locator(".nb-cell").last.focus()
    for _ in range(8):
        page.keyboard.press("b")
    expect(page.locator(".cm-editor")).to_have_count(9)
    expect(page.locator("#nb-saved")).to_have_text(SAVED)
    page.set_viewport_size({"width": 360, "height": 300})
    page.add_init_script(NEVER_LATE)

    page.reload()
    expect(page.locator("#nb-kernel")).to_have_text("Python is ready")
    in_view = page.locator(".cm-editor").count()
    page.mouse.move(100, 100)

    assert in_view < 9
    expect(page.locator(".cm-editor")).to_have_count(9)


def test_a_traceback_takes_no_lines_that_tell_nothing(open_page, relay):
    page = open_page()
    line, room = "-" * 75, " " * 34
    name = f"\x1b[31mKeyError\x1b[39m{room}Traceback (most recent call last)"
    trace = [
        f"\x1b[31m{line}\x1b[39m\n{name}",
        "Cell In[1], line 1\n----> 1 wrong",
        "KeyError: 'a'",
    ]
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'a'", "traceback": trace}
    relay.outputs["wrong"] = [error]
    page.locator(".cm-content").first.fill("wrong")

    page.keyboard.press("Control+Enter")

    shown = page.locator("[data-cell=answer] .nb-error")
    expect(shown).to_contain_text("KeyError  Traceback (most recent call last)")
    expect(shown).to_contain_text("----> 1 wrong")
    expect(shown).not_to_contain_text("------")


def test_nothing_moves_when_the_controls_come(context, relay, address):
    page = context.new_page()
    page.route_web_socket("**/kernels", relay.meet)
    page.set_viewport_size({"width": 360, "height": 640})
    held = []
    page.route("**/js/notebook/main.js*", lambda route: held.append(route))
    page.goto(address, wait_until="commit")
    expect(page.locator("footer")).to_be_visible()
    controls = page.locator(".nb-bar, .nb-run").first
    expect(controls).to_be_hidden()
    answer = page.locator("[data-cell=answer] .nb-source")
    page.evaluate("document.fonts.ready.then(() => null)")  # Letters that come move lines.
    before = answer.bounding_box()

    held[0].continue_()

    expect(controls).to_be_visible()
    expect(page.locator("#nb-kernel")).to_contain_text("Python is ready")
    assert answer.bounding_box() == before


def test_the_rest_of_a_long_line_stands_further_in(open_page):
    page = open_page()
    page.set_viewport_size({"width": 360, "height": 640})
    page.locator(".cm-content").first.fill("if a:\n    return " + "word " * 20)

    rest = (
        page.locator(".cm-line")
        .nth(1)
        .evaluate("""(line) => {
      const range = document.createRange();
      range.selectNodeContents(line);
      const [first, ...rest] = range.getClientRects();
      return rest.filter(({ top }) => top > first.top + 5).map(({ left }) => Math.round(left));
    }""")
    )

    own = page.locator(".cm-line").first.evaluate(
        "(line) => Math.round(line.getBoundingClientRect().left)"
    )
    assert min(rest) > own + 40  # Further in than the line itself begins.


def write(tab, text):
    tab.locator(".cm-content").first.fill(text)
    tab.keyboard.press("Control+s")


def conflicting(open_page, there, here):
    """Two tabs of which the second has saved what ``there`` does before the first did ``here``."""
    page, other = open_page(), open_page()
    for tab, change in ((other, there), (page, here)):
        tab.bring_to_front()
        change(tab)
        if tab is other:
            expect(tab.locator("#nb-saved")).to_have_text(SAVED)
    expect(page.locator("#nb-conflict")).to_be_visible()
    return page, other


def test_what_another_device_saved_is_shown_and_neither_text_is_lost(
    open_page, session, place, find, address
):
    page, _other = conflicting(
        open_page, lambda tab: write(tab, "theirs = 1"), lambda tab: write(tab, "mine = 1")
    )

    dialog = page.locator("#nb-conflict")
    expect(dialog).to_contain_text("theirs = 1")
    expect(dialog).to_contain_text("mine = 1")
    dialog.locator("[data-choose=theirs]").click()

    expect(page.locator(".cm-content").first).to_have_text("theirs = 1")
    expect(page.locator("#nb-saved")).to_have_text(SAVED)
    session.rollback()
    double = find(place, "double")
    kept = [drafts.content_of(drafts.version(session, place, double, n)) for n in (1, 2, 3)]
    assert [b"theirs = 1" in content for content in kept] == [True, False, True]
    assert b"mine = 1" in kept[1]


def test_a_conflict_says_which_cells_differ_and_marks_what_is_theirs_alone(open_page):
    page, _other = conflicting(
        open_page,
        lambda tab: write(tab, "def double(n):\n    return n + n"),
        lambda tab: write(tab, "def double(n):\n    return 2 * n"),
    )
    dialog = page.locator("#nb-conflict")
    title = page.locator("#notebook [data-cell=answer]").get_attribute("aria-label")

    expect(dialog).to_contain_text("Cells that differ: 1.")
    expect(dialog.locator("h3")).to_have_text(title)
    expect(dialog.locator("mark")).to_have_text(["    return 2 * n", "    return n + n"])
    expect(dialog.locator("pre").first).to_have_text("def double(n):\n    return 2 * n")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    assert found.response["violations"] == []

    page.set_viewport_size({"width": 320, "height": 640})
    lefts = dialog.locator("pre").evaluate_all("all => all.map(one => one.offsetLeft)")
    assert lefts[0] == lefts[1]  # One under the other.
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()


def test_a_conflict_says_that_the_order_alone_differs(open_page, session, place, find):
    def move(arrow):
        def moved(tab):
            tab.locator("#notebook [data-cell=answer] .cm-content").click()
            for keys in ("Escape", f"Control+Shift+{arrow}", "s"):
                tab.keyboard.press(keys)

        return moved

    page, _other = conflicting(open_page, move("ArrowUp"), move("ArrowDown"))
    dialog = page.locator("#nb-conflict")

    expect(dialog).to_contain_text("only their order differs")
    expect(dialog.locator("pre")).to_have_count(0)
    here, there = (dialog.locator("ol").nth(side).locator("li") for side in (0, 1))
    assert sorted(here.all_inner_texts()) == sorted(there.all_inner_texts())
    assert here.all_inner_texts() != there.all_inner_texts()
    dialog.locator("[data-choose=mine]").click()
    expect(page.locator("#nb-saved")).to_have_text(SAVED)
    assert stored(session, place, find)["cells"][-1]["id"] == "answer"


def test_who_chose_the_other_text_is_asked_again_where_their_own_could_not_be_kept(
    open_page, context, session, place, find
):
    page, _other = conflicting(
        open_page, lambda tab: write(tab, "theirs = 1"), lambda tab: write(tab, "mine = 1")
    )
    dialog = page.locator("#nb-conflict")
    expect(dialog).to_be_visible()
    context.set_offline(True)

    dialog.locator("[data-choose=theirs]").click()
    expect(dialog).to_be_hidden()
    context.set_offline(False)  # The page saves again, or tries to in some seconds.

    expect(dialog).to_be_visible(timeout=15_000)
    dialog.locator("[data-choose=theirs]").click()
    expect(page.locator(".cm-content").first).to_have_text("theirs = 1")
    expect(page.locator("#nb-saved")).to_have_text(SAVED)
    assert "theirs = 1" in json.dumps(stored(session, place, find))


def test_of_the_versions_only_others_than_what_stands_here_are_brought_back(open_page):
    page = open_page()
    write(page, "first = 1")
    expect(page.locator("#nb-saved")).to_have_text(SAVED)
    write(page, "second = 2")

    page.locator("details.menu[name=nb-more] > summary").click()
    page.locator("[data-do=versions]").click()

    rows = page.locator("#nb-version-list > li")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("This stands here now")
    expect(rows.first.locator("button")).to_have_count(0)
    page.set_viewport_size({"width": 320, "height": 640})
    box = rows.nth(1).locator("button").bounding_box()
    moment = rows.nth(1).locator("span").bounding_box()
    assert box["y"] < moment["y"] + moment["height"]  # Beside it, not below.
    assert box["height"] >= 44
    rows.nth(1).locator("button").click()
    page.locator("#nb-version").get_by_role("button", name="Bring back").click()
    expect(page.locator(".cm-content").first).to_have_text("first = 1")


def test_a_version_shows_what_differs_before_it_is_brought_back(open_page):
    page = open_page()
    write(page, "kept = 1\nfirst = 1")
    expect(page.locator("#nb-saved")).to_have_text(SAVED)
    write(page, "kept = 1\nsecond = 2")
    page.locator("details.menu[name=nb-more] > summary").click()
    page.locator("[data-do=versions]").click()
    rows, version = page.locator("#nb-version-list > li"), page.locator("#nb-version")
    moment = rows.nth(1).locator("span").first.inner_text()

    rows.nth(1).get_by_role("button", name="Look at it").click()

    expect(version).to_contain_text("Cells that differ: 1.")
    expect(version.locator("#nb-version-name")).to_have_text(moment)
    expect(version.locator("#nb-version-name")).to_be_focused()
    expect(version.locator("mark")).to_have_text(["second = 2", "first = 1"])
    expect(version.locator("h4").last).to_have_text("In this version")
    expect(page.locator("#nb-version-list")).to_be_hidden()
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    assert found.response["violations"] == []
    version.get_by_role("button", name="All versions").click()
    expect(version).to_be_hidden()
    expect(rows.nth(1).get_by_role("button")).to_be_focused()
    expect(page.locator(".cm-content").first).to_contain_text("second = 2")


def test_saved_work_is_not_handed_in_into_a_cut_link(open_page, context, address):
    page = open_page()
    write(page, "saved = 1")
    expect(page.locator("#nb-saved")).to_have_text(SAVED)
    context.set_offline(True)

    page.locator("#hand-in-form button[type=submit]").click()

    expect(page.locator("[data-handed]")).to_contain_text("Nothing was sent: there is no link")
    context.set_offline(False)
    page.locator("#hand-in-form button[type=submit]").click()
    page.wait_for_url("**/submissions/*")


def test_what_was_saved_elsewhere_is_asked_about_before_work_is_handed_in(
    open_page, session, place, find
):
    page, other = open_page(), open_page()
    write(other, "theirs = 1")
    expect(other.locator("#nb-saved")).to_have_text(SAVED)

    page.locator("#hand-in-form button[type=submit]").click()
    dialog = page.locator("#nb-conflict")
    expect(dialog).to_contain_text("theirs = 1")
    dialog.locator("[data-choose=mine]").click()

    page.wait_for_url("**/submissions/*")
    assert "theirs = 1" not in json.dumps(stored(session, place, find))


def test_without_a_connection_text_is_kept_and_comes_back(
    open_page, context, relay, session, place, find
):
    page = open_page()
    context.set_offline(True)
    page.locator(".cm-content").first.fill("far_from_the_net = 1")
    page.keyboard.press("Control+s")
    expect(page.locator("#nb-saved")).to_contain_text("kept on this device", timeout=10_000)
    expect(page.locator("#nb-kernel")).to_be_visible()
    relay.sockets[-1].close()
    expect(page.locator("#nb-kernel")).to_be_hidden()  # That there is no link is said once.
    page.locator("#hand-in-form button[type=submit]").click()
    expect(page.locator("[data-handed]")).to_contain_text("Nothing was sent: there is no link")
    kept = page.evaluate(ALL_STORED)
    assert [set(each) for each in kept] == [{"key", "at", "iv", "sealed"}]
    assert "far_from_the_net" not in kept[0]["sealed"]
    page.close(run_before_unload=False)
    context.set_offline(False)

    again = open_page()

    expect(again.locator(".cm-content").first).to_have_text("far_from_the_net = 1")
    expect(again.locator("#nb-saved")).to_have_text(SAVED, timeout=10_000)
    assert "far_from_the_net" in json.dumps(stored(session, place, find))


def test_who_is_signed_out_is_told_and_goes_on_after_signing_in(open_page, context, served):
    page = open_page()
    page.wait_for_load_state("networkidle")  # An answer still to come would bring the cookie back.
    context.clear_cookies()
    page.locator(".cm-content").first.fill("a = 1")
    page.keyboard.press("Control+s")
    expect(page.locator("#nb-saved")).to_contain_text("You are signed out")

    sign_in(context, served)
    page.locator(".cm-content").first.fill("a = 2")
    page.keyboard.press("Control+s")

    expect(page.locator("#nb-saved")).to_have_text(SAVED)


def test_the_keys_of_jupyter_work_with_cells(open_page, relay):
    page = open_page()
    cells = page.locator("#notebook > [data-cell]")
    page.locator(".cm-content").first.click()
    page.keyboard.press("Escape")

    page.keyboard.type("bb")
    expect(cells).to_have_count(5)
    page.keyboard.press("m")
    expect(cells.nth(3)).to_have_class(re.compile("nb-markdown"))
    page.keyboard.type("dd")
    expect(cells).to_have_count(4)
    page.keyboard.press("z")
    expect(cells).to_have_count(5)
    page.keyboard.type("kkdd")  # The answer, which has to stay.
    expect(cells).to_have_count(5)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("dou")
    page.keyboard.press("Tab")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("doubled")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.type("ii")
    page.keyboard.type("00")
    page.keyboard.press("h")
    expect(page.locator("#nb-help")).to_be_visible()
    kinds = [frame["type"] for frame in relay.frames]
    assert kinds[-2:] == ["interrupt", "restart"]
    assert "complete" in kinds


def test_a_completion_that_takes_long_is_waited_for_and_says_so(open_page, relay):
    relay.is_slow = True
    page = open_page()
    page.clock.install()
    page.locator(".nb-code .nb-source").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("dou")

    page.keyboard.press("Tab")
    page.clock.fast_forward(8000)
    expect(page.locator("#nb-kernel")).to_have_text("Python is looking it up…")
    asked = next(frame for frame in relay.frames if frame["type"] == "complete")
    relay.say(type="completion", id=asked["id"], matches=["doubled", "double"], start=0, end=3)

    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("doubled")
    expect(page.locator("#nb-kernel")).to_have_text("Python is ready")


def test_whoever_runs_a_text_or_code_goes_on_with_the_keys_of_cells(open_page):
    page = open_page()
    cells = page.locator("#notebook > [data-cell]")
    page.locator(".cm-content").first.click()
    page.keyboard.press("Control+Enter")

    page.keyboard.type("bm")
    expect(cells.nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("some *text*")
    page.keyboard.press("Control+Enter")
    expect(cells.nth(2).locator("em")).to_have_text("text")
    expect(cells.nth(2)).to_be_focused()
    page.keyboard.press("r")
    expect(cells.nth(2)).to_have_text("some *text*")
    page.keyboard.press("o")  # There is no output to be shown.
    expect(cells.nth(2).locator(".nb-outputs")).to_be_hidden()


def test_keys_count_where_a_button_of_a_cell_was_pressed(open_page, relay):
    page = open_page()
    cells = page.locator("#notebook > [data-cell]")
    given = cells.count()

    run = page.locator(".nb-run").first
    run.click()
    page.keyboard.press("Enter")  # This is the button's: it runs the cell again.
    expect(run).to_be_focused()
    page.keyboard.press("b")

    expect(cells).to_have_count(given + 1)
    assert [frame["type"] for frame in relay.frames].count("execute") == 2


def test_the_keys_of_jupyter_work_while_a_cell_is_written_in(open_page, relay):
    page = open_page()
    answer = page.locator("[data-cell=answer]")
    lines = answer.locator(".cm-line")
    answer.locator(".cm-content").fill("a = 1")
    page.keyboard.press("Control+a")
    page.keyboard.press("Tab")
    expect(lines).to_have_text(["    a = 1"])
    page.keyboard.press("Shift+Tab")
    expect(lines).to_have_text(["a = 1"])
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(lines.nth(1)).to_have_text("    ")
    page.keyboard.press("Shift+Tab")
    expect(lines.nth(1)).to_have_text("")
    page.keyboard.type("len")
    page.keyboard.press("Shift+Tab")

    expect(answer.locator(".nb-tip")).to_contain_text("len is explained")
    page.keyboard.press("Escape")
    expect(answer.locator(".nb-tip")).to_have_count(0)
    expect(answer.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+m")
    expect(answer).to_be_focused()


def test_what_stands_below_a_heading_is_closed_and_opened(open_page):
    page = open_page()
    cells = page.locator("#notebook > [data-cell]")
    shown = page.locator("#notebook > [data-cell]:visible")
    given = cells.count()
    page.locator(".cm-content").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+B")
    page.keyboard.type("One")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("b")
    page.keyboard.press("Shift+B")
    page.keyboard.type("Two")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("b")
    expect(cells).to_have_count(given + 4)
    one, two = given, given + 2
    expect(cells.nth(one).locator("h1, h2").first).to_have_text("One")

    page.keyboard.press("ArrowLeft")  # To its heading, and then to the one above that.
    expect(cells.nth(two)).to_be_focused()
    page.keyboard.press("Control+Shift+ArrowLeft")
    expect(shown).to_have_count(given + 2)
    page.keyboard.press("k")
    expect(cells.nth(one)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_count(given + 3)
    page.keyboard.press("ArrowLeft")
    expect(cells.nth(one)).to_contain_text("Hidden cells: 1")
    page.keyboard.press("b")  # A new cell is seen wherever it comes to stand.
    expect(shown).to_have_count(given + 4)
    page.locator(".nb-closed").click()
    expect(shown).to_have_count(given + 5)


def test_an_editor_is_named_by_the_number_that_its_cell_has_now(open_page):
    page = open_page()
    cell = page.locator("#notebook [data-cell=answer]")
    cell.locator(".cm-content").click()
    number = int(cell.get_attribute("aria-label").split()[-1])

    page.keyboard.press("Escape")
    page.keyboard.press("Control+Shift+ArrowUp")

    expect(cell).to_have_attribute("aria-label", f"Cell {number - 1}")
    expect(cell.locator(".cm-content")).to_have_attribute(
        "aria-label", f"Code of cell {number - 1}. Escape leaves the editor."
    )


def test_on_android_too_a_cell_is_run_from_a_keyboard(chromium, served, relay, address):
    phone = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
    with chromium.new_context(user_agent=phone) as context:
        sign_in(context, served)
        page = context.new_page()
        page.route_web_socket("**/kernels", relay.meet)
        page.goto(address)
        expect(page.locator("#nb-kernel")).to_contain_text("Python is ready")
        page.locator(".cm-content").first.click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text("1 + 1")

        page.keyboard.press("Control+Enter")

        expect(page.locator(".cm-content").first.locator(".cm-line")).to_have_text(["1 + 1"])
        expect(page.locator("#nb-spoken")).to_contain_text("is done")
    assert [each["code"] for each in relay.frames if each["type"] == "execute"] == ["1 + 1"]


@pytest.mark.parametrize(
    ("reason", "most", "told"),
    [
        ("output", 1048576, "wrote more than 1 MB, so"),
        ("output", 20000, "wrote more than 0.1 MB, so"),
        ("time", 3600, "ran longer than 3,600 seconds, so"),
    ],
)
def test_what_a_cell_may_is_written_as_its_reader_writes_numbers(
    open_page, relay, reason, most, told
):
    page = open_page()
    relay.outputs["long"] = None
    write(page, "long")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".nb-running")).to_be_visible()
    run = next(frame["id"] for frame in relay.frames if frame["type"] == "execute")

    relay.say(type="cut", id=run, reason=reason, most=most)

    expect(page.locator(".nb-running .nb-says")).to_contain_text(told)


def test_a_page_whose_python_another_notebook_took_says_so(open_page, relay):
    page = open_page()

    relay.say(type="kernel", state="culled", reason="quota")

    expect(page.locator("#nb-kernel")).to_contain_text("gone to another notebook")


def test_python_is_restarted_and_all_cells_are_run_in_it(open_page, relay):
    page = open_page()
    page.locator(".cm-content").first.fill("a = 1")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("p")
    page.keyboard.type("restart python and run")
    page.keyboard.press("Enter")
    expect(page.locator("#nb-palette")).to_be_hidden()
    before = len(relay.frames)

    relay.say(type="kernel", state="restarting")
    relay.say(type="kernel", state="idle")

    expect(page.locator("#nb-spoken")).to_contain_text("is done")
    ran = [frame["code"] for frame in relay.frames[before:] if frame["type"] == "execute"]
    assert ran == ["a = 1", "assert double(1) == 2"]


PLOT = {"data": [{"type": "bar", "x": ["Fez"], "y": [3]}], "layout": {"title": {"text": "Rain"}}}


def test_outputs_come_back_and_what_cannot_be_shown_says_why(open_page, relay):
    page = open_page()
    other = {"data": [{"type": "scatter3d"}]}
    relay.outputs["show"] = [
        stream("forty-two\n"),
        drawn("application/vnd.plotly.v1+json", PLOT),
        drawn("application/vnd.plotly.v1+json", other),
        drawn("application/vnd.jupyter.widget-view+json", {"model_id": "a"}),
        drawn("text/html", "<p>drawn</p><script src='https://cdn.example/bokeh.js'></script>"),
    ]
    page.locator(".cm-content").first.fill("show")
    page.keyboard.press("Control+Enter")
    shown = page.locator("#notebook [data-cell=answer] .nb-outputs")

    def expect_all():
        expect(shown).to_contain_text("forty-two")
        expect(shown).to_contain_text("cannot draw plots of this kind: scatter3d")
        expect(shown).to_contain_text("live control")
        frames = [page.frame_locator(".nb-frame").nth(n).locator("body") for n in (0, 1)]
        expect(frames[0].locator(".gtitle")).to_have_text("Rain", timeout=15_000)
        expect(frames[1]).to_contain_text("asks for cdn.example")

    with page.expect_response("**/notebook/outputs") as kept:
        expect_all()
    assert kept.value.ok
    page.reload()
    expect(shown).to_contain_text("From an earlier run")
    expect_all()
    page.locator(".cm-content").first.click()
    page.keyboard.press("Control+Enter")
    expect(shown).not_to_contain_text("From an earlier run")


def test_several_cells_are_chosen_and_dealt_with_at_once(open_page):
    page = open_page()
    cells = page.locator("#notebook > [data-cell]")
    given = cells.count()
    page.locator(".cm-content").first.click()
    page.keyboard.press("Escape")

    page.keyboard.type("bbb")  # Three cells of one's own, the last one chosen.
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Shift+K")
    expect(page.locator(".nb-selected")).to_have_count(3)
    page.keyboard.type("cdd")
    expect(cells).to_have_count(given)
    page.keyboard.press("z")
    expect(cells).to_have_count(given + 3)
    page.keyboard.press("Shift+Z")
    expect(cells).to_have_count(given)
    page.keyboard.press("v")
    expect(cells).to_have_count(given + 3)
    page.keyboard.press("Shift+M")
    expect(cells).to_have_count(given + 1)
    page.keyboard.press("Control+a")
    page.keyboard.type("dd")  # The assignment's cells are among them: nothing goes.
    expect(page.locator("#nb-spoken")).to_contain_text("none was deleted")
    expect(cells).to_have_count(given + 1)
    page.keyboard.press("p")
    page.keyboard.type("line numb")
    page.keyboard.press("Enter")
    expect(page.locator(".cm-gutters").first).to_be_visible()
    page.keyboard.press("f")
    page.keyboard.type("double(")  # Once in the answer, once in the test, which is given.
    expect(page.locator("#nb-find-count")).to_have_text("1 of 2")
    page.keyboard.press("Enter")
    expect(page.locator("#nb-find-count")).to_have_text("2 of 2")
    expect(page.locator(".nb-selected")).to_have_count(0)
    page.locator("#nb-find-other").fill("triple(")
    page.locator("[data-find=replaceAll]").click()
    expect(page.locator("#nb-find-count")).to_have_text("Replaced: 1")
    expect(page.locator(".cm-content").first).to_contain_text("def triple(n)")
    expect(cells).to_have_count(given + 1)


def test_a_test_that_does_not_pass_is_explained_and_work_is_handed_in(open_page, relay):
    page = open_page()
    trace = ["Cell In[2], line 1\n----> 1 assert double(1) == 2\n", "AssertionError: "]
    error = {"output_type": "error", "ename": "AssertionError", "evalue": "", "traceback": trace}
    relay.outputs["assert double(1) == 2"] = [error]

    page.locator("#notebook [data-cell=tests] [data-do=run]").click()
    said = page.locator("#notebook [data-cell=tests] .nb-says")
    expect(said).to_contain_text('The test "assert double(1) == 2" did not pass.')
    relay.outputs.clear()
    page.locator("[data-do=check-all]").click()
    expect(said).to_contain_text("Hidden ones run when you hand in.")

    page.locator("#hand-in-form button").click()
    page.wait_for_url("**/submissions/*")
    expect(page.locator("main")).to_contain_text("Attempt 1")


def test_what_python_does_is_counted_and_it_is_kept_at_a_press(open_page, relay):
    page = open_page()
    state = page.locator("#nb-kernel")

    relay.say(type="kernel", state="culling", seconds=60)
    expect(state).to_contain_text("will stop in 58 seconds")
    page.locator("[data-do=stay]").click()
    relay.say(type="kernel", state="restarting")
    expect(state).to_contain_text("loading its packages: 3 s")
    expect(page.locator("#nb-progress")).to_be_visible()
    relay.say(type="kernel", state="idle")

    expect(state).to_have_text("Python is ready")
    assert relay.frames[-1] == {"type": "stay"}

    relay.say(type="kernel", state="dead", reason="crashed")
    page.get_by_role("button", name="Restart Python").click()
    expect(page.locator("[data-do=stay]")).to_have_text("Restart Python")
    relay.say(type="kernel", state="idle")
    expect(page.locator("[data-do=stay]")).to_be_hidden()
    assert relay.frames[-1] == {"type": "restart"}


def test_a_cell_for_which_no_python_is_to_be_had_says_that_it_was_not_run(open_page, relay):
    relay.refusal = "quota"
    page = open_page(until="As many of your notebooks")

    page.locator(".cm-content").first.fill("x")
    page.keyboard.press("Control+Enter")

    said = page.locator("#notebook [data-cell=answer] .nb-says")
    expect(said).to_have_text("Not run: Python was not running.")


def test_the_cell_in_which_python_ended_says_why(open_page, relay):
    page = open_page()
    relay.outputs["greedy()"] = None
    page.locator(".cm-content").first.fill("greedy()")

    page.keyboard.press("Control+Enter")
    expect(page.locator("#notebook .nb-running")).to_have_count(1)
    relay.say(type="kernel", state="dead", reason="memory")

    says = page.locator("#notebook [data-cell=answer] .nb-says")
    expect(says).to_contain_text("Python has used up its memory")
    expect(page.get_by_role("button", name="Restart Python").first).to_be_visible()


def test_a_program_asks_in_the_page(open_page, relay):
    page = open_page()
    page.locator(".cm-content").first.fill("x")
    relay.say(type="input_request", id="x", prompt="Your name? ", password=False)

    page.locator(".nb-input input").fill("Salma")
    page.keyboard.press("Enter")

    shown = page.locator("#notebook [data-cell=answer] .nb-outputs")
    expect(shown).to_contain_text("Your name? Salma")
    assert relay.frames[-1] == {"type": "input", "value": "Salma"}


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_page_fits_a_telephone_and_every_reader(open_page, served, language):
    page = open_page()
    page.set_viewport_size({"width": 320, "height": 640})
    page.locator(f"button[name=locale][value={language}]").evaluate("button => button.click()")
    expect(page.locator(f"html[lang={language}]")).to_have_count(1)
    expect(page.locator(".cm-content").first).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.locator(".nb-bar button:visible, .nb-run:visible").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 44).length"
    )
    assert small == 0
    page.locator("details.menu[name=nb-more] > summary").click()
    outside = page.locator(".nb-bar :is(a, button):visible").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().right > 320).length"
    )
    assert outside == 0
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    assert found.response["violations"] == []


@pytest.mark.parametrize("language", ["en", "fr", "ar", "zgh"])
def test_what_finds_takes_one_line_of_a_telephone_and_a_second_to_replace(open_page, language):
    page = open_page()
    page.set_viewport_size({"width": 320, "height": 640})
    page.locator(f"button[name=locale][value={language}]").evaluate("button => button.click()")
    expect(page.locator(f"html[lang={language}]")).to_have_count(1)
    expect(page.locator(".cm-content").first).to_be_visible()
    bar = page.locator("#nb-find")
    page.keyboard.press("Escape")
    page.locator(".cm-content").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    expect(page.locator("#nb-find-field")).to_be_focused()

    assert bar.bounding_box()["height"] < 60
    page.keyboard.type("double(")
    expect(page.locator("#nb-find-count")).not_to_be_empty()
    assert bar.bounding_box()["height"] < 90
    expect(page.locator("#nb-find-other")).to_be_hidden()
    page.locator("[data-find=turn]").click()
    expect(page.locator("#nb-find-other")).to_be_focused()
    sizes = bar.locator("button:visible").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).flatMap(box => [box.width, box.height])"
    )
    assert min(sizes) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_scripts_the_notebook_can_be_read(served, chromium, context, address):
    with chromium.new_context(
        java_script_enabled=False, storage_state=context.storage_state()
    ) as plain:
        page = plain.new_page()
        page.goto(address)

        expect(page.locator("main")).to_contain_text("Double it.")
        expect(page.locator("main")).to_contain_text("assert double(1) == 2")
        expect(page.locator("main")).to_contain_text("which have not come")
        assert page.locator("main button:visible").count() == 0
