"""Words that are sought in a lesson: which parts hold them, and what is shown around them."""

import pytest

from lms.catalogue import lesson_search
from lms.core.folding import sought

HTML = """<p>Before any heading: <em>beginnings</em>.</p>
<h2 id="part-means">Means</h2>
<p>The mean of &lt;b&gt; numbers is their <strong>sum</strong>, divided.</p>
<p title="a > b">After it.</p>
<details><summary>Show the answer</summary><p>The secret is 42.</p></details>
<h3 id="part-moyennes">Médianes</h3>
<p>Une élève compte les élèves.</p>
<h2 id="part-arabic">الأعداد</h2>
<p>نكتب الدَّوالّ في بايثون.</p>"""


def found(words, title="Numbers"):
    return lesson_search.passages(title, lesson_search.parts(HTML), sought(words))


def test_the_text_of_a_lesson_is_read_by_its_headings():
    parts = lesson_search.parts(HTML)

    assert [(part.heading, part.anchor) for part in parts] == [
        ("", ""),
        ("Means", "part-means"),
        ("Médianes", "part-moyennes"),
        ("الأعداد", "part-arabic"),
    ]
    assert parts[1].text == "The mean of <b> numbers is their sum, divided. After it."


@pytest.mark.parametrize(
    ("words", "anchor", "hit"),
    [
        ("beginnings", "", "beginnings"),
        ("SUM divided", "part-means", "sum"),
        ("mean sum", "part-means", "mean"),
        ("eleve", "part-moyennes", "élève"),
        ("الدوال", "part-arabic", "الدَّوالّ"[:-1]),
    ],
)
def test_words_are_found_however_they_were_typed_and_shown_as_written(words, anchor, hit):
    (passage,) = found(words)

    assert (passage.anchor, passage.hit) == (anchor, hit)


@pytest.mark.parametrize("words", ["", "secret", "42", "mean absent", "strong", "title"])
def test_neither_markup_nor_answers_that_are_to_be_opened_are_found(words):
    assert found(words) is None


def test_code_keeps_its_direction_and_a_formula_leaves_a_gap():
    html = "<p>اكتب <code>print(1)</code> لكل <math><mi>n</mi></math> قيمة.</p>"

    (part,) = lesson_search.parts(html)

    assert part.text == "اكتب \u2066print(1)\u2069 لكل … قيمة."
    assert lesson_search.passages("", [part], sought("print(1)"))[0].hit == "print(1)"


def test_words_apart_lead_to_the_first_part_that_holds_one_of_them():
    (passage,) = found("divided beginnings")

    assert (passage.anchor, passage.hit) == ("", "beginnings")


def test_a_title_is_enough_and_a_heading_has_no_hit_in_its_text():
    assert found("numbers title", title="A numbers title") is not None
    assert found("lesson", title="A lesson") == []
    (passage,) = found("médianes")
    assert (passage.hit, passage.after) == ("", "Une élève compte les élèves.")


def test_what_stands_around_a_word_is_cut_at_spaces():
    text = " ".join(f"word{number}" for number in range(200))
    parts = lesson_search.parts(f"<p>{text}</p>")

    (passage,) = lesson_search.passages("", parts, sought("word100"))

    assert passage.before.startswith("… word")
    assert passage.after.endswith(" …")
    whole = f"{passage.before}{passage.hit}{passage.after}".removeprefix("… ").removesuffix(" …")
    assert f" {whole} " in text
    assert len(whole) < 200


def test_of_one_lesson_a_few_parts_are_shown():
    html = "".join(f'<h2 id="part-{n}">Part {n}</h2><p>again</p>' for n in range(9))

    passages = lesson_search.passages("", lesson_search.parts(html), sought("again"))

    assert [passage.heading for passage in passages] == ["Part 0", "Part 1", "Part 2"]
