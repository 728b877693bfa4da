"""A lesson's Markdown becomes a page that everyone can read."""

import pytest

from lms.catalogue.lessons import LARGEST_LESSON, LessonTooLong, read_lesson, render
from lms.catalogue.pictures import Picture

GOOD = """\
# Naming `values`

::: outcome
After this lesson you can *name* a value.

- and use the name
:::

## A first name

::: check
What is `1 + 1`?

::: answer
2
:::
:::
"""


@pytest.fixture
def shown():
    def show(source: str, locale: str = "en") -> str:
        pictures = {"assets/boxes.svg": Picture("image/svg+xml", 320, 200)}
        page = render(
            source,
            locale,
            link=lambda slug: f"/lessons/{slug}",
            asset=lambda path: f"/files/{path}",
            pictures=pictures,
        )
        return page.html

    return show


def test_the_title_is_taken_out_of_the_page():
    page = render(GOOD, "en", link=str, asset=str, pictures={})

    assert page.title == "Naming values"
    assert "<h1" not in page.html
    assert "Naming" not in page.html


def test_the_same_source_gives_the_same_page(shown):
    assert shown(GOOD) == shown(GOOD)


def test_a_lesson_tells_its_outcome_in_plain_words():
    text = read_lesson("a.md", GOOD.encode(), "en", [])

    assert text is not None
    assert text.outcome == "After this lesson you can name a value.\nand use the name"


def test_line_ends_and_byte_order_marks_of_other_systems_change_nothing():
    faults = []

    foreign = read_lesson(
        "a.md", b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(), "en", faults
    )

    assert foreign == read_lesson("a.md", GOOD.encode(), "en", faults)
    assert faults == []


def test_reading_takes_longer_with_more_words_and_more_code():
    def minutes(more: str) -> int:
        text = read_lesson("a.md", (GOOD + more).encode(), "en", [])
        assert text is not None
        return text.reading_minutes

    assert minutes("") == 1
    assert minutes("\nword" * 450) == 4
    assert minutes("\n```python\n" + "x = 1\n" * 48 + "```\n") == 5


def test_headings_are_named_by_their_words_in_any_script_and_never_twice():
    source = "# T\n\n## Une Boucle\n\n## القِيَم 2\n\n## ⴰⵣⵓⵍ\n\n## Une boucle\n\n## !\n"

    page = render(source, "fr", link=str, asset=str, pictures={})

    names = ["part-une-boucle", "part-القيم-2", "part-ⴰⵣⵓⵍ", "part-une-boucle-2", "part-section"]
    assert [heading.id for heading in page.outline] == names
    assert all(f'<h2 id="{name}">' in page.html for name in names)


def test_a_heading_that_looks_numbered_does_not_take_anothers_name():
    page = render("# T\n\n## A\n\n## A 2\n\n## A\n", "en", link=str, asset=str, pictures={})

    assert [heading.id for heading in page.outline] == ["part-a", "part-a-2", "part-a-3"]


LABELS = {
    "ar": ("ما ستكون قادرًا عليه", "تحقّق من فهمك", "إظهار الجواب"),
    "fr": ("Ce que vous saurez faire", "Vérifiez que vous avez compris", "Afficher la réponse"),
    "zgh": ("ⴰⵡⵜⵜⴰⵙ", "ⵉⵙⵇⵙⵉⵜⵏ", "ⵙⴽⵏ ⵜⴰⵎⵔⴰⵔⵓⵜ"),
    "en": ("What you will be able to do", "Check your understanding", "Show the answer"),
}


@pytest.mark.parametrize("locale", LABELS)
def test_boxes_are_labelled_in_the_language_of_the_lesson(shown, locale):
    outcome, check, answer = LABELS[locale]

    html = shown(GOOD, locale)

    assert f'aria-labelledby="box-1">\n<h2 class="box-name" id="box-1">{outcome}</h2>' in html
    assert f'<h2 class="box-name" id="box-2">{check}</h2>' in html
    assert f'<details class="answer"><summary>{answer}</summary>\n<p>2</p>\n</details>' in html


BOXES = {
    "fences of one length": "::: check\nQ\n\n::: answer\nA\n:::\n:::\nafter\n",
    "a longer fence outside": ":::: check\nQ\n\n::: answer\nA\n:::\n::::\nafter\n",
    "code that shows a box": "::: check\n```\n:::\n```\n::: answer\nA\n:::\n:::\nafter\n",
    "right after a list": "::: check\n- Q\n::: answer\nA\n:::\n:::\nafter\n",
}


@pytest.mark.parametrize("source", BOXES.values(), ids=BOXES.keys())
def test_a_box_ends_where_its_own_fence_stands(shown, source):
    html = shown(f"# T\n\n{source}")

    assert html.index("<details") < html.index("<p>A</p>") < html.index("</details>")
    assert html.index("</details>") < html.index("</section>") < html.index("<p>after</p>")


