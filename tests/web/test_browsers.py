"""What our pages ask of a browser stays within what docs/operating.md says (section Browsers)."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STYLES = [
    *sorted((ROOT / "static/css").glob("*.css")),
    ROOT / "lms/grading/templates/feedback/feedback.css",
]
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))

#: What Safari 16.4, Firefox 115 or Chrome 120 do not know, and what pages would not survive.
STYLES_BEYOND = re.compile(
    r"@(?:scope|starting-style|view-transition|position-try|function)\b"
    r"|(?:anchor|anchor-size|if|sibling-index|contrast-color|progress)\("
    r"|(?:rgb|hsl|oklch|color)\(from\s"
    r"|:(?:popover-open|open|user-valid|user-invalid|has-slotted|state\()"
    r"|^\s*&|(?:field-sizing|interpolate-size|position-anchor|text-box|animation-timeline)\s*:",
    re.MULTILINE,
)
SCRIPTS_BEYOND = re.compile(
    r"\bPromise\.(?:withResolvers|try)\b|\b(?:Object|Map)\.groupBy\b|\bArray\.fromAsync\b"
    r"|\bAbortSignal\.any\b|\bURL\.(?:canParse|parse)\b|\bRegExp\.escape\b|\bIterator\.\w|\bTemporal\."
    r"|\brequestIdleCallback\(|\bscheduler\.\w|\bMath\.sumPrecise\b|\bIntl\.DurationFormat\b"
    r"|\.(?:isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference|intersection)\("
    r"|\.(?:toBase64|toHex|setFromBase64|isWellFormed|toWellFormed|checkVisibility)\("
    r"|\.(?:showPopover|hidePopover|togglePopover|moveBefore|setHTML|startViewTransition)\("
    r"|\bUint8Array\.from(?:Base64|Hex)\b|\bfrom '[^']+' with \{|\bawait using\b"
    r"|\)/[a-z]*v[a-z]*[.,;)]"
)


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def shown(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.name)


@shown(STYLES)
def test_a_style_asks_for_nothing_that_a_browser_in_use_does_not_know(path):
    assert STYLES_BEYOND.findall(without_comments(path.read_text())) == []


@shown(SCRIPTS)
def test_a_script_asks_for_nothing_that_a_browser_in_use_does_not_know(path):
    assert SCRIPTS_BEYOND.findall(path.read_text()) == []


def test_what_is_beyond_them_would_be_found():
    assert STYLES_BEYOND.search("@scope (.card) { a { color: red; } }")
    assert STYLES_BEYOND.search("a {\n  &:hover { color: red; }\n}")
    assert SCRIPTS_BEYOND.search("const { promise } = Promise.withResolvers();")
    assert SCRIPTS_BEYOND.search("const letters = word.match(/\\p{L}(?:a)/v);")


@shown([path for path in STYLES if "light-dark(" in path.read_text()])
def test_a_colour_by_light_dark_has_its_light_one_for_browsers_without(path):
    css = without_comments(path.read_text())
    paired = dict(re.findall(r"(--[\w-]+): light-dark\((#\w+), #\w+\)", css))
    without = re.search(r"@supports not \(color: light-dark\([^{]*\{\s*:root[^{]*\{([^}]*)\}", css)

    assert without is not None
    assert dict(re.findall(r"(--[\w-]+): (#\w+);", without[1])) == paired
    assert css.count("light-dark(#") - len(paired) == 1 + len(
        re.findall(r" color: light-dark", css)
    )


@shown(STYLES)
def test_a_sign_that_is_not_read_aloud_is_shown_by_browsers_that_cannot_keep_silent(path):
    css = without_comments(path.read_text())
    for sign in re.findall(r'content: ([^;{}]+) / "";', css):
        assert f'content: {sign}; content: {sign} / "";' in css


@shown(STYLES)
def test_a_part_that_not_every_browser_has_stands_in_no_list_of_others(path):
    """A browser that does not know one selector of a list leaves the whole rule out."""
    lists = re.findall(r"([^{};]+)\{", without_comments(path.read_text()))
    doubtful = [each for each in lists if "::details-content" in each or "::highlight" in each]

    assert all("," not in each or each.startswith("@") for each in doubtful)
