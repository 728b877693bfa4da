"""Mathematics written in TeX, as MathML that browsers and screen readers understand."""

import html
import re
import unicodedata
from functools import lru_cache
from xml.etree.ElementTree import Element

from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element

from lms.core.errors import Refused
from lms.core.i18n import N_

LONGEST_FORMULA = 2000
DEEPEST_FORMULA = 30

#: The elements of MathML Core that may leave here, and how many children each must have.
ELEMENTS: dict[str, int | None] = {
    "math": None, "mrow": None, "mi": 0, "mn": 0, "mo": 0, "mtext": 0, "mspace": 0,
    "mfrac": 2, "msqrt": None, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3,
    "munder": 2, "mover": 2, "munderover": 3, "mtable": None, "mtr": None, "mtd": None,
    "mstyle": None, "mpadded": None, "mphantom": None,
}  # fmt: skip

#: Attributes of MathML Core that say how a formula is built, never where it leads.
ATTRIBUTES = frozenset({
    "accent", "accentunder", "depth", "displaystyle", "fence", "form", "height", "linethickness",
    "lspace", "maxsize", "minsize", "movablelimits", "rspace", "scriptlevel", "stretchy", "width",
})  # fmt: skip

_ENVIRONMENTS = frozenset({
    "align", "align*", "aligned", "array", "cases", "matrix", "bmatrix", "pmatrix", "vmatrix",
    "Vmatrix", "Bmatrix", "split", "smallmatrix",
})  # fmt: skip
_TAKE_LIMITS = frozenset({
    "∑", "∏", "⋃", "⋂", "max", "min", "sup", "inf", "lim", "arg\u2009max", "arg\u2009min", "det",
    "gcd", "Pr", "argmax", "argmin",
})  # fmt: skip
_ALPHABETS = {
    "bold": "BOLD", "italic": "ITALIC", "bold-italic": "BOLD ITALIC", "script": "SCRIPT",
    "double-struck": "DOUBLE-STRUCK", "fraktur": "FRAKTUR", "sans-serif": "SANS-SERIF",
    "monospace": "MONOSPACE",
}  # fmt: skip
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}]", re.DOTALL)

#: Known to the converter, and refused: they lead elsewhere, or dress a formula by hand.
_REFUSED = frozenset({
    "\\href", "\\style", "\\class", "\\color", "\\textcolor", "\\rule", "\\unicode", "\\def",
    "\\newcommand", "\\boxed", "\\fbox", "\\cancel", "\\bcancel", "\\xcancel", "\\hline", "\\tag",
})  # fmt: skip

#: The converter's exceptions have no root of their own, and some are Python's.
_UNCLOSED = (
    exceptions.ExtraLeftOrMissingRightError,
    exceptions.MissingEndError,
    exceptions.NoAvailableTokensError,
)
_UNREADABLE = (
    exceptions.DenominatorNotFoundError,
    exceptions.DoubleSubscriptsError,
    exceptions.DoubleSuperscriptsError,
    exceptions.InvalidStyleForGenfracError,
    exceptions.InvalidAlignmentError,
    exceptions.InvalidWidthError,
    exceptions.LimitsMustFollowMathOperatorError,
    exceptions.MissingSuperScriptOrSubscriptError,
    exceptions.NumeratorNotFoundError,
    AttributeError,
    LookupError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
)


class FaultyMathematics(Refused):
    """A formula that cannot be shown as its author meant it."""

    message = N_("This formula cannot be read: {formula}")


class UnknownCommand(FaultyMathematics):
    """TeX that this converter does not know; it would be shown as it is written."""

    message = N_("{command} is not known in a formula.")


class UnbalancedFormula(FaultyMathematics):
    """An opening brace, bracket or environment without its end, or the other way round."""

    message = N_("Something opened in this formula is not closed, or the reverse: {formula}")


class IncompleteFormula(FaultyMathematics):
    """A command without one of the things it needs."""

    message = N_(
        "Something is missing in this formula, such as the second part of a fraction: {formula}"
    )


class FormulaTooLarge(FaultyMathematics):
    """Longer or deeper than any formula a person reads."""

    message = N_("A formula may have at most {most} characters and {deepest} levels of braces.")


@lru_cache(maxsize=4096)
def mathml(tex: str, *, display: bool) -> str:
    """``tex`` as one ``<math>`` element that keeps its TeX as alternative text and annotation.

    Only elements and attributes of MathML Core come out. Raises
    FaultyMathematics when a command is unknown or something is not closed.
    """
    _check(tex)
    try:
        tree = convert_to_element(_rewritten(tex), display="block" if display else "inline")
    except _UNCLOSED:
        raise UnbalancedFormula(formula=tex) from None
    except _UNREADABLE:
        raise FaultyMathematics(formula=tex) from None
    body = "".join(_written(child, tex) for child in tree)
    source = html.escape(tex.strip())
    mode = "block" if display else "inline"
    return (
        f'<math display="{mode}" dir="ltr" alttext="{source}"><semantics>{body}'
        f'<annotation encoding="application/x-tex">{source}</annotation></semantics></math>'
    )


