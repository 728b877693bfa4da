"""What those who ask, answer, report and moderate send us."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from lms.core.errors import LmsError
from lms.learning.help_rules import LONGEST_REASON, LONGEST_TEXT, LONGEST_TITLE
from lms.web import templating
from lms.web.forms import BaseForm

_TOO_LONG = _l("At most %(max)d characters.")
#: Spaces and the like, which tidying takes away, have to come in first.
_ROOM = 2


class PostForm(BaseForm):
    """An answer, or the text of a question."""

    text = TextAreaField(
        _l("Your text"),
        [
            DataRequired(_l("Write a text.")),
            Length(max=_ROOM * LONGEST_TEXT, message=_l("At most 10,000 characters.")),
        ],
        description=_l(
            "Code keeps its shape between two lines of three backticks (```). Formulas stand "
            "between dollar signs."
        ),
    )
    for_instructors = BooleanField(
        _l("This contains my solution: show it to instructors only"),
    )

    def refuse(self, error: LmsError) -> None:
        """Say at the head of the form why nothing was kept."""
        self.form_errors.append(templating.sentence(error.sentence))

    @property
    def words(self) -> str:
        """The text as it was sent."""
        return self.text.data or ""


class QuestionForm(PostForm):
    """A question."""

    title = StringField(
        _l("Your question in one line"),
        [
            DataRequired(_l("Say in one line what you ask.")),
            Length(max=LONGEST_TITLE, message=_TOO_LONG),
        ],
    )
    nameless = BooleanField(
        _l("Do not show my name to fellow learners"),
        description=_l("Instructors of your institute see it in any case."),
    )

    @property
    def heading(self) -> str:
        """The title as it was sent."""
        return self.title.data or ""


class ReportForm(BaseForm):
    """Why a post should be looked at."""

    reason = TextAreaField(
        _l("What is wrong with it?"),
        [
            DataRequired(_l("Say what is wrong with it.")),
            Length(max=LONGEST_REASON, message=_TOO_LONG),
        ],
        description=_l("Instructors of the institute read this, and nobody else."),
    )


class HideForm(BaseForm):
    """Why a post is hidden."""

    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Say why. The author reads it.")),
            Length(max=LONGEST_REASON, message=_TOO_LONG),
        ],
        description=_l("The author reads it."),
    )
