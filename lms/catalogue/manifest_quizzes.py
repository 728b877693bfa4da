"""What course.toml says of a quiz: attempts, time, marks, and which lessons it may go past."""

from lms.catalogue.course_reading import CourseReading, check_once
from lms.catalogue.manifest_attempts import read_counts
from lms.catalogue.manifest_values import QuizManifest
from lms.catalogue.quiz_reading import read_quiz
from lms.catalogue.quiz_values import MOST_ATTEMPTS, QuizPolicy, Reveal
from lms.catalogue.toml_table import TomlTable
from lms.core.faults import Fault
from lms.core.i18n import say

#: The longest time limit in minutes: a day.
_LONGEST = 24 * 60


def read_quiz_item(table: TomlTable, folder: str, reading: CourseReading) -> QuizManifest | None:
    """A quiz that course.toml lists, with its file; None when that cannot be read."""
    slug = table.slug("quiz")
    check_once(table, "quiz", slug, reading.slugs)
    minutes = table.whole_number("minutes", most=600)
    policy = _policy(table)
    table.finish()
    name = f"modules/{folder}/{slug}.quiz.toml"
    content = reading.file(name, table, "quiz") if slug and folder else None
    found = None
    if content is not None:
        found = read_quiz(name, content, reading.languages, reading.faults)
    if found is None:
        return None
    reading.quiz_references.extend(found.references)
    for lesson in policy.places_past:
        reading.lessons_named.append((table, "places_past", lesson))
    reading.lessons_asked.extend((name, line, lesson) for line, lesson in found.lessons)
    return QuizManifest(
        slug, found.titles, found.intro, minutes, policy, found.content, found.points
    )


def check_named_lessons(reading: CourseReading) -> None:
    """Lessons that quizzes ask about and place past must be there; later ones are known by now."""
    for table, key, slug in reading.lessons_named:
        if slug not in reading.lessons:
            table.fault(key, say("There is no lesson {slug} in this course.", slug=slug))
    for path, line, slug in reading.lessons_asked:
        if slug not in reading.lessons:
            sentence = say("There is no lesson {slug} in this course.", slug=slug)
            reading.faults.append(Fault(path, line, sentence))


def _policy(table: TomlTable) -> QuizPolicy:
    graded = table.truth("graded") if "graded" in table else False
    if graded and "pass_mark" in table:
        table.fault(
            "pass_mark",
            say("A graded quiz has to reach minimum_score of the credential. Leave pass_mark out."),
        )
    places_past: tuple[str, ...] = ()
    if "places_past" in table:
        places_past = table.texts_list("places_past")
    elif "place_mark" in table:
        table.fault("place_mark", say("place_mark goes with places_past."))
    return QuizPolicy(
        attempts=_whole(table, "attempts", MOST_ATTEMPTS),
        counts=read_counts(table),
        time_limit=_whole(table, "time_limit", _LONGEST),
        pass_mark=_share(table, "pass_mark"),
        graded=graded,
        reveal=_reveal(table, graded=graded),
        places_past=tuple(dict.fromkeys(places_past)),
        place_mark=_share(table, "place_mark") or 0.8,
    )


def _whole(table: TomlTable, key: str, most: int) -> int | None:
    return table.whole_number(key, most=most) if key in table else None


def _share(table: TomlTable, key: str) -> float | None:
    return table.number(key, least=0.01) if key in table else None


def _reveal(table: TomlTable, *, graded: bool) -> Reveal:
    """A graded quiz keeps its answers until nobody can use them, unless its author says more."""
    usual = Reveal.LAST if graded else Reveal.EACH
    if "answers" not in table:
        return usual
    told = table.choice("answers", tuple(Reveal))
    return Reveal(told) if told in tuple(Reveal) else usual
