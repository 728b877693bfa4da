"""The password, asked again before something that a stranger at the screen must not do."""

from flask import request
from flask_babel import gettext as _
from wtforms import PasswordField

from lms.core.errors import Refused
from lms.institutes import service
from lms.web import access, templating
from lms.web.forms import BaseForm


def is_confirmed(form: BaseForm, field: PasswordField) -> bool:
    """Whether ``field`` of a sound form is the visitor's password; if not, it says why.

    Guesses count as those at sign-in do.
    """
    who = access.person()
    if not form.validate():
        return False
    with access.lms().database.reading() as reading:
        proof = service.examine(
            reading,
            email=who.email,
            password=field.data or "",
            address=request.remote_addr or "",
            now=access.now(),
        )
    found = service.confirm(access.session(), proof, now=access.now())
    if isinstance(found, service.WrongPassword):
        field.errors = [_("This is not your current password.")]
    elif isinstance(found, Refused):
        field.errors = [templating.sentence(found.sentence)]
    return not isinstance(found, Refused)
