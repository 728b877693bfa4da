"""Plots and widgets of a true kernel in the page: drawn, moved, answered, and at an end with it."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect

from .conftest import Site, Watch
from .test_whole_path import _enrol, _paste

pytestmark = [pytest.mark.browser, pytest.mark.kernel]

INTERACT = """
import ipywidgets as widgets
@widgets.interact(n=(0, 10), name="Fez", kind=["flat", "steep"])
def square(n=3, name="", kind=""):
    print("square", n * n, name, kind)
"""
BUTTON = """
bar = widgets.IntProgress(max=10)
place, button = widgets.Output(), widgets.Button(description="Go on")
def go_on(_):
    bar.value += 3
    print("outside", bar.value)
    with place:
        print("inside", bar.value)
button.on_click(go_on)
display(widgets.VBox([button, bar, place]))
bar
"""
PLOT = """
import plotly.express as px
px.line(x=[1, 2, 3], y=[2, 1, 3], title="Rain")
"""
MOVED_PLOT = """
widgets.interact(lambda n: px.bar(x=["Fez"], y=[n], title=f"Rain {n}"), n=(1, 5));
"""


FOLDED = """
widgets.Accordion([widgets.Text(description="within")], titles=["More"])
"""


@dataclass
class Line:
    """The connection to the relay: the types of what the page has said, and how to cut it."""

    said: list[str] = field(default_factory=list)
    socket: WebSocketRoute | None = None

    def lay(self, socket: WebSocketRoute) -> None:
        self.socket, server = socket, socket.connect_to_server()

        def heard(text: str | bytes) -> None:
            self.said.append(json.loads(text)["type"])
            server.send(text)

        socket.on_message(heard)

    def cut(self) -> None:
        assert self.socket is not None
        self.socket.close()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def notebook(site: Site, chromium: Browser, watch: Watch, line: Line) -> Iterator[Page]:
    """A notebook whose Python is ready; no page of it may ask elsewhere or be refused anything."""
    with chromium.new_context(locale="en-GB") as context:
        watch.follow(context)
        page = context.new_page()
        page.route_web_socket("**/kernels", line.lay)
        course = _enrol(page, site, "Aya Bennis", f"aya-{id(page)}@example.org")
        page.goto(f"{course}/assignments/measures/notebook")
        expect(page.locator("#nb-kernel")).to_have_text("Python is ready", timeout=20_000)
        yield page
    assert (watch.elsewhere, watch.refused) == ([], [])


def run(page: Page, code: str) -> Locator:
    """The outputs of a new cell with this code, once it is done."""
    page.locator("[data-do=append-code]").click()
    _paste(page, "[data-cell]:last-child .cm-content", code.strip())
    page.keyboard.press("Control+Enter")
    cell = page.locator("#notebook > [data-cell]").last
    expect(cell.locator(".nb-count")).to_have_text(re.compile(r"\d"), timeout=20_000)
    number = cell.get_attribute("data-cell")
    return page.locator(f"[data-cell='{number}'] .nb-outputs")


def test_widgets_move_python_and_python_moves_widgets_until_it_ends(notebook: Page):
    moved = run(notebook, INTERACT)
    frame = moved.frame_locator(".nb-frame")
    expect(frame.locator(".widget-output")).to_have_text(re.compile("square 9 Fez flat"))

    frame.get_by_role("slider", name="n").focus()
    notebook.keyboard.press("ArrowRight")
    expect(frame.locator(".widget-output")).to_have_text(re.compile("square 16 Fez flat"))
    frame.get_by_label("name").fill("Rabat")
    frame.get_by_label("kind").select_option("steep")
    expect(frame.locator(".widget-output")).to_have_text(re.compile("square 16 Rabat steep"))

    pressed = run(notebook, BUTTON)
    first, second = (pressed.frame_locator(".nb-frame").nth(place) for place in (0, 1))
    second.locator(".progress-bar").wait_for(state="attached")
    first.get_by_role("button").press("Enter")
    first.get_by_role("button").press("Enter")
    expect(first.locator(".widget-output")).to_have_text(re.compile(r"inside 3\s+inside 6"))
    expect(pressed).to_have_text(re.compile(r"outside 3\s+outside 6"))
    for each in (first, second):
        expect(each.locator(".progress-bar")).to_have_attribute("style", re.compile("width: 60%"))

    notebook.locator("details.menu[name=nb-more] > summary").click()
    notebook.locator("[data-do=restart]").click()
    expect(moved).to_contain_text("nothing answers it")
    expect(pressed.get_by_text("nothing answers it")).to_have_count(1)
    expect(frame.locator(".widgets[inert]")).to_have_count(1)
    # The neighbour of a cell that is moved is put elsewhere, and draws its frames once more.
    first.locator("body").evaluate("(body) => { body.dataset.before = 'yes'; }")
    moved.evaluate("(outputs) => outputs.closest('[data-cell]').focus()")
    notebook.keyboard.press("Control+Shift+ArrowDown")
    expect(first.locator("body:not([data-before]) .widgets[inert]")).to_contain_text("inside 6")


def test_what_is_dragged_speaks_in_its_turn_and_waits_for_a_link_that_was_cut(
    notebook: Page, line: Line
):
    frame = run(notebook, INTERACT.replace("10", "999")).frame_locator(".nb-frame")
    shown, slider = frame.locator(".widget-output"), frame.get_by_role("slider")
    expect(shown).to_contain_text("square 9")
    box = slider.bounding_box()
    assert box is not None
    line.said.clear()
    begun = time.monotonic()

    notebook.mouse.move(box["x"] + 5, box["y"] + 5)
    notebook.mouse.down()
    for place in range(150):
        notebook.mouse.move(box["x"] + 10 + place % 90, box["y"] + 5)
        notebook.wait_for_timeout(10)
    notebook.mouse.up()
    value = int(frame.locator(".widget-readout").inner_text())
    expect(shown).to_contain_text(f"square {value * value} ")
    # It moved a hundred and fifty times; ten in a second is what a widget can say.
    assert 2 <= line.said.count("comm_msg") <= 2 + 10 * (time.monotonic() - begun)

    line.cut()
    expect(notebook.locator("#nb-kernel")).to_contain_text("No connection")
    slider.press("ArrowRight")
    expect(shown).to_contain_text(f"square {(value + 1) ** 2} ", timeout=10_000)


def test_what_folds_is_opened_by_a_key(notebook: Page):
    run(notebook, "import ipywidgets as widgets")
    frame = run(notebook, FOLDED).frame_locator(".nb-frame")
    expect(frame.get_by_label("within")).to_be_hidden()
    frame.get_by_role("button", name="More").press("Enter")
    expect(frame.get_by_label("within")).to_be_visible()


def test_plots_are_drawn_also_where_a_widget_moves_them(notebook: Page):
    drawn = run(notebook, PLOT).frame_locator(".nb-frame")
    expect(drawn.locator(".gtitle")).to_have_text("Rain", timeout=15_000)
    expect(drawn.locator(".scatterlayer path.js-line")).to_have_count(1)

    run(notebook, "import ipywidgets as widgets")
    frame = run(notebook, MOVED_PLOT).frame_locator(".nb-frame")
    expect(frame.locator(".gtitle")).to_have_text("Rain 3", timeout=15_000)
    frame.get_by_role("slider").focus()
    notebook.keyboard.press("End")
    expect(frame.locator(".gtitle")).to_have_text("Rain 5", timeout=15_000)
