"""The feedback page: what it says, in which language, and what it never does."""

import json
import re
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe

from lms.core.i18n import say
from lms.grading.feedback_page import POLICY, Feedback, page
from lms.grading.feedback_safety import clean_output
from lms.grading.laying_in import Copy
from lms.grading.marking import Mark, Verdict
from lms.grading.policy import score


def executed(*cells):
    """An executed notebook with these cells, in which each has an id."""
    told = [{"id": f"c{number}", **cell} for number, cell in enumerate(cells)]
    return json.dumps({"cells": told, "metadata": {"language_info": {"name": "python"}}}).encode()


def code(source, *outputs, grade_id=None, **jazari):
    metadata = {"nbgrader": {"grade_id": grade_id}} if grade_id else {}
    metadata |= {"jazari": jazari} if jazari else {}
    return {"cell_type": "code", "source": source, "outputs": outputs, "metadata": metadata}


def text(source, **more):
    return {"cell_type": "markdown", "source": source, "metadata": {}, **more}


def shown(media, text, plain="instead"):
    data = {media: text, "text/plain": plain}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def printed(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def body(html):
    """The page below its style and policy."""
    return html[html.index("<body>") :]


FAILED = Mark(
    "q1",
    0.0,
    2.5,
    Verdict.FAILED,
    say("Expected {expected}, but got {came}.", expected="<b>4</b>", came="5"),
    code="assert double(2) == 4",
    hint={"fr": "Pensez à zéro.", "*": "Think of zero."},
)


def test_each_graded_cell_says_what_became_of_it():
    feedback = Feedback(
        "Doubling", say("Every cell was run."), [FAILED], comments={"q1": ["See <me>."]}
    )
    html = body(page(executed(code("double = 1", grade_id="q1")), feedback, "en"))

    assert '<a href="#mark-1"><bdi class="name">q1</bdi></a>' in html
    assert 'id="mark-1"' in html
    assert "0 of 2.5 points" in html
    assert "Not passed" in html
    assert '<code dir="ltr">&lt;b&gt;4&lt;/b&gt;</code>' in html
    assert "assert double(2) == 4" in html
    assert "Think of zero." in html
    assert "See &lt;me&gt;." in html


def test_the_title_of_a_text_is_a_heading_below_that_of_the_page():
    html = body(page(executed(text("# One & two\n\nThree.")), Feedback("Doubling", None, []), "en"))

    assert '<h2 class="text-title">One &amp; two</h2>' in html


@pytest.mark.parametrize(
    ("locale", "direction", "words"),
    [
        ("ar", "rtl", "غير ناجح"),
        ("fr", "ltr", "2,5"),
        ("zgh", "ltr", "ⵜⴰⵎⴰⵡⵉⵏ"),
        ("zgh-Latn", "ltr", "Tamawin"),
    ],
)
def test_it_speaks_the_language_of_its_reader(locale, direction, words):
    html = page(
        executed(code("print(1)", printed("1"), grade_id="q1")),
        Feedback("T", None, [FAILED]),
        locale,
    )

    assert f'<html lang="{locale}" dir="{direction}">' in html
    assert words in html
    assert '<pre class="code" dir="ltr"' in html
    assert "Not passed" not in html


@pytest.mark.parametrize(
    ("kept", "words"), [(1.0, "Together"), (0.5, "Together, after lateness")], ids=["all", "late"]
)
def test_the_points_are_summed_as_on_the_site(kept, words):
    marks = [replace(FAILED, score=2.0), replace(FAILED, grade_id="q2", score=None)]
    html = body(page(None, Feedback("T", None, marks, score(marks, kept=kept)), "en"))

    assert f'<th scope="row">{words}</th>' in html
    assert f"{2 * kept:g} of 5 points" in html


def test_outputs_are_shown_as_what_they_are():
    outputs = [
        printed('\x1b[31mred <b>\x1b[0m\x1b[38;5;28m style="x"\x1b[0m'),
        printed("warned", "stderr"),
        shown("image/png", "iVBORw0="),
        shown("text/html", "<table><tr><td>7</td></tr></table>"),
        shown("text/latex", "$x^2$"),
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["my line"]},
    ]
    html = body(page(executed(code("f()", *outputs)), Feedback("T"), "en"))

    assert '<span class="ansi-red-fg">red &lt;b&gt;</span>' in html
    assert " style=&#34;x&#34;" in html
    assert ' style="' not in html
    assert '<pre class="stderr">warned</pre>' in html
    assert '<img src="data:image/png;base64,iVBORw0=" alt="Picture that cell 1 put out">' in html
    assert "<td>7</td>" in html
    assert "<msup>" in html
    assert "my line" in html
    assert "instead" not in html


def test_a_text_is_shown_with_its_formulas_and_the_pictures_in_it():
    cell = text(
        "# Why\n\n$a_1$ <b onclick=f()>x</b>", attachments={"p.png": {"image/png": "iVBORw0="}}
    )
    html = body(page(executed(cell), Feedback("T"), "en"))

    assert "<msub>" in html
    assert "onclick" not in html.replace("&lt;b onclick", "")
    assert '<img src="data:image/png;base64,iVBORw0=" alt="Picture in cell 1">' in html


@pytest.mark.parametrize(("why", "said"), [("cut", "too large"), ("withheld", "hidden tests")])
def test_outputs_that_are_lacking_are_accounted_for(why, said):
    cell = code("x", outputs=why)

    assert said in page(executed(cell), Feedback("T"), "en")


def test_a_refused_file_shows_why_and_the_cells_in_question():
    copies = [Copy("q1", 3, "x = 1 < 2"), Copy("q1", 7, "x = 2")]
    feedback = Feedback("T", say("Twice."), copies=copies, is_refused=True)
    html = body(page(None, feedback, "en"))

    assert "Twice." in html
    assert "Cell 3 of your notebook" in html
    assert "x = 1 &lt; 2" in html
    assert "Cell 7 of your notebook" in html


