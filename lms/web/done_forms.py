"""What a kept page sends when its link is back, and what an instructor decides about it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Regexp, ValidationError

from lms.catalogue.notebooks import LARGEST_NOTEBOOK
from lms.core.i18n import LOCALES
from lms.learning.draft_rules import FaultyDraft
from lms.learning.drafts import DraftTooLarge
from lms.web.forms import BaseForm

#: More milliseconds than these are no moment of our time.
_END_OF_TIME = 4_000_000_000_000


@dataclass(frozen=True)
class Kept:
    """A notebook as it stood on the device: the version it began with, and its cells.

    ``cells`` is JSON from anybody.
    """

    base: int
    language: str
    cells: object


class DoneForm(BaseForm):
    """A notebook that was handed in without a link, sent by the worker of the browser."""

    deed = StringField(validators=[InputRequired(), Regexp(r"[0-9a-f-]{16,40}\Z")])
    done = IntegerField(validators=[InputRequired(), NumberRange(0, _END_OF_TIME)])
    work = FileField()

    @property
    def moment(self) -> datetime:
        """When it was done, by the clock of the device."""
        return datetime.fromtimestamp((self.done.data or 0) / 1000, UTC)

    def validate_work(self, field: FileField) -> None:
        """Read the notebooks, which are then ``kept``. Raises DraftTooLarge, FaultyDraft."""
        content = field.data.read(LARGEST_NOTEBOOK + 1) if field.data else b""
        if len(content) > LARGEST_NOTEBOOK:
            raise DraftTooLarge
        try:
            told = json.loads(content)
        except (ValueError, RecursionError):
            raise FaultyDraft from None
        if not isinstance(told, dict) or not told:
            raise FaultyDraft
        self.kept = {name: _kept(one) for name, one in told.items()}


def _kept(told: object) -> Kept:
    if not isinstance(told, dict):
        raise FaultyDraft
    base, language = told.get("base"), told.get("language")
    if not isinstance(base, int) or not 0 <= base < 2**31:
        raise FaultyDraft
    if language not in LOCALES:
        raise FaultyDraft
    return Kept(base, str(language), told.get("cells"))


class DecisionForm(BaseForm):
    """Whether the moment that a device tells counts, and why."""

    decision = HiddenField(validators=[AnyOf(["accept", "decline"])])
    reason = TextAreaField(
        _l("Reason"),
        [Length(max=500, message=_l("At most 500 characters."))],
        description=_l("The learner reads it. Needed where you decline."),
    )

    @property
    def accepted(self) -> bool:
        """Whether it counts."""
        return bool(self.decision.data == "accept")

    def validate_reason(self, field: TextAreaField) -> None:
        """Whoever loses by it has to be told why."""
        if not self.accepted and not (field.data or "").strip():
            raise ValidationError(_l("Say why you decline. The learner reads it."))
