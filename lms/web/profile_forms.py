"""What people say about themselves: how they are called, and how pages shall look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import DataRequired, InputRequired, Length

from lms.core.i18n import NATIVE_NAMES
from lms.institutes.rules import Script, TextSize, Theme, is_written_in, printable
from lms.web.forms import EMAIL, BaseForm
from lms.web.zone_choices import zone_choices

if TYPE_CHECKING:
    from lms.institutes.models import Person

_NOT_TOO_LONG = Length(max=200, message=_l("A name may have at most 200 characters."))


class ProfileForm(BaseForm):
    """How a person is called, which language they read and whose clock they go by."""

    name = StringField(
        _l("Your name"),
        [DataRequired(_l("Enter the name by which people know you.")), _NOT_TOO_LONG],
        description=_l("Those who teach you see it."),
    )
    latin_name = StringField(
        _l("Name on certificates, in Latin script"),
        [_NOT_TOO_LONG],
        description=_l("As in your identity card. Left empty, your name stands there as above."),
    )
    arabic_name = StringField(
        _l("Name on certificates, in Arabic script"),
        [_NOT_TOO_LONG],
        description=_l("As in your identity card. With both, both stand on certificates."),
    )
    locale = SelectField(
        _l("Language"), choices=[SelectChoice(*each) for each in NATIVE_NAMES.items()]
    )
    time_zone = SelectField(_l("Time zone"), choices=zone_choices)

    @classmethod
    def of(cls, person: Person) -> ProfileForm:
        """The form with what ``person`` has chosen."""
        return cls(
            name=person.name,
            latin_name=person.latin_name,
            arabic_name=person.arabic_name,
            locale=person.locale,
            time_zone=person.time_zone or "",
        )

    def validate_latin_name(self, field: StringField) -> None:
        """A name in Latin script has no other letters."""
        if not _fits(Script.LATIN, field):
            raise ValidationError(_l("Use Latin letters only, without digits or other signs."))

    def validate_arabic_name(self, field: StringField) -> None:
        """A name in Arabic script has no other letters."""
        if not _fits(Script.ARABIC, field):
            raise ValidationError(_l("Use Arabic letters only, without digits or other signs."))


class LooksForm(BaseForm):
    """Light or dark, and how large text is; empty leaves it to the device."""

    theme = RadioField(
        _l("Colours"),
        choices=[
            SelectChoice("", _l("As on this device")),
            SelectChoice(Theme.LIGHT.value, _l("Light")),
            SelectChoice(Theme.DARK.value, _l("Dark")),
        ],
    )
    text_size = RadioField(
        _l("Text size"),
        choices=[
            SelectChoice("", _l("Normal")),
            SelectChoice(TextSize.LARGER.value, _l("Larger")),
            SelectChoice(TextSize.LARGEST.value, _l("Largest")),
        ],
    )
    next = HiddenField()

    @classmethod
    def of(cls, looks: Mapping[str, str], *, then: str) -> LooksForm:
        """The form with what was chosen; it leads to the address ``then``."""
        return cls(theme=looks["theme"], text_size=looks["text_size"], next=then)


class ConfirmForm(BaseForm):
    """The password, shown again before something that a stranger at the screen must not do."""

    password = PasswordField(
        _l("Current password"), [InputRequired(_l("Enter your current password."))]
    )


class AddressForm(ConfirmForm):
    """Another e-mail address, and the password."""

    email = EmailField(_l("New e-mail address"), EMAIL)


def _fits(script: Script, field: StringField) -> bool:
    name = printable(field.data or "")
    return not name or is_written_in(script, name)
