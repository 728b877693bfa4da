"""What an instructor sends us to have work marked again."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import DataRequired, Length

from lms.grading.states import Scope
from lms.web.forms import BaseForm


class RegradeForm(BaseForm):
    """What is marked again, with whose tests, and why."""

    assignment = SelectField(_l("Assignment"))
    version = SelectField(
        _l("Tests and points of"),
        description=_l("A correction of the course is published as its next version."),
    )
    scope = RadioField(
        _l("Which work"),
        choices=[
            SelectChoice(Scope.ALL.value, _l("Every attempt")),
            SelectChoice(Scope.COUNTING.value, _l("Only the attempts that count at present")),
        ],
        default=Scope.ALL.value,
    )
    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Say why. Learners whose grade changes read it.")),
            Length(max=500, message=_l("At most 500 characters.")),
        ],
        description=_l("Learners whose grade changes read it."),
    )

    def choose_from(
        self, assignments: Iterable[tuple[str, str]], versions: Iterable[tuple[str, int, bool]]
    ) -> None:
        """Offer ``assignments``, each a slug and a title, and ``versions``.

        A version is a public identifier, its number and whether it is the run's own, which
        is chosen unless another was.
        """
        every = SelectChoice("", _("Every assignment of this run"))
        self.assignment.choices = [every, *(SelectChoice(*each) for each in assignments)]
        self.version.choices = []
        for public_id, number, is_own in versions:
            name = (
                _("Version %(number)s, that of this run", number=number)
                if is_own
                else _("Version %(number)s", number=number)
            )
            self.version.choices.append(SelectChoice(public_id, name))
            if is_own and not self.version.data:
                self.version.data = public_id