def test_a_note_an_example_and_a_warning_may_have_a_title(shown):
    html = shown("# T\n\n::: example One <b>\nx\n:::\n\n::: warning\ny\n:::\n")

    assert (
        '<p class="box-name" id="box-1">Example <span class="box-title">One &lt;b&gt;</span></p>'
        in html
    )
    assert '<div class="box warning" role="note" aria-labelledby="box-2">' in html


def test_a_figure_keeps_its_place_while_it_loads(shown):
    html = shown('# T\n\n![Two boxes](assets/boxes.svg "Shape <1>")\n')

    assert html == (
        '<figure><img src="/files/assets/boxes.svg" alt="Two boxes" width="320" height="200" '
        'loading="lazy"><figcaption>Shape &lt;1&gt;</figcaption></figure>\n'
    )


def test_a_picture_within_a_sentence_stays_there(shown):
    html = shown("# T\n\nPress ![the play mark](assets/boxes.svg) now.\n")

    assert html.startswith('<p>Press <img src="/files/assets/boxes.svg" alt="the play mark"')
    assert "<figure>" not in html


def test_a_table_scrolls_by_itself_and_says_what_it_is(shown):
    html = shown("# T\n\n| a | b |\n|:-:|--:|\n| 1 | 2 |\n", "fr")

    assert '<div class="table" role="region" aria-label="Tableau 1" tabindex="0">\n<table>' in html
    assert '<th scope="col" class="align-center">a</th>' in html
    assert '<td class="align-end">2</td>' in html


def test_code_stays_left_to_right_and_can_be_scrolled_by_keyboard(shown):
    html = shown("# T\n\nاكتب `x = 1` ثم:\n\n```python\nx = '<b>'\n```\n", "ar")

    assert '<code dir="ltr">x = 1</code>' in html
    assert '<pre class="code" dir="ltr" tabindex="0" role="group" aria-label="شيفرة">' in html
    assert '<code dir="ltr" class="language-python">' in html
    assert "<span class=\"s1\">'&lt;b&gt;'</span>" in html


def test_code_to_run_is_marked_and_otherwise_shown_as_any_code(shown):
    html = shown("# T\n\n```python run\n1\n```\n\n```python\n2\n```\n")

    assert html.count('<div class="runnable"><pre class="code"') == 1
    assert html.count('<pre class="code"') == 2


def test_a_formula_is_read_aloud_and_keeps_its_source(shown):
    html = shown("# T\n\nIf $a<b$ then\n\n$$\n\\frac{a}{b}\n$$\n", "fr")

    assert '<math display="inline" dir="ltr" alttext="a&lt;b"><semantics>' in html
    assert (
        '<div class="formula" dir="ltr" tabindex="0" role="group" aria-label="Formule">'
        '<math display="block"' in html
    )
    assert '<annotation encoding="application/x-tex">\\frac{a}{b}</annotation>' in html


def test_prices_are_no_formulas(shown):
    assert "<math" not in shown("# T\n\nIt costs $5 here and $6 there. Ou 5 $ ici et 6 $ là.\n")


LINKS = {
    "another lesson": ("axes", '<a href="/lessons/axes">'),
    "a part of another lesson": ("axes#Why", '<a href="/lessons/axes#part-why">'),
    "a part of this lesson": ("#a-part", '<a href="#part-a-part">'),
    "a file": ("assets/a.csv", '<a href="/files/assets/a.csv">'),
    "the world": (
        "https://e.org/?a=1&b=2",
        '<a href="https://e.org/?a=1&amp;b=2" class="external" rel="noopener noreferrer">',
    ),
    "a mailbox": (
        "mailto:a@e.org",
        '<a href="mailto:a@e.org" class="external" rel="noopener noreferrer">',
    ),
}


@pytest.mark.parametrize(("address", "written"), LINKS.values(), ids=LINKS.keys())
def test_a_link_leads_where_its_author_meant(shown, address, written):
    assert f"<p>{written}x</a></p>" in shown(f"# T\n\n[x]({address})\n")


def test_footnotes_lead_there_and_back_by_name(shown):
    html = shown("# T\n\nOne[^a] and again[^a].\n\n[^a]: Said below.\n", "fr")

    assert '<a href="#note-1" id="note-1-from" aria-label="Note 1">1</a>' in html
    assert '<a href="#note-1" id="note-1-from-2" aria-label="Note 1">1</a>' in html
    assert '<section class="footnotes" aria-label="Notes">' in html
    assert 'href="#note-1-from-2" aria-label="Revenir à l’appel de note 1"' in html


def test_a_lesson_that_nobody_would_finish_is_refused_and_one_just_as_long_as_allowed_is_not():
    longest = "# T\n\n" + "é" * ((LARGEST_LESSON - 5) // 2)

    assert render(longest, "fr", link=str, asset=str, pictures={}).title == "T"
    with pytest.raises(LessonTooLong):
        render(longest + "éé", "fr", link=str, asset=str, pictures={})
