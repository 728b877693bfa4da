"""Every fault that course.toml can have is told, with its line."""

import pytest

TOML = "course.toml"

#: What to change, into what, the line of the fault and words of its sentence.
IN_COURSE_TOML = {
    "not TOML": ("hours = 3", "hours = ", 3, "not valid TOML: Invalid value"),
    "a key twice": ("hours = 3", "hours = 3\nhours = 4", 4, "not valid TOML"),
    "a number too long to read": ("hours = 3", "hours = " + "9" * 5000, None, "not valid TOML"),
    "lists nested without end": ("hours = 3", "hours = " + "[" * 60_000, None, "nested too deeply"),
    "an unknown key near a known one": (
        "hours = 3",
        "hours = 3\nhour = 4",
        4,
        "Did you mean hours?",
    ),
    "an unknown key near none": (
        "hours = 3",
        "hours = 3\nzzz = 4",
        4,
        "zzz is not known here. What",
    ),
    "an unknown key in a table": ('uri = "', 'url = "x"\nuri = "', 21, "Did you mean uri?"),
    "a missing key": ("hours = 3\n", "", 1, "hours is missing."),
    "a missing key of a table": ('framework = "ESCO"\n', "", 20, "framework is missing."),
    "a missing table": ("[summary]", "[sumary]", 1, "summary is missing."),
    "another schema": ("schema = 1", "schema = 2", 1, "schema must be 1."),
    "a text for a number": ("hours = 3", 'hours = "3"', 3, "hours must be a whole number."),
    "true for a number": ("hours = 3", "hours = true", 3, "hours must be a whole number."),
    "a broken number of hours": ("hours = 3", "hours = 2.5", 3, "hours must be a whole number."),
    "no hours": ("hours = 3", "hours = 0", 3, "hours must be between 1 and 2000."),
    "a number for a text": ('profile = "python-ml"', "profile = 3", 6, "profile must be a text"),
    "a text for a list": ('["Idris"]', '"Idris"', 7, "authors must be a list of texts"),
    "no authors": ('["Idris"]', "[]", 7, "authors is empty."),
    "a level of our own": (
        '"beginner"',
        '"easy"',
        4,
        "level is 'easy'; it must be one of beginner",
    ),
    "an unknown licence": ("CC-BY-4.0", "CC-BY", 5, "licence is 'CC-BY'; it must be one of"),
    "an unknown language": ('["fr", "en"]', '["fr", "en", "es"]', 2, "language 'es' is not known"),
    "a language twice": ('["fr", "en"]', '["fr", "en", "fr"]', 2, "Each language stands once"),
    "no language": ('["fr", "en"]', "[]", 2, "languages is empty."),
    "a text missing in a language": ('en = "Tensors"\n', "", 9, "en is missing."),
    "a text in a language too many": (
        'en = "Tensors"',
        'en = "T"\nar = "T"',
        12,
        "ar is not known",
    ),
    "an empty text": ('en = "Tensors"', 'en = " "', 11, "en is empty."),
    "a text without end": ('en = "Tensors"', f'en = "{"x" * 5000}"', 11, "at most 4000 characters"),
    "a text for a table": (
        "[[outcomes]]",
        "[outcomes]",
        16,
        "must be written as tables: [[outcomes]]",
    ),
    "a skill that is no address": (
        'uri = "http:',
        'uri = "esco:',
        21,
        "uri must be a whole address",
    ),
    "a skill at a relative address": (
        'uri = "http://',
        'uri = "//',
        21,
        "uri must be a whole address",
    ),
    "a skill at a broken address": ('uri = "http://', 'uri = "http://[', 21, "uri must be a whole"),
    "a folder that climbs": ('"01-arrays"', '"../01-arrays"', 28, "folder is '../01-arrays'; use"),
    "a slug with capitals": ('"shapes"', '"Shapes"', 33, "lesson is 'Shapes'; use lower-case"),
    "a slug without end": ('"shapes"', f'"{"s" * 81}"', 33, "at most 80 characters"),
    "a slug twice": ('lesson = "axes"', 'lesson = "shapes"', 36, "already used in line 33"),
    "an assignment named as a lesson": (
        '"sums"',
        '"axes"',
        39,
        "'axes' is already used in line 36",
    ),
    "an item of two kinds": (
        'lesson = "axes"',
        'lesson = "axes"\nassignment = "b"',
        37,
        "one of them",
    ),
    "an item of no kind": (
        'lesson = "axes"\n',
        "",
        35,
        "An item names what it is",
    ),
    "no attempts": ("attempts = 5", "attempts = 0", 40, "attempts must be between 1 and 100."),
    "an attempt that cannot count": (
        "attempts = 5",
        'attempts = 5\ncounts = "worst"',
        41,
        "counts is 'worst'; it must be one of best, last, first.",
    ),
    "a negative grace": (
        "floor = 0.5",
        "floor = 0.5, grace_minutes = -1",
        42,
        "grace_minutes must be between 0 and 10080.",
    ),
    "a grace beyond a week": (
        "floor = 0.5",
        "floor = 0.5, grace_minutes = 20000",
        42,
        "grace_minutes must be between 0 and 10080.",
    ),
    "a grace that is no whole number": (
        "floor = 0.5",
        "floor = 0.5, grace_minutes = 1.5",
        42,
        "grace_minutes must be a whole number.",
    ),
    "a loss above the whole": (
        "loss_per_day = 0.1",
        "loss_per_day = 1.5",
        42,
        "between 0.0 and 1.0",
    ),
    "a floor below nothing": (
        "floor = 0.5",
        "floor = -0.5",
        42,
        "floor must be between 0.0 and 1.0",
    ),
    "a floor that is no number": ("floor = 0.5", "floor = nan", 42, "floor must be between 0.0"),
    "late without a due date": ("due_after_days = 14\n", "", 41, "when due_after_days is given"),
    "a late policy that is no table": (
        "{ loss_per_day = 0.1, floor = 0.5 }",
        "0.1",
        42,
        "must be a",
    ),
    "a score above the whole": (
        "minimum_score = 0.6",
        "minimum_score = 60",
        49,
        "between 0.0 and 1.0",
    ),
    "a lesson without files": (
        'lesson = "axes"',
        'lesson = "axis"',
        36,
        "modules/01-arrays/axis.fr.md is",
    ),
    "an assignment without file": (
        '"sums"',
        '"sum"',
        39,
        "modules/01-arrays/sum.ipynb is missing.",
    ),
}


