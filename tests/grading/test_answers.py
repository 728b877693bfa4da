"""What a person reads who marks: the task, the answer, and what the author wrote."""

from lms.catalogue.notebooks import read
from lms.grading.answers import answered


def seen(source, work, grade_id, locale="en"):
    found = answered(read(source), read(work), grade_id, locale)
    return [[cell.source for cell in cells] for cells in (found.asked, found.written)]


def task(make, told="Explain.\n=== BEGIN MARK SCHEME ===\nTwo reasons.\n=== END MARK SCHEME ==="):
    return make.cell("markdown", told, "task", task=True, locked=True, points=4)


def test_an_answer_stands_beside_the_texts_since_the_last_graded_cell(make):
    before = [make.cell("markdown", "Double it."), make.answer("a = 2"), make.checks("assert a")]
    source = make.file(*before, make.cell("markdown", "Why?"), make.by_hand("Because."))
    work = make.file(*before, make.cell("markdown", "Why?"), make.by_hand("I say so."))

    assert seen(source, work, "why") == [["Why?"], ["I say so."]]


def test_tests_stand_beside_the_code_that_they_test(make):
    def file(code):
        return make.file(make.cell("markdown", "Double it."), make.answer(code), make.checks("x"))

    assert seen(file("a = 2"), file("a = 3"), "double-tests") == [["Double it."], ["a = 3"]]


def test_a_task_is_answered_by_the_cells_below_it(make):
    source = make.file(task(make), make.by_hand("Because."))
    mine = [make.cell("markdown", "One."), make.cell("code", "2")]
    work = make.file(task(make), *mine, make.by_hand("I say so."))

    (asked,), written = seen(source, work, "task")

    assert asked == "Explain."
    assert written == ["One.", "2"]


def test_the_mark_scheme_of_a_task_stands_apart_from_what_was_asked(make):
    file = read(make.file(task(make)))
    plain = read(make.file(task(make, "Explain.")))

    assert answered(file, file, "task", "en").author.source == "Two reasons."
    assert answered(plain, plain, "task", "en").author is None


def test_texts_are_in_the_reader_s_language_or_the_original_s(make):
    def text(words, lang):
        return make.cell("markdown", words) | {"metadata": {"jazari": {"lang": lang}}}

    file = make.file(text("Pourquoi ?", "fr"), text("Why?", "en"), make.by_hand("Because."))

    assert seen(file, file, "why", "en")[0] == ["Why?"]
    assert seen(file, file, "why", "zgh")[0] == ["Pourquoi ?"]


def test_an_unknown_cell_is_none(make):
    file = make.file(make.by_hand("Because."))

    assert answered(read(file), read(file), "what", "en") is None
