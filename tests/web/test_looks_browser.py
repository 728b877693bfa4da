"""What only a browser shows: the colours that were chosen, and what was typed before."""

import threading

import pytest
from werkzeug.serving import make_server

pytestmark = pytest.mark.browser

DARK, LIGHT = "rgb(16, 24, 28)", "rgb(251, 250, 246)"


@pytest.fixture
def served(site):
    """The site on a port of its own."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_pages_are_dark_by_choice_on_a_light_device_and_the_reverse_without_scripts(
    served, chromium
):
    def ground(page):
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    for device, choice, colours in (
        ("light", "dark", [LIGHT, DARK]),
        ("dark", "light", [DARK, LIGHT]),
    ):
        with chromium.new_context(color_scheme=device, java_script_enabled=False) as context:
            page = context.new_page()
            page.goto(f"{served}/appearance/")
            before = ground(page)
            page.check(f"input[name=theme][value={choice}]")
            page.check("input[name=text_size][value=largest]")
            page.click("main form button[type=submit]")
            page.goto(f"{served}/account/sign-in")

            assert [before, ground(page)] == colours
            size = page.evaluate("getComputedStyle(document.documentElement).fontSize")
            assert float(size.removesuffix("px")) == pytest.approx(16 * 1.45, abs=0.1)


def test_another_language_keeps_the_page_and_what_was_typed_but_no_password(served, chromium):
    with chromium.new_context(locale="en-GB") as context:
        page = context.new_page()
        page.goto(f"{served}/account/sign-up?next=/courses/first-numbers")
        page.fill("#name", "Zineb")
        page.fill("#password", "a sentence to remember")

        page.click(".site-tools summary >> nth=0")
        page.click("button[name=locale][value=ar]")

        page.wait_for_selector("html[lang=ar]")
        assert page.url.endswith("/account/sign-up?next=/courses/first-numbers")
        assert [page.input_value("#name"), page.input_value("#password")] == ["Zineb", ""]
