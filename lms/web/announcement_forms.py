"""What those who teach announce."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from lms.learning.announcing import LONGEST_TEXT, LONGEST_TITLE
from lms.web.forms import BaseForm

_TOO_LONG = _l("At most %(max)d characters.")


class AnnouncementForm(BaseForm):
    """A title and some words."""

    title = StringField(
        _l("Title"),
        [
            DataRequired(_l("Enter a title.")),
            Length(max=LONGEST_TITLE, message=_TOO_LONG),
        ],
    )
    text = TextAreaField(
        _l("Text"),
        [
            DataRequired(_l("Write what there is to say.")),
            Length(max=LONGEST_TEXT, message=_TOO_LONG),
        ],
        description=_l("Plain text. An empty line begins a paragraph; addresses become links."),
    )
