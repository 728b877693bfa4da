"""A page speaks one language: the visitor's."""

import re
from html.parser import HTMLParser

import pytest

from lms.core.i18n import LOCALES

#: Words that English sentences cannot do without and French ones do not have.
ENGLISH = re.compile(
    r"\b(the|you|your|this|that|and|with|of|is|are|has|have|been|what|from|to|or|not|yet)\b", re.I
)

#: What notebooks say in every language, so that a page may quote it.
QUOTED = "YOUR CODE HERE"

VOID = {"br", "hr", "img", "input", "link", "meta", "path", "circle", "use"}


class Said(HTMLParser):
    """Collects what a page says in its own language, not what it shows as code."""

    def __init__(self):
        super().__init__()
        self.around = []
        self.texts = []
        self.locale = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.locale = self.locale or given.get("lang")
        if tag not in VOID:
            foreign = given.get("lang", self.locale) != self.locale
            self.around.append((tag, foreign or tag in ("code", "script", "style")))
        for name in ("aria-label", "alt", "placeholder", "title", "data-busy", "data-too-large"):
            self.handle_data(given.get(name) or "")

    def handle_endtag(self, tag):
        while self.around and self.around.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and not any(apart for _tag, apart in self.around):
            self.texts.append(" ".join(data.split()))


def said(answer):
    """What the page of ``answer`` says, text by text."""
    page = Said()
    page.feed(answer.text)
    page.close()
    return page.texts


def token_on(page):
    """The token that the forms of ``page`` carry."""
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def english(texts):
    """Those of ``texts`` that are English."""
    return [text for text in texts if ENGLISH.search(text.replace(QUOTED, ""))]


@pytest.fixture
def visitor(site):
    """A browser of somebody who reads French and has not signed in."""
    client = site.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    return client


@pytest.fixture
def signed_in(visitor):
    """Signs somebody of the cast in, who goes on reading French."""

    def enter(name):
        token = re.search(
            r'name="csrf_token" value="([^"]+)"', visitor.get("/account/sign-in").text
        )
        email = f"{name}@fez.example"
        visitor.post("/language", data={"csrf_token": token[1], "locale": "fr"})
        entered = visitor.post(
            "/account/sign-in",
            data={"csrf_token": token[1], "email": email, "password": "a sentence to remember"},
        )
        assert entered.status_code == 303
        return visitor

    return enter


@pytest.fixture
def fez(session, offered, enrolled, salma, handed_in, settled):
    """The course offered in Fez, where Salma has handed in work and been marked."""
    run = offered()
    enrolment = enrolled(salma, run)
    work = settled(handed_in(enrolment), 1.0)
    handed_in(enrolment, "why")
    session.commit()
    return {
        "run": run.public_id,
        "enrolment": enrolment.public_id,
        "work": work.public_id,
    }


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/", 200, "Tous les cours"),
        ("/?q=nothing", 200, "Aucun cours ne correspond"),
        ("/courses/first-numbers", 200, "Suivre ce cours"),
        ("/institutes/fez", 200, "Cours proposés en ce moment"),
        ("/runs/{run}", 200, "Sans date de fin"),
        ("/account/sign-in", 200, "Première visite ?"),
        ("/account/sign-up", 200, "Ouvrir un compte"),
        ("/nowhere", 404, "Il n’y a rien ici"),
    ],
)
def test_a_stranger_reads_french_and_no_english(visitor, fez, address, status, words):
    answer = visitor.get(address.format(**fez))

    texts = said(answer)
    assert answer.status_code == status
    assert words in texts
    assert english(texts) == []


@pytest.mark.parametrize(
    ("name", "address", "words"),
    [
        ("salma", "/home", "Mes cours"),
        ("salma", "/account/", "Nom et langue"),
        ("salma", "/learn/{enrolment}", "Plan du cours"),
        ("salma", "/learn/{enrolment}/lessons/counting", "Terminé, continuer"),
        ("salma", "/learn/{enrolment}/assignments/double", "Ce que vous avez remis"),
        ("salma", "/submissions/{work}", "Récépissé"),
        ("idris", "/teach/", "En attente de votre notation"),
        ("idris", "/teach/runs/{run}", "1 apprenant"),
        ("idris", "/teach/submissions/{work}", "Noter à nouveau"),
        ("rachid", "/issue/fez", "Proposer un cours"),
        ("amina", "/people/fez", "Membres de l’institut"),
    ],
)
def test_who_has_signed_in_reads_french_and_no_english(signed_in, fez, name, address, words):
    answer = signed_in(name).get(address.format(**fez))

    texts = said(answer)
    assert answer.status_code == 200
    assert words in texts
    assert english(texts) == []


def test_what_is_wrong_with_a_form_is_said_in_french(visitor):
    token = token_on(visitor.get("/account/sign-up"))

    answer = visitor.post("/account/sign-up", data={"csrf_token": token, "email": "salma"})

    texts = said(answer)
    assert "3 points demandent votre attention" in texts
    assert "Choisissez un mot de passe." in texts
    assert english(texts) == []


def test_english_on_a_french_page_would_be_found(speaking, tmp_path):
    client = speaking(tmp_path).test_client()

    answer = client.get("/", headers={"Accept-Language": "fr"})

    assert english(said(answer))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_site_without_catalogues_speaks_english(speaking, tmp_path, locale):
    client = speaking(tmp_path).test_client()

    answer = client.get("/", headers={"Accept-Language": locale})

    assert answer.status_code == 200
    assert "All courses" in said(answer)