def _check(tex: str) -> None:
    """Refuse what the converter would silently show wrong, or what would exhaust it."""
    if len(tex) > LONGEST_FORMULA:
        raise FormulaTooLarge(most=LONGEST_FORMULA, deepest=DEEPEST_FORMULA)
    if not tex.strip():
        raise IncompleteFormula(formula=tex)
    depth = deepest = 0
    for token in _TOKEN.findall(tex):
        if token in ("{", "\\begin", "\\left"):
            depth += 1
        elif token in ("}", "\\end", "\\right"):
            depth -= 1
        elif token in _REFUSED:
            raise UnknownCommand(command=token)
        if depth < 0:
            raise UnbalancedFormula(formula=tex)
        deepest = max(deepest, depth)
    if depth:
        raise UnbalancedFormula(formula=tex)
    if deepest > DEEPEST_FORMULA or tex.count("\\sqrt") > DEEPEST_FORMULA:
        raise FormulaTooLarge(most=LONGEST_FORMULA, deepest=DEEPEST_FORMULA)
    for name in re.findall(r"\\begin\s*\{([^}]*)\}", tex):
        if name not in _ENVIRONMENTS:
            raise UnknownCommand(command=f"\\begin{{{name}}}")


def _rewritten(tex: str) -> str:
    """``tex`` with what the converter lacks said in commands that it has."""
    tex = re.sub(r"\\(begin|end)\s*\{align(?:ed)?\}", r"\\\1{align*}", tex)
    tex = re.sub(r"\\operatorname\*\s*\{\s*arg\s*(?:\\,)?\s*(max|min)\s*\}", r"\\arg\1", tex)
    tex = re.sub(r"\\arg\s*\\(max|min)(?![A-Za-z])", r"\\arg\1 ", tex)
    tex = re.sub(r"\\arg(?![A-Za-z])", r"\\operatorname{arg}", tex)
    return tex.replace("\\operatorname*", "\\operatorname")


def _written(element: Element, tex: str) -> str:
    """``element`` as text; names, attributes and characters are all written here."""
    tag = element.tag
    if tag not in ELEMENTS:
        found = re.search(r"\\(?:fbox|boxed|[bx]?cancel|[A-Za-z]+)", tex)
        raise UnknownCommand(command=found[0] if found else tex)
    wanted = ELEMENTS[tag]
    children = list(element)
    if wanted is not None and len(children) != wanted:
        raise IncompleteFormula(formula=tex)
    attributes = {name: value for name, value in element.items() if name in ATTRIBUTES}
    if children and tag in ("msub", "msup", "msubsup") and _takes_limits(children[0]):
        tag = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}[tag]
        children[0].set("movablelimits", "true")
    if element.get("columnalign") in ("left", "right"):
        attributes["class"] = "align-start" if element.get("columnalign") == "left" else "align-end"
    if tag == "mspace" and element.get("linebreak"):
        raise UnknownCommand(command="\\\\")
    if attributes.get("width") == "negativethinmathspace":
        attributes["width"] = "-0.167em"
    text = _characters(element, attributes, tex)
    shown = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
    inner = text + "".join(_written(child, tex) for child in children)
    return f"<{tag}{shown}>{inner}</{tag}>"


def _characters(element: Element, attributes: dict[str, str], tex: str) -> str:
    """The text of a token element, its letters taken from the alphabet it asks for."""
    text = html.unescape(element.text or "")
    if element.tag != "mtext" and (command := re.search(r"\\[A-Za-z]+", text)):
        raise UnknownCommand(command=command[0])
    if element.tag == "mi" and text == "&" and "\\&" not in tex:
        raise UnbalancedFormula(formula=tex)
    if element.tag == "mi" and text == "~":  # \sim, which the converter leaves in ASCII
        text = "\N{TILDE OPERATOR}"
    variant = element.get("mathvariant")
    if variant == "normal":
        attributes["mathvariant"] = "normal"
    elif variant in _ALPHABETS and element.tag != "mtext":
        text = "".join(_letter(char, _ALPHABETS[variant]) for char in text)
    return html.escape(text)


def _takes_limits(base: Element) -> bool:
    return base.tag == "mo" and html.unescape(base.text or "") in _TAKE_LIMITS


def _letter(char: str, alphabet: str) -> str:
    """``char`` in a mathematical alphabet, by its name in Unicode; else itself."""
    name = unicodedata.name(char, "")
    script, _, rest = name.partition(" ")
    plain = rest.replace("LETTER ", "") if script in ("LATIN", "GREEK") else name
    for wanted in (f"MATHEMATICAL {alphabet} {plain}", f"{alphabet} {plain}"):
        try:
            return unicodedata.lookup(wanted)
        except KeyError:
            continue
    return char