@pytest.mark.parametrize(
    ("old", "new", "line", "told"), IN_COURSE_TOML.values(), ids=IN_COURSE_TOML.keys()
)
def test_a_fault_in_course_toml_is_told_with_its_line(course, old, new, line, told):
    course.change(TOML, old, new)

    place = TOML if line is None else f"{TOML}:{line}"
    assert [fault for fault in course.faults() if fault.startswith(f"{place}: ") and told in fault]


def test_a_course_without_modules_outcomes_or_credential_says_so(course):
    text = (course.place / TOML).read_text(encoding="utf-8")
    course.write(TOML, text[: text.index("[[outcomes]]")])

    faults = course.faults()

    assert "course.toml:1: A course has at least one outcome: [[outcomes]]." in faults
    assert "course.toml:1: A course has at least one module: [[modules]]." in faults
    assert "course.toml:1: credential is missing." in faults


def test_a_module_without_items_says_so(course):
    text = (course.place / TOML).read_text(encoding="utf-8")
    start, end = text.index("[[modules.items]]"), text.index("[credential]")
    course.write(TOML, text[:start] + text[end:])

    assert "course.toml:27: A module has at least one item: [[modules.items]]." in course.faults()


def test_course_toml_that_is_not_utf8_tells_the_line(course):
    course.write(TOML, b'schema = 1\ntitle = "\xe9"\n')

    assert course.faults() == ["course.toml:2: The text is not in UTF-8. Save it as UTF-8."]


OUTCOME = '[[modules.outcomes]]\nfr = "Lire."\nen = "{}"\n'


def with_outcomes(course, *texts):
    """The course with these outcomes of its only module, in English."""
    text = (course.place / TOML).read_text(encoding="utf-8")
    place = text.index("[[modules.items]]")
    told = "".join(OUTCOME.format(each) for each in texts)
    course.write(TOML, text[:place] + told + text[place:])


def test_a_module_may_say_what_one_can_do_after_it(course):
    with_outcomes(course, "Read a shape.", "Change an axis.")

    assert [each["en"] for each in course.read().modules[0].outcomes] == [
        "Read a shape.",
        "Change an axis.",
    ]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["x" * 201], "course.toml:34: en may have at most 200 characters."),
        (["Read."] * 9, "course.toml:27: A module has at most 8 outcomes."),
        ([" "], "course.toml:34: en is empty."),
    ],
    ids=["too long", "too many", "empty"],
)
def test_outcomes_of_a_module_are_few_short_sentences(course, texts, told):
    with_outcomes(course, *texts)

    assert told in course.faults()
