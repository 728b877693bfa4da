"""Every fault that a lesson can have by itself is told, with its line."""

import pytest

from lms.catalogue.lessons import LARGEST_LESSON, read_lesson

GOOD = """\
# Names

::: outcome
You can name a value.
:::

## First

Some text
on two lines.

::: check
Why?

::: answer
So.
:::
:::
"""


@pytest.fixture
def faults():
    def read(source: str | bytes) -> list[str]:
        found = []
        content = source.encode() if isinstance(source, str) else source
        text = read_lesson("names.en.md", content, "en", found)
        assert (text is None) == bool(found)
        return [str(fault) for fault in found]

    return read


def test_a_good_lesson_has_no_faults(faults):
    assert faults(GOOD) == []


TEXT = "on two lines."

#: What to change, into what, the line of the fault and words of its sentence.
FAULTS = {
    "no title": ("# Names", "Names", 1, "A lesson begins with its title"),
    "text before the title": ("# Names", "Hello\n\n# Names", 1, "A lesson begins with its title"),
    "an empty title": ("# Names", "#", 1, "The title of the lesson is empty."),
    "two titles": ("## First", "# First", 7, "A lesson has one title"),
    "a heading two levels down": ("## First", "### First", 7, "goes 2 levels down at once"),
    "an empty heading": ("## First", "##", 7, "This heading is empty."),
    "no outcome": ("::: outcome", "::: note", 1, "no '::: outcome' box"),
    "no check": ("::: check", "::: note", 1, "no '::: check' box"),
    "an empty box": ("You can name a value.\n", "", 3, "This box is empty."),
    "a check without answer": ("::: answer", "::: note", 12, "This check has no answer"),
    "an answer outside a check": ("::: outcome\nYou", "::: answer\nYou", 3, "inside a check"),
    "an outcome in a box": (TEXT, "\n::: note\n::: outcome\nx\n:::\n:::", 12, "inside another box"),
    "a title on a check": ("::: check", "::: check Well", 12, "takes no title of its own"),
    "an unknown box": (TEXT, "\n::: tip\nx\n:::", 11, "There is no box named tip"),
    "a box that is never closed": (TEXT, "\n::: note\nx", 11, "The box note is never closed"),
    "a box closed around another": (TEXT, "\n:::: note\n::: note\nx\n::::", 12, "never closed"),
    "a fence that closes nothing": (TEXT, ":::", 10, "closes no box"),
    "a fence too short to close": (TEXT, "\n:::: note\nx\n:::\n::::", 13, "closes no box"),
    "code that cannot be run": (TEXT, "\n```bash run\nls\n```", 11, "only after python"),
    "a word after the language": (TEXT, "\n```python go\n1\n```", 11, "only 'run' may stand"),
    "code that is never closed": (TEXT, "\n```python\nx", 11, "This block of code is never closed"),
    "code in no language": (TEXT, "\n```pyhton\nx\n```", 11, "Did you mean python?"),
    "a picture from elsewhere": (
        TEXT,
        "![a](https://e.org/a.png)",
        10,
        "may not come from elsewhere",
    ),
    "a picture by another protocol": (
        TEXT,
        "![a](//e.org/a.png)",
        10,
        "may not come from elsewhere",
    ),
    "a picture in the text": (
        TEXT,
        "![a](data:image/png;base64,AA)",
        10,
        "may not come from elsewhere",
    ),
    "a picture that climbs": (TEXT, "![a](../../a.png)", 10, "../../a.png is no figure"),
    "a picture that climbs in disguise": (TEXT, "![a](assets/%2e%2e/a.png)", 10, "is no figure"),
    "a picture without description": (TEXT, "![ ](assets/a.svg)", 10, "has no description"),
    "an empty link": (TEXT, "[a]()", 10, "'' is no address"),
    "a link to a script": (TEXT, "[a](javascript:alert(1))", 10, "not to javascript:"),
    "a link to data": (TEXT, "[a](data:text/html,x)", 10, "not to data:"),
    "a link by file name": (TEXT, "[a](axes.en.md)", 10, "axes.en.md is no address in this course"),
    "a link that climbs": (TEXT, "[a](../../../etc/passwd)", 10, "is no address in this course"),
    "a link to a missing part": (TEXT, "[a](#frist)", 10, "Did you mean #first?"),
    "a link that only looks safe": (TEXT, "[a](https:alert)", 10, "not to https:alert"),
    "HTML on its own": (TEXT, "\n<div>\nx\n</div>", 11, "HTML is not read in lessons: <div>"),
    "HTML within text": (TEXT, "on <b>two</b> lines", 10, "HTML is not read in lessons: <b>"),
    "a comment": (TEXT, "\n<!-- later -->", 11, "HTML is not read in lessons: <!-- later -->"),
    "an unknown command": (TEXT, r"a $\foo{x}$", 10, r"\foo is not known in a formula."),
    "a brace without end": (TEXT, r"a $\frac{1}{2$", 10, "is not closed"),
    "a fraction of one part": (
        TEXT,
        "\n$$\n\\frac{1}\n$$",
        11,
        "Something is missing in this formula",
    ),
    "two subscripts": (TEXT, "a $x_a_b$", 10, "This formula cannot be read: x_a_b"),
    "a formula that never ends": (TEXT, "\n$$\nx\n\ny", 11, "A formula between '$$' is not closed"),
    "a footnote that is not there": (TEXT, "on[^1] two", 10, "There is no footnote [^1]."),
    "the second line of a paragraph": (TEXT, "two `a\nb` c [a]() d", 11, "'' is no address"),
    "a cell of a table": (TEXT, "\n| a |\n|---|\n| b |\n| [x]() |", 14, "'' is no address"),
    "an item of a list": (TEXT, "\n- a\n- b\n  c [x]()", 13, "'' is no address"),
}


@pytest.mark.parametrize(("old", "new", "line", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_with_its_line(faults, old, new, line, told):
    assert old in GOOD

    found = faults(GOOD.replace(old, new, 1))

    assert [each for each in found if each.startswith(f"names.en.md:{line}: ") and told in each]


def test_all_faults_of_a_lesson_come_at_once_in_the_order_of_its_lines(faults):
    source = GOOD.replace("# Names", "Names").replace(TEXT, r"<b> $\foo$ [a]() ![](b)")

    found = faults(source)

    lines = [int(each.split(":")[1]) for each in found]
    assert lines == sorted(lines)
    assert lines.count(10) == 5
    assert lines[0] == 1


def test_a_lesson_that_is_not_utf8_tells_the_line(faults):
    assert faults(b"# Names\n\n\xff") == [
        "names.en.md:3: The text is not in UTF-8. Save it as UTF-8."
    ]


def test_an_empty_lesson_lacks_all_it_needs(faults):
    assert len(faults("")) == 3


def test_a_lesson_that_is_too_long_says_so(faults):
    (fault,) = faults("x" * (LARGEST_LESSON + 1))

    assert fault == "names.en.md: A lesson may have at most 200 KB of text."
