"""What a signature covers: everything in the document, or the document is refused."""

import json

import pytest

from lms.credentials.canonical import canonical
from lms.credentials.contexts import pinned
from lms.credentials.document import achievement_credential
from lms.credentials.reading import Unfit


@pytest.fixture
def document(full_award):
    return achievement_credential(full_award)


def said(document):
    return canonical(document, pinned())


def test_order_and_space_say_nothing(document):
    shuffled = json.loads(json.dumps(document, sort_keys=True, indent=7))
    shuffled["credentialSubject"]["achievement"]["alignment"].reverse()

    assert said(shuffled) == said(document)


def test_every_text_of_the_document_is_said(document):
    def texts(value):
        if isinstance(value, dict):
            for inner in value.values():
                yield from texts(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from texts(inner)
        elif isinstance(value, str):
            yield value

    lines = said(document)

    terms = {"VerifiableCredential", "AchievementCredential", *document["@context"]}
    for text in set(texts(document)) - terms:
        escaped = text.replace("\n", "\\n").replace("\t", "\\t")
        assert escaped in lines or f"#{text}>" in lines or f"/{text}Object>" in lines


def add(place, key, value):
    def spoil(document):
        for step in place:
            document = document[step]
        document[key] = value

    return spoil


SUBJECT = ("credentialSubject",)
ACHIEVEMENT = ("credentialSubject", "achievement")
ALIGNMENT = ("credentialSubject", "achievement", "alignment", 0)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (add((), "grade", "A"), "do not define “grade”"),
        (add(SUBJECT, "honours", "first class"), "do not define “honours”"),
        (add(ALIGNMENT, "level", "expert"), "do not define “level”"),
        (add(("issuer",), "accreditedBy", "the ministry"), "do not define “accreditedBy”"),
        (add(("evidence", 0), "_:x", "y"), "do not define “_:x”"),
        (add((), "type", ["VerifiableCredential", "Doctorate"]), "do not define “Doctorate”"),
        (add(ACHIEVEMENT, "id", "courses/python"), "do not define “courses/python”"),
        (add(ACHIEVEMENT, "id", "_:b0"), "do not define “_:b0”"),
        (add(ACHIEVEMENT, "id", "https://a.ma/> <https://b.ma/"), "do not define"),
        (add(ACHIEVEMENT, "id", 'https://a.ma/"'), "do not define"),
        (add(ACHIEVEMENT, "http://a.ma/{x}", "y"), "do not define"),
        (add(SUBJECT, "role", None), "empty value"),
        (add(SUBJECT, "result", []), "empty value"),
        (add(SUBJECT, "@id", "https://a.ma"), "keyword “@id”"),
        (add(SUBJECT, "@context", {"honours": "https://a.ma/"}), "keyword “@context”"),
        (add((), "@included", [{"id": "https://a.ma"}]), "keyword “@included”"),
        (add((), "name", {"@value": "A", "@language": "en"}), "keyword “@value”"),
        (add((), "@context", None), "does not list the vocabularies"),
        (add((), "@context", "https://www.w3.org/ns/credentials/v2"), "does not list"),
        (add((), "@context", []), "does not list"),
        (add((), "@context", ["https://a.ma/context"]), "a.ma/context, which is not known"),
        (add((), "@context", [{"@vocab": "https://a.ma/"}]), "vocabulary of its own"),
        (add((), "@context", ["https://www.w3.org/ns/credentials/v2"] * 2), "twice"),
        (add((), "id", ["https://a.ma/1", "https://a.ma/2"]), "linked data"),
        (add(SUBJECT, "id", 7), "linked data"),
    ],
)
def test_what_a_signature_would_not_cover_is_refused(document, spoil, sentence):
    spoil(document)

    with pytest.raises(Unfit, match=sentence):
        said(document)


def test_a_term_that_the_vocabularies_define_may_be_added(document):
    document["credentialSubject"]["role"] = "auditor"

    assert '"auditor"' in said(document)


def test_a_few_parts_that_look_alike_are_told_apart(document):
    document["evidence"] = [{"type": ["Evidence"], "name": "A notebook"}] * 4

    assert said(document).count('"A notebook"') == 4


def tree(levels, branches):
    if not levels:
        return {}
    return {"https://a.ma/b": [tree(levels - 1, branches) for _ in range(branches)]}


@pytest.mark.parametrize(
    "part",
    [
        [{"type": ["Evidence"]}] * 500,
        [{"type": ["Evidence"], **tree(3, 4)}],
        [{"type": ["Evidence"], **tree(8, 2)}],
    ],
    ids=["a crowd", "a wide tree", "a deep tree"],
)
def test_a_graph_made_to_take_for_ever_is_given_up(document, part):
    document["evidence"] = part

    with pytest.raises(Unfit, match="too many parts that look alike"):
        said(document)
