"""Notes and the code of a lesson in a true browser, the relay told what to say."""

import json
import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from lms.learning import note_queries

PASSWORD = "a sentence to remember"

pytestmark = pytest.mark.browser

#: Where an element stands in its block, in whole pixels, and in which colour.
LOOK = """(element) => {
  const block = element.closest(".runnable").getBoundingClientRect();
  const own = element.getBoundingClientRect();
  const place = [own.left - block.left, own.top - block.top].map(Math.round);
  return place + getComputedStyle(element).color;
}"""


@pytest.fixture
def served(site):
    """The site on a port of its own."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def context(served, chromium):
    with chromium.new_context(locale="en-GB") as context:
        page = context.new_page()
        page.goto(f"{served}/account/sign-in")
        page.fill("#email", "salma@fez.example")
        page.fill("#password", PASSWORD)
        page.click("main form button[type=submit]")
        page.wait_for_url(f"{served}/home")
        page.close()
        yield context


@pytest.fixture
def address(served, session, place):
    session.commit()
    return f"{served}/learn/{place.public_id}/lessons/counting"


def test_a_block_runs_after_those_above_it_and_nothing_is_fetched_before(context, address):
    page, fetched, ran = context.new_page(), [], []
    page.on("request", lambda request: fetched.append(request.url))

    def meet(socket):
        def hear(text):
            frame = json.loads(text)
            if frame["type"] == "hello":
                socket.send(json.dumps({"type": "kernel", "state": "idle"}))
            if frame["type"] == "execute":
                ran.append(frame["code"])
                output = {"output_type": "stream", "name": "stdout", "text": f"{len(ran)}!\n"}
                told = {"id": frame["id"], "output": output, "display_id": None}
                socket.send(json.dumps({"type": "output", **told}))
                done = {"id": frame["id"], "status": "ok", "count": len(ran)}
                socket.send(json.dumps({"type": "done", **done}))

        socket.on_message(hear)

    page.route_web_socket("**/kernels", meet)
    page.goto(address)
    second = page.locator(".runnable").nth(1)
    expect(second.get_by_role("button", name="Run block 2")).to_be_visible()
    assert not any("codemirror" in each or "kernel" in each for each in fetched)

    second.get_by_role("button", name="Run block 2").click()

    expect(second.locator(".nb-outputs")).to_have_text("2!")
    expect(page.locator(".runnable").nth(0).locator(".nb-outputs")).to_have_text("1!")
    assert ran == ["answer = 2 * 21\nprint(answer)", "print(answer + 1)"]
    second.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("print(0)")
    page.keyboard.press("Shift+Enter")
    expect(second.locator(".nb-outputs")).to_have_text("3!")
    assert ran[2:] == ["print(0)"]
    second.get_by_role("button", name="Original code").click()
    expect(second.locator(".cm-content")).to_have_text("print(answer + 1)")


@pytest.fixture
def full(context):
    """A page whose lesson finds all kernels taken."""
    page = context.new_page()

    def meet(socket):
        told = json.dumps({"type": "kernel", "state": "full", "place": 3})
        socket.on_message(lambda text: socket.send(told) if "hello" in text else None)

    page.route_web_socket("**/kernels", meet)
    return page


def test_code_is_written_where_it_is_clicked_and_looks_as_before(context, address):
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(address)
    block = page.locator(".runnable").first
    expect(block).to_contain_text("You can change this code.")
    number = block.locator(".mi").first
    before = number.evaluate(LOOK)

    number.click(position={"x": 1, "y": 5})

    expect(block.locator(".cm-content")).to_be_focused()
    assert block.locator(".cm-content .mi").first.evaluate(LOOK) == before
    page.keyboard.type("0")
    expect(block.locator(".cm-content")).to_contain_text("02 * 21")


def test_nothing_moves_when_code_can_be_run(context, address):
    page = context.new_page()
    held = []
    page.route("**/js/lesson.js*", lambda route: held.append(route))
    page.goto(address, wait_until="commit")
    expect(page.locator("footer")).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => null)")  # Letters that come move lines.
    before = page.locator(".runnable").nth(1).bounding_box()

    held[0].continue_()

    expect(page.locator(".runnable .nb-run").first).to_be_visible()
    assert page.locator(".runnable").nth(1).bounding_box() == before


def test_where_no_kernel_is_to_be_had_code_runs_on_the_device_and_may_do_nothing_else(
    full, supply, served, address
):
    _, home = supply(
        **{"pyodide.mjs": (Path(__file__).parent / "stand_in_pyodide.mjs").read_bytes()}
    )
    asked = []
    full.on("request", lambda request: asked.append(request))
    full.goto(address)
    second = full.locator(".runnable").nth(1)
    outputs = second.locator(".nb-outputs")
    here = second.get_by_role("button", name="Run on this device")
    second.get_by_role("button", name="Run block 2").click()
    expect(full.locator("[data-run-state]").first).to_contain_text("Your place in line: 3")
    assert not any("/practice/" in each.url for each in asked)

    here.click()
    expect(second.locator(".nb-says")).to_contain_text("at most 0.1 MB")
    assert not any("wasm" in each.url for each in asked)
    second.get_by_role("button", name="Fetch Python and run").click()

    expect(outputs).to_have_text("here: print(answer + 1) []")
    expect(full.locator(".nb-outputs").first).to_have_text("here: print(answer) []")
    expect(second.locator("[data-run-state]")).to_have_text(
        "Done on this device. Nothing here counts."
    )
    assert not any("cookie" in each.all_headers() for each in asked if home in each.url)

    def run(code):
        second.locator(".cm-content").fill(code)
        full.keyboard.press("Control+Enter")

    run("import pandas as pd")
    expect(outputs).to_have_text("here: import pandas as pd [pandas 600,numpy 500]")
    run(f"#attack {served}")
    expect(outputs).to_contain_text('"socket"')
    said = json.loads(outputs.inner_text())
    assert said.pop("origin") == "null"
    assert set(said.values()) == {"refused"}
    run("#wait")
    second.get_by_role("button", name="Stop").click()
    expect(second.locator("[data-run-state]")).to_contain_text("has forgotten its values")
    run("again")
    expect(outputs).to_have_text("here: again []")


def test_a_note_is_saved_as_it_is_written_and_never_over_another_tab(
    context, address, session, place, find
):
    def stored():
        session.expire_all()
        session.rollback()
        return note_queries.note(session, place, find(place, "counting")).text

    here, there = context.new_page(), context.new_page()
    here.goto(address)
    there.goto(address)
    here.get_by_label("Your note on this lesson").fill("from here")
    expect(here.locator("[data-note-says]")).to_contain_text("Note saved at")
    assert stored() == "from here"

    there.get_by_label("Your note on this lesson").fill("from there")

    expect(there.locator("[data-note-theirs] pre")).to_have_text("from here")
    assert stored() == "from here"
    expect(there.get_by_label("Your note on this lesson")).to_have_value("from there")
    there.get_by_role("button", name="Save the note").click()
    expect(there.locator("[data-note-says]")).to_contain_text("Note saved at")
    assert stored() == "from there"
