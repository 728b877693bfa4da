"""What learners send us from a quiz, and instructors about its time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import DataRequired, Length

from lms.catalogue.quiz_values import Question, QuestionKind
from lms.learning.quiz_answers import LONGEST_ANSWER, Given, is_answered, number
from lms.learning.quiz_rules import Asked
from lms.web.forms import BaseForm


@dataclass
class AnswersForm:
    """The answers of a page of questions, by question.

    Fields are named for the place of a question, and options for the place where they are
    shown: the author's order, which may give answers away, never leaves the server. What does
    not belong to the page is passed over.
    """

    asked: Sequence[tuple[Question, Asked]]
    given: dict[str, Given] = field(default_factory=dict)

    def read(self, sent: "MultiDict[str, str]") -> None:
        """Take what was sent in place of what was known."""
        for place, (question, asked) in enumerate(self.asked, start=1):
            self.given[question.id] = _given(question, asked, f"q{place}", sent)

    def faults(self) -> dict[str, str]:
        """What is wrong with answers that are given, in a sentence for each question."""
        found = {}
        for question, _asked in self.asked:
            given = self.given.get(question.id)
            if isinstance(given, str) and question.kind is QuestionKind.NUMERIC:
                if number(given) is None:
                    found[question.id] = _("Enter one number, such as 3.5, without a unit.")
            elif isinstance(given, list) and question.kind is QuestionKind.ORDER:
                places = [each for each in given if each is not None]
                if len(set(places)) < len(places):
                    found[question.id] = _("Give each line a place of its own.")
        return found

    def missing(self) -> list[int]:
        """The places, counted from 1, of questions without a whole answer."""
        return [
            place
            for place, (question, _asked) in enumerate(self.asked, start=1)
            if not is_answered(question, self.given.get(question.id))
        ]


def _given(question: Question, asked: Asked, name: str, sent: "MultiDict[str, str]") -> Given:
    if question.kind is QuestionKind.SINGLE:
        return _place(sent.get(name), asked.options)
    if question.kind is QuestionKind.MULTIPLE:
        chosen = {_place(each, asked.options) for each in sent.getlist(name)[: len(asked.options)]}
        places: list[int | None] = [*sorted(each for each in chosen if each is not None)]
        return places or None
    if question.kind in (QuestionKind.NUMERIC, QuestionKind.TEXT):
        return (sent.get(name) or "").strip()[:LONGEST_ANSWER].replace("\x00", "") or None
    # Each line has a menu of its own: of positions from 1, or of the matches as they are shown.
    parts: list[int | None] = [None] * len(asked.options)
    known = asked.matches if question.kind is QuestionKind.MATCH else range(len(asked.options))
    for shown, place in enumerate(asked.options, start=1):
        parts[place] = _place(sent.get(f"{name}-{shown}"), known)
    return parts if any(part is not None for part in parts) else None


def _place(sent: str | None, known: Sequence[int]) -> int | None:
    """The author's place of what stands at the place ``sent``, counted from 1."""
    shown = int(sent) if sent and sent.isascii() and sent.isdigit() and len(sent) < 4 else 0
    return known[shown - 1] if 1 <= shown <= len(known) else None


class QuizTimeForm(BaseForm):
    """How much more time a learner has in quizzes, and why."""

    factor = SelectField(
        _l("Time in quizzes"),
        choices=[
            SelectChoice("1.25", _l("A quarter more")),
            SelectChoice("1.33", _l("A third more")),
            SelectChoice("1.5", _l("Half as much again")),
            SelectChoice("2.0", _l("Twice the time")),
            SelectChoice("3.0", _l("Three times the time")),
            SelectChoice("4.0", _l("Four times the time")),
        ],
        default="1.33",
    )
    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Say why, so that a colleague understands it later.")),
            Length(max=500, message=_l("At most 500 characters.")),
        ],
        description=_l("For those who teach here. The learner does not see it."),
    )
