"""What a reader sends from a lesson: a note, and what to mark."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from lms.learning.notes import LONGEST_NOTE
from lms.web.forms import BaseForm


def _plain(text: str | None) -> str:
    """``text`` with lines as we keep them, without the null that no database keeps."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


class NoteForm(BaseForm):
    """A note; ``base`` is the number of the one that the writer saw, 0 for none."""

    base = IntegerField(validators=[InputRequired(), NumberRange(min=0)], widget=HiddenInput())
    text = TextAreaField(
        _l("Your note on this lesson"),
        [
            Length(
                max=LONGEST_NOTE,
                message=_l("A note may have at most 20,000 characters. Move some of it elsewhere."),
            )
        ],
        description=_l("Only you can see it: neither instructors nor other learners can."),
        filters=[_plain],
    )


class BookmarkForm(BaseForm):
    """The number of a part to mark, or of one whose mark is to go; 0 is the whole lesson."""

    mark = IntegerField(validators=[Optional(), NumberRange(min=0)])
    unmark = IntegerField(validators=[Optional(), NumberRange(min=0)])
