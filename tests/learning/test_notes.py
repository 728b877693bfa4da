"""What a learner keeps for themselves: notes that lose no text, bookmarks, and their search."""

from datetime import timedelta

import pytest

from lms.core.errors import NotFound
from lms.learning import note_queries, notes


@pytest.fixture
def counting(find, place):
    return find(place, "counting")


@pytest.fixture
def save(session, place, counting, noon):
    def saved(text, base, lesson=None):
        return notes.save(session, place, lesson or counting, text, base=base, now=noon)

    return saved


@pytest.fixture
def mark(session, place, counting, noon):
    def marked(part, kept=True):
        notes.set_bookmark(session, place, counting, part, kept=kept, now=noon)
        return note_queries.marked_parts(session, place, counting)

    return marked


def test_a_note_counts_its_saves_and_remembers_the_last(session, place, counting, noon):
    first = notes.save(session, place, counting, "one", base=0, now=noon)
    assert (first.number, first.saved) == (1, noon)

    later = noon + timedelta(minutes=1)
    second = notes.save(session, place, counting, "two", base=1, now=later)

    assert (second.number, second.saved, second.text) == (2, later, "two")
    assert note_queries.note(session, place, counting) is second


def test_a_note_is_never_saved_over_what_its_writer_has_not_seen(save):
    save("one", base=0)
    save("two", base=1)

    with pytest.raises(notes.NoteConflict) as refused:
        save("another two", base=1)

    assert refused.value.theirs.text == "two"
    assert save("both twos", base=2).number == 3


def test_two_first_saves_do_not_overwrite_one_another(save):
    save("from the telephone", base=0)

    with pytest.raises(notes.NoteConflict):
        save("from the desk", base=0)


def test_saving_the_same_again_is_no_conflict_whatever_its_base(save):
    save("one", base=0)

    assert save("one", base=0).number == 1


def test_a_note_has_an_end(save):
    assert save("a" * notes.LONGEST_NOTE, base=0).number == 1

    with pytest.raises(notes.NoteTooLong):
        save("a" * (notes.LONGEST_NOTE + 1), base=1)


def test_a_mark_is_made_once_and_goes_once(mark):
    assert mark(0) == {0}
    assert mark(0) == {0}
    assert mark(1) == {0, 1}
    assert mark(0, kept=False) == {1}
    assert mark(0, kept=False) == {1}


@pytest.mark.parametrize("part", [-1, 99])
def test_only_parts_that_are_there_can_be_marked(mark, part):
    with pytest.raises(NotFound):
        mark(part)


def test_what_is_kept_comes_in_the_order_of_the_course(session, place, find, save, mark):
    save("Because of reasons.", base=0, lesson=find(place, "because"))
    mark(2)
    mark(0)

    first, second = note_queries.kept(session, place, "fr")

    assert (first.lesson.slug, first.note) == ("counting", None)
    assert [(each.part, each.words, each.anchor) for each in first.bookmarks] == [
        (0, "", ""),
        (2, "Doubler", "part-doubler"),
    ]
    assert (second.lesson.slug, second.note.text) == ("because", "Because of reasons.")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", True),
        ("éleves", True),
        ("ÉLÈVES dix", True),
        ("counting", True),
        ("مرحبا", True),
        ("onze", False),
        ("eleves onze", False),
        ("%", False),
    ],
)
def test_a_note_is_found_by_its_words_without_accents_or_vowel_signs(
    session, place, save, words, found
):
    save("Dix élèves. مَرحَبًا", base=0)

    assert bool(note_queries.kept(session, place, "en", words)) is found


def test_an_emptied_note_is_not_listed_and_still_guards_against_old_tabs(session, place, save):
    save("one", base=0)
    save("", base=1)

    assert note_queries.kept(session, place, "en") == []
    with pytest.raises(notes.NoteConflict):
        save("two", base=1)


def test_nobody_elses_notes_are_found(session, place, enrolled, amina, save, mark):
    save("mine", base=0)
    mark(0)

    assert note_queries.kept(session, enrolled(amina, place.run), "en") == []
