"""What people write as HTML: code, links and formulas, and nothing that does harm."""

import time

import pytest

from lms.learning.help_rules import LONGEST_TEXT
from lms.learning.help_text import rendered

LONG = LONGEST_TEXT


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("One\n\ntwo", "<p>One</p>\n<p>two</p>", id="paragraphs"),
        pytest.param("`a < b`", '<code dir="ltr">a &lt; b</code>', id="code within a line"),
        pytest.param("- a\n- b", "<li>a</li>", id="lists"),
        pytest.param("```\n<b>\n```", "&lt;b&gt;\n</code></pre>", id="a block of code"),
        pytest.param("    x", 'dir="ltr" tabindex="0"', id="code that is moved in"),
        pytest.param("$x^2$", "<msup><mi>x</mi><mn>2</mn></msup>", id="formulas"),
        pytest.param("$\\nothing{$", '<code dir="ltr">', id="what is no formula is code"),
        pytest.param("# not a title", "<p># not a title</p>", id="a comment is no heading"),
        pytest.param("<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;", id="no HTML"),
        pytest.param("<script>x()</script>", "&lt;script&gt;", id="no script"),
        pytest.param("![a](https://x.example/a.png)", '!<a href="https://x.ex', id="no pictures"),
    ],
)
def test_a_text_reads_as_written(written, shown):
    assert shown in rendered(written, "en")


@pytest.mark.parametrize(
    ("address", "host"),
    [
        pytest.param("https://docs.python.org/3/", "docs.python.org", id="plain"),
        pytest.param("https://good.example@evil.example/", "evil.example", id="with a user"),
        pytest.param("https://аpple.example/", "xn--pple-43d.example", id="in look-alikes"),
    ],
)
def test_a_link_shows_where_it_leads_and_is_followed_by_nobody_for_us(address, host):
    html = rendered(f"[here]({address})", "en")

    assert 'rel="nofollow ugc noopener noreferrer"' in html
    assert f'>here</a> (<code dir="ltr">{host}</code>)' in html


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,<script>x()</script>",
        "vbscript:x",
        "mailto:somebody@fez.example",
        "/account/sign-out",
        "//evil.example",
        "https:///nowhere",
        "https://[oh/",
    ],
)
def test_what_is_no_address_of_the_web_is_no_link(address):
    assert "<a" not in rendered(f"[here]({address}) <{address}>", "en")


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("[" * LONG, id="brackets"),
        pytest.param("> " * LONG, id="quotes in quotes"),
        pytest.param("- " * LONG, id="lists in lists"),
        pytest.param("*a **b " * LONG, id="emphasis without end"),
        pytest.param("".join("`" * n + " " for n in range(150)), id="backticks"),
        pytest.param("![[](" * LONG, id="links without end"),
        pytest.param("$a$ " * LONG, id="formulas"),
        pytest.param("$" + "{" * LONG, id="deep formulas"),
        pytest.param("```javascript\n" + "`${" * LONG, id="code that is slow to colour"),
        pytest.param("\n".join(" " * 2 * n + "- a" for n in range(100)), id="deep lists"),
        pytest.param("x" * 1_000_000, id="a megabyte"),
        pytest.param("😀‮" * LONG, id="signs"),
    ],
)
def test_a_text_made_to_be_slow_is_not(written):
    rendered("warm", "en")
    began = time.process_time()

    html = rendered(written, "en")

    assert time.process_time() - began < 2
    assert len(html) < 100 * LONG
