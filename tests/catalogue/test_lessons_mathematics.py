"""Mathematics in TeX becomes MathML that every current browser shows."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalogue.mathematics import (
    ATTRIBUTES,
    ELEMENTS,
    LONGEST_FORMULA,
    FaultyMathematics,
    FormulaTooLarge,
    IncompleteFormula,
    UnbalancedFormula,
    UnknownCommand,
    mathml,
)


def shown(tex: str, *, display: bool = False) -> str:
    """The presentation of a formula, without what names its source."""
    written = mathml(tex, display=display)
    return written[written.index("<semantics>") + 11 : written.index("<annotation")]


FORMULAS = {
    "a fraction": (r"\frac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
    "a root": (r"\sqrt[3]{x}", "<mroot><mrow><mi>x</mi></mrow><mn>3</mn></mroot>"),
    "real numbers": (r"\mathbb{R}", "<mi>ℝ</mi>"),
    "several letters of one alphabet": (r"\mathbb{RE}", "<mi>ℝ</mi><mi>𝔼</mi>"),
    "a loss": (r"\mathcal{LN}", "<mi>ℒ</mi><mi>𝒩</mi>"),
    "a bold vector": (r"\mathbf{w}^\top", "<msup><mi>𝐰</mi><mo>⊤</mo></msup>"),
    "a bold Greek letter": (r"\boldsymbol{\beta}", "<mi>𝜷</mi>"),
    "an upright name": (r"\mathrm{d}x", "<mi>d</mi><mi>x</mi>"),
    "less than": ("a<b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
    "words": (r"\text{a & b}", "<mtext>a\N{NO-BREAK SPACE}&amp;\N{NO-BREAK SPACE}b</mtext>"),
    "the limits of a sum": (r"\sum_i x", "<munder><mo>∑</mo><mi>i</mi></munder>"),
    "the place of a maximum": (
        r"\operatorname*{arg\,max}_w",
        '<munder><mo movablelimits="true">arg\N{THIN SPACE}max</mo><mi>w</mi></munder>',
    ),
    "the same in two commands": (
        r"\arg\min_w",
        '<munder><mo movablelimits="true">arg\N{THIN SPACE}min</mo><mi>w</mi></munder>',
    ),
    "a distribution": (r"x \sim p", "<mi>∼</mi>"),
    "arrows are no brackets": (r"\leftarrow \rightarrow", "<mo>←</mo><mo>→</mo>"),
    "lines that align": (
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        '<mtr><mtd class="align-end"><mi>c</mi></mtd><mtd class="align-start"><mi></mi>',
    ),
}


@pytest.mark.parametrize(("tex", "part"), FORMULAS.values(), ids=FORMULAS.keys())
def test_a_formula_is_shown_as_meant(tex, part):
    assert part in shown(tex, display=True)


def test_a_formula_keeps_its_source_for_those_who_cannot_see_it():
    written = mathml(r"a < \frac{b}{c}", display=True)

    assert written.startswith(
        r'<math display="block" dir="ltr" alttext="a &lt; \frac{b}{c}"><semantics>'
    )
    assert written.endswith(
        r'<annotation encoding="application/x-tex">a &lt; \frac{b}{c}</annotation>'
        "</semantics></math>"
    )


FAULTY = {
    "an unknown command": (r"\foo{x}", UnknownCommand),
    "an unknown environment": (r"\begin{tikzpicture}x\end{tikzpicture}", UnknownCommand),
    "a link": (r"\href{https://e.org}{x}", UnknownCommand),
    "a style": (r"\style{color:red}{x}", UnknownCommand),
    "a colour": (r"\color{red}x", UnknownCommand),
    "a definition": (r"\def\a{b}", UnknownCommand),
    "a new line outside an environment": (r"a \\ b", UnknownCommand),
    "a brace that stays open": ("{a", UnbalancedFormula),
    "a brace that was not open": ("a}", UnbalancedFormula),
    "a bracket that stays open": (r"\left( x", UnbalancedFormula),
    "an environment that stays open": (r"\begin{matrix} 1", UnbalancedFormula),
    "a column mark outside a table": ("a & b", UnbalancedFormula),
    "a fraction of one part": (r"\frac{a}", IncompleteFormula),
    "nothing at all": (" ", IncompleteFormula),
    "a power of nothing": ("x^", FaultyMathematics),
    "two subscripts": ("x_a_b", FaultyMathematics),
    "a formula without end": ("x" * (LONGEST_FORMULA + 1), FormulaTooLarge),
    "braces in braces": ("{" * 31 + "x" + "}" * 31, FormulaTooLarge),
    "roots in roots": (r"\sqrt" * 200 + "x", FormulaTooLarge),
}


@pytest.mark.parametrize(("tex", "error"), FAULTY.values(), ids=FAULTY.keys())
def test_a_formula_that_would_be_shown_wrong_is_refused(tex, error):
    with pytest.raises(error):
        mathml(tex, display=False)


def test_a_formula_as_large_as_allowed_is_shown():
    assert shown("{" * 30 + "x" + "}" * 30)
    assert shown("x" * LONGEST_FORMULA)


PIECES = (
    r"\frac", r"\sqrt", r"\left(", r"\right)", r"\left.", r"\text", r"\hat", r"\sum", r"\min",
    r"\begin{matrix}", r"\end{matrix}", "\\\\", "&", "_", "^", "{", "}", "[", "]", "x", "1", "+",
    "<", ">", "'", r"\,", r"\mathbf", r"\binom", r"\overset", r"\not", r"\href", r"\color",
    r"\skew", r"\genfrac", r"\limits", r"\operatorname", r"\begin{cases}", r"\end{cases}",
    r"\substack", r"\xrightarrow", r"\hspace", r"\big", r"\middle|", "\\", "%", "#", "é", "~",
)  # fmt: skip


class Names(HTMLParser):
    """The names of elements and attributes in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes.update(name for name, _ in attrs)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=14).map(" ".join))
def test_any_text_is_shown_in_known_elements_or_refused(tex):
    try:
        written = mathml(tex, display=True)
    except FaultyMathematics:
        return

    names = Names(written)
    assert names.elements <= {*ELEMENTS, "semantics", "annotation"}
    assert names.attributes <= {
        *ATTRIBUTES, "display", "dir", "alttext", "encoding", "mathvariant", "class",
    }  # fmt: skip
