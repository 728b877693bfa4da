"""What people may send us: shape, size and presence. Rules about courses live in the services."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, cast

from flask import current_app, session
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    EmailField,
    FileField,
    Form,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.csrf.core import CSRFTokenField
from wtforms.csrf.session import SessionCSRF
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import (
    AnyOf,
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
)

from lms.catalogue.notebooks import LARGEST_NOTEBOOK
from lms.core.i18n import LOCALES
from lms.institutes.rules import ADDRESS, SHORTEST_PASSWORD, Role
from lms.learning.draft_rules import FaultyDraft
from lms.learning.drafts import DraftTooLarge
from lms.learning.rules import Access
from lms.web.form_words import FormWords

ROLE_NAMES = {
    Role.LEARNER: _l("Learner"),
    Role.INSTRUCTOR: _l("Instructor"),
    Role.REGISTRAR: _l("Registrar"),
    Role.ADMINISTRATOR: _l("Administrator"),
}


class BaseForm(Form):
    """A form with a token that only our own pages carry."""

    class Meta:
        csrf = True
        csrf_class = SessionCSRF
        csrf_time_limit = timedelta(hours=24)

        @property
        def csrf_secret(self) -> bytes:
            """The key of the tokens, the one that signs sessions."""
            return str(current_app.secret_key).encode()

        @property
        def csrf_context(self) -> Any:
            """Where the session's half of the token is kept."""
            return session

        def get_translations(self, form: Form) -> FormWords:
            """The words of faults that the library finds."""
            return FormWords()


def csrf_token() -> str:
    """The token of a form, which shows that it comes from our own page."""
    return str(cast(CSRFTokenField, BaseForm()["csrf_token"]).current_token)


#: What an e-mail address has to be to open an account, or to become that of one.
EMAIL = [
    InputRequired(_l("Enter your e-mail address.")),
    Length(max=254, message=_l("An e-mail address may have at most 254 characters.")),
    Regexp(
        f"^{ADDRESS.pattern}$",
        message=_l("An e-mail address looks like name@example.org."),
    ),
]


class SignInForm(BaseForm):
    """Who comes back."""

    email = EmailField(_l("E-mail address"), [InputRequired(_l("Enter your e-mail address."))])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))])
    next = HiddenField()


class SignUpForm(BaseForm):
    """Who is new."""

    name = StringField(
        _l("Your name"),
        [
            DataRequired(_l("Enter your name as it shall stand on certificates.")),
            Length(max=200, message=_l("A name may have at most 200 characters.")),
        ],
        description=_l("As it shall stand on certificates."),
    )
    email = EmailField(_l("E-mail address"), EMAIL)
    password = PasswordField(
        _l("Password"),
        [
            InputRequired(_l("Choose a password.")),
            Length(
                min=SHORTEST_PASSWORD,
                max=1000,
                message=_l("A password needs at least %(min)d characters."),
            ),
        ],
        description=_l("At least 10 characters. A sentence you remember is a good one."),
    )
    next = HiddenField()


class PasswordForm(BaseForm):
    """A new password for the old one."""

    current = PasswordField(
        _l("Current password"), [InputRequired(_l("Enter your current password."))]
    )
    new = PasswordField(
        _l("New password"),
        [
            InputRequired(_l("Choose a password.")),
            Length(
                min=SHORTEST_PASSWORD,
                max=1000,
                message=_l("A password needs at least %(min)d characters."),
            ),
        ],
    )


class EnrolForm(BaseForm):
    """The code of a run by invitation; left empty for an open run."""

    code = StringField(_l("Invitation code"), [Optional(), Length(max=40)])


class DraftForm(BaseForm):
    """A notebook as it stands in the page, sent by the page's script."""

    base = IntegerField(validators=[InputRequired(), NumberRange(min=0)])
    device = StringField(validators=[Optional()])
    language = StringField(validators=[AnyOf(list(LOCALES))])
    cells = FileField()

    def validate_cells(self, field: FileField) -> None:
        """Read the list of cells, which is then ``told``. Raises DraftTooLarge, FaultyDraft."""
        content = field.data.read(LARGEST_NOTEBOOK + 1) if field.data else b""
        if len(content) > LARGEST_NOTEBOOK:
            raise DraftTooLarge
        try:
            self.told: object = json.loads(content)
        except (ValueError, RecursionError):
            raise FaultyDraft from None


class OfferForm(BaseForm):
    """A run of a course."""

    version = SelectField(_l("Course"), [InputRequired(_l("Choose a course."))])
    opens = DateField(_l("First day"), [InputRequired(_l("Choose the first day."))])
    closes = DateField(
        _l("Last day"), [Optional()], description=_l("Leave empty for a run without end.")
    )
    access = SelectField(
        _l("Who may enrol"),
        choices=[
            SelectChoice(Access.OPEN.value, _l("Anyone with an account")),
            SelectChoice(Access.INVITATION.value, _l("Whoever has the invitation code")),
        ],
    )

    def choose_from(self, versions: Iterable[tuple[str, str]]) -> None:
        """Offer ``versions``, each a public identifier and a title."""
        self.version.choices = [SelectChoice(*each) for each in versions]

    def validate_closes(self, field: DateField) -> None:
        """A run ends after it opens."""
        first: date | None = self.opens.data
        if field.data and first and field.data < first:
            raise ValidationError(_l("The last day comes after the first."))


class ExtensionForm(BaseForm):
    """More time or attempts for one learner."""

    due = DateField(
        _l("New due date"),
        [Optional()],
        description=_l("The end of this day. Leave empty to keep the date of everybody."),
    )
    extra_attempts = IntegerField(
        _l("More attempts"),
        [
            Optional(),
            NumberRange(0, 100, message=_l("Enter a whole number from 0 to 100.")),
        ],
        description=_l("Added to those that everybody has."),
    )
    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Say why, so that a colleague understands it later.")),
            Length(max=500, message=_l("At most 500 characters.")),
        ],
        description=_l("For those who teach here. The learner does not see it."),
    )


class RevokeForm(BaseForm):
    """Why a credential no longer stands."""

    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Say why. The public page of the credential shows it.")),
            Length(max=500, message=_l("At most 500 characters.")),
        ],
    )


class RoleForm(BaseForm):
    """A role for somebody who has an account."""

    email = EmailField(_l("E-mail address"), [InputRequired(_l("Enter an e-mail address."))])
    role = SelectField(
        _l("Role"),
        choices=[SelectChoice(role.value, name) for role, name in ROLE_NAMES.items()],
    )
