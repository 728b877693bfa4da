"""What people choose to be told."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField

from lms.institutes.rules import News, Reach
from lms.web.forms import BaseForm


class ChoicesForm(BaseForm):
    """The kinds of news to tell in the product and by mail; what is not ticked is not told."""

    shown = SelectMultipleField(validate_choice=False)
    mailed = SelectMultipleField(validate_choice=False)
    mail = BooleanField(_l("Send me one mail a day with what is new, if anything is"))

    @property
    def wanted(self) -> dict[News, Reach]:
        """Where each kind is wanted; what names no kind of ours is not heard."""
        shown, mailed = self.shown.data or (), self.mailed.data or ()
        return {kind: Reach(kind.value in shown, kind.value in mailed) for kind in News}
