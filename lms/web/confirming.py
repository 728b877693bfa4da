"""The password, asked again before something that a stranger at the screen must not do."""

from flask import request
from flask_babel import gettext as _

from lms.core.errors import Refused
from lms.institutes import service
from lms.web import access, templating
from lms.web.profile_forms import ConfirmForm


def is_confirmed(form: ConfirmForm) -> bool:
    """Whether the form holds the visitor's password; if not, it says why. Guesses count."""
    who = access.person()
    if not form.validate():
        return False
    with access.lms().database.reading() as reading:
        proof = service.examine(
            reading,
            email=who.email,
            password=form.password.data or "",
            address=request.remote_addr or "",
            now=access.now(),
        )
    found = service.confirm(access.session(), proof, now=access.now())
    if isinstance(found, service.WrongPassword):
        form.password.errors = [_("This is not your current password.")]
    elif isinstance(found, Refused):
        form.password.errors = [templating.sentence(found.sentence)]
    return not isinstance(found, Refused)