def test_a_marking_whose_notebook_was_not_kept_shows_its_marks():
    html = body(page(None, Feedback("T", None, [FAILED]), "en"))

    assert "was not kept" in html
    assert 'id="mark-1"' in html
    assert "Think of zero." in html


ATTACKS = {
    "a script": "<script>reach()</script>",
    "a handler": '<img src=x onerror="reach()"><b onmouseover="reach()">b</b>',
    "an address that is a script": '<a href="javascript:reach()">a</a>',
    "a frame": '<iframe src="https://e.example/f"></iframe><object data="//e.example"></object>',
    "a refresh": '<meta http-equiv="refresh" content="0;url=https://e.example/">',
    "a picture from elsewhere": '<img src="https://e.example/p.png" srcset="//e.example 2x">',
    "a style": "<style>@import url(https://e.example/s.css)</style>"
    '<p style="background:url(https://e.example/b)">p</p>'
    "<link rel=stylesheet href=//e.example>",
    "a drawing": '<svg onload="reach()"><script>reach()</script>'
    '<image href="https://e.example/i"/></svg>',
    "a form": '<form action="https://e.example/"><input name=q autofocus onfocus=reach()></form>',
    "a base": '<base href="https://e.example/">',
    "a mutation": "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--><img src=1 onerror=reach()>'>",
    "an unfinished tag": '<img src="data:image/png;base64,AAAA"onerror=reach() x="',
}


@pytest.mark.parametrize("html", ATTACKS.values(), ids=ATTACKS)
def test_what_acts_or_reaches_out_is_cleaned_away(html):
    cleaned = clean_output(html)
    tags = re.findall(r"<(\w+)([^>]*)>", cleaned)

    assert {name for name, _ in tags} <= {"img", "b", "p", "table", "tbody"}
    assert not re.search(r"\son\w+|style|https?:|//|javascript", "".join(rest for _, rest in tags))


def test_markup_of_which_nothing_is_left_gives_way_to_the_plain_text():
    html = body(
        page(
            executed(code("fig", shown("text/html", "<script>f()</script>"))),
            Feedback("T"),
            "en",
        )
    )

    assert "<pre>instead</pre>" in html


@pytest.mark.parametrize("many", ["<div>", "<li><dd>", "<div></x>", "<DIV a=1>"])
def test_markup_that_would_take_long_to_read_is_left_out(many):
    assert clean_output(f"{many * (180_000 // len(many))}end") in ("", "end")


def test_long_tables_are_no_deep_markup():
    row = "<tr><td>7<td><p>8<br>9</td></tr>"

    assert clean_output(f"<table>{row * 2000}</table>").count("<tr>") == 2000


def test_the_policy_in_the_page_is_the_one_that_is_served():
    html = page(None, Feedback("T"), "en")

    assert f'content="{POLICY}"' in html.replace("&#39;", "'")
    assert "unsafe" not in POLICY
    assert "script-src" not in POLICY


def test_a_page_of_a_hostile_size_is_made_all_the_same():
    outputs = [printed("\x1b[31mx" * 20_000), shown("text/html", "<b>" * 60_000)]
    html = page(
        executed(code("x = [" * 40_000, *outputs), text("> " * 90_000)),
        Feedback("T"),
        "en",
    )

    assert len(html) < 1_500_000


@pytest.mark.browser
def test_nothing_in_it_runs_and_nothing_reaches_out(chromium, tmp_path):
    outputs = [
        shown(media, html) for html in ATTACKS.values() for media in ("text/html", "text/markdown")
    ]
    outputs += [shown("image/svg+xml", ATTACKS["a drawing"])]
    outputs += [shown("application/vnd.plotly.v1+json", "{}"), printed(ATTACKS["a script"])]
    cells = [code("f()", *outputs, grade_id="q1"), *map(text, ATTACKS.values())]
    hostile = Mark("q1", 0.0, 1.0, Verdict.FAILED, say("{told}", told=ATTACKS["a script"]))
    file = tmp_path / "feedback.html"
    file.write_text(page(executed(*cells), Feedback(ATTACKS["a handler"], None, [hostile]), "ar"))
    asked, said = [], []
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    context.expose_function("reach", lambda: said.append("reached"))
    context.on("request", lambda request: asked.append(request.url))
    tab = context.new_page()
    tab.goto(file.as_uri())
    tab.wait_for_timeout(300)

    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert said == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    assert tab.locator("h1").inner_text() == ATTACKS["a handler"]
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("locale", ["ar", "en"])
def test_everybody_can_read_it(chromium, tmp_path, locale):
    outputs = [
        printed("one"),
        printed("\x1b[31mred \x1b[32mgreen \x1b[33myellow \x1b[34mblue\x1b[0m", "stderr"),
        shown("image/png", "iVBORw0="),
        shown("text/html", "<table><tr><th>a</th></tr><tr><td>7</td></tr></table>"),
    ]
    cells = [
        code("f(1) or g()", *outputs, grade_id="q1"),
        text("# A\n\n$x$"),
        code("x", outputs="cut"),
    ]
    waiting = Mark("q2", None, 5.0, Verdict.MANUAL, say("A person will mark this."))
    feedback = Feedback(
        "T", say("Every cell was run."), [FAILED, waiting], comments={"q1": ["Well."]}, back="/"
    )
    file = tmp_path / "feedback.html"
    file.write_text(page(executed(*cells), feedback, locale))
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    tab = context.new_page()
    tab.goto(file.as_uri())
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(tab, options={"runOnly": rules}).response["violations"]

    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    context.close()
