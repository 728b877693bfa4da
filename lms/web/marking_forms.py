"""What markers and those who ask for a review send us."""

import math
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from lms.grading.agreement import ChosenItem, summed
from lms.grading.by_hand import ExtraOutOfRange, Opinion, PointsOutOfRange
from lms.grading.rubrics import Line
from lms.grading.similarity import Finding
from lms.web import templating
from lms.web.forms import BaseForm

LONGEST = 5000
MOST_LINES = 30
_TOO_LONG = _l("At most %(max)d characters.")


def number_in(text: str | None) -> float:
    """The number in ``text``, with a decimal comma or point. Raises ValidationError for none."""
    try:
        value = float((text or "").strip().replace(",", ".").replace("\u2212", "-"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValidationError(_("Enter the points as a number."))
    return value


class PointsForm(BaseForm):
    """Points for a cell marked by hand."""

    points = StringField(_l("Points"), [InputRequired(_l("Enter the points."))])

    def validate_points(self, field: StringField) -> None:
        """Read the number, which is then ``value``."""
        self.value = number_in(field.data)


class ExtraForm(BaseForm):
    """Extra credit for a cell, beside its points."""

    extra = StringField(_l("Extra credit"), [Length(max=20, message=_TOO_LONG)])

    def validate_extra(self, field: StringField) -> None:
        """Read the number where there is one, which is then ``given``."""
        self.given = number_in(field.data) if (field.data or "").strip() else None

    def blame(self, error: PointsOutOfRange | ExtraOutOfRange) -> None:
        """Say at the field in question what is wrong with it."""
        field = self["extra" if isinstance(error, ExtraOutOfRange) else "points"]
        field.errors = [templating.sentence(error.sentence)]


class MarkForm(ExtraForm):
    """Points, items of the rubric, extra credit and words for one cell.

    Without points, they are the items' sum; without extra credit, there is none.
    """

    item = SelectMultipleField(_l("Rubric"), validate_choice=False)
    points = StringField(_l("Points"), [Length(max=20, message=_TOO_LONG)])
    comment = TextAreaField(
        _l("Comment for the learner"), [Optional(), Length(max=LONGEST, message=_TOO_LONG)]
    )
    saved = SelectMultipleField(_l("Kept comments"), validate_choice=False)
    keep = BooleanField(_l("Keep this comment, to use it again for this cell"))

    def validate_points(self, field: StringField) -> None:
        """Read the number where there is one, which is then ``value``."""
        if (field.data or "").strip():
            self.value: float | None = number_in(field.data)
        elif self.item.data:
            self.value = None
        else:
            raise ValidationError(_("Enter the points, or choose an item of the rubric."))

    def opinion(
        self, items: Sequence[tuple[str, ChosenItem]], comments: dict[str, str], most: float
    ) -> Opinion:
        """What the form says, with the cell's ``items`` and kept ``comments`` by identifier."""
        chosen = [item for public_id, item in items if public_id in (self.item.data or ())]
        points = self.value
        if points is None:
            points = summed((item["points"] for item in chosen), most)
        return Opinion(points, chosen, self.words(comments), self.given or 0.0)

    def words(self, comments: dict[str, str]) -> str:
        """The comment with the kept ones that were ticked, those that it holds already left out."""
        own = (self.comment.data or "").strip()
        ticked = [comments[each] for each in self.saved.data or () if each in comments]
        return "\n\n".join(filter(None, (own, *(text for text in ticked if text not in own))))


class RubricForm(BaseForm):
    """The lines of a rubric, each of which has a label, points and a place; empty ones go."""

    def __init__(self, sent: MultiDict[str, str]) -> None:
        super().__init__(sent)
        self.rows = list(
            zip(
                sent.getlist("item"),
                sent.getlist("label"),
                sent.getlist("points"),
                sent.getlist("place"),
                strict=False,
            )
        )[:MOST_LINES]
        self.without = sent.getlist("without")

    def lines(self) -> list[Line] | None:
        """The rubric in its order, or None after what is wrong was added to ``form_errors``."""
        found: list[tuple[float, Line]] = []
        for item, label, points, place in self.rows:
            words = label.strip()
            if not words and not points.strip():
                continue
            try:
                if not words or len(words) > 300:
                    raise ValidationError(_("Each line needs words, at most 300 characters."))
                found.append((number_in(place), Line(words, number_in(points), item)))
            except ValidationError as error:
                self.form_errors.append(str(error))
        if self.form_errors:
            return None
        return [line for _place, line in sorted(found, key=lambda each: each[0])]


class SecondForm(BaseForm):
    """Whether two markers are demanded, and by how much they may differ."""

    demanded = BooleanField(_l("Two people mark each cell, neither seeing the other’s points"))
    tolerance = StringField(_l("Points by which they may differ and still agree"))

    def validate_tolerance(self, field: StringField) -> None:
        """Read the number, nothing being 0, which is then ``value``."""
        self.value = number_in(field.data or "0")
        if self.value < 0:
            raise ValidationError(_("Enter the points as a number of 0 or more."))


class AskForm(BaseForm):
    """Which cell a learner wants looked at again, and why."""

    cell = SelectField(_l("Question"))
    text = TextAreaField(
        _l("What should be looked at again, and why?"),
        [
            DataRequired(_l("Say what should be looked at again.")),
            Length(max=LONGEST, message=_TOO_LONG),
        ],
    )

    def choose_from(self, cells: Sequence[str]) -> None:
        """Offer these cells."""
        self.cell.choices = [SelectChoice(each, each) for each in cells]


class AnswerForm(ExtraForm):
    """The answer to a request for review, with other points and extra credit or without."""

    text = TextAreaField(
        _l("Your answer to the learner"),
        [DataRequired(_l("Write an answer.")), Length(max=LONGEST, message=_TOO_LONG)],
    )
    points = StringField(_l("New points"), [Length(max=20, message=_TOO_LONG)])

    def validate_points(self, field: StringField) -> None:
        """Read the number where there is one, which is then ``value``."""
        self.value = number_in(field.data) if (field.data or "").strip() else None


class PairForm(BaseForm):
    """What somebody found who looked at two works side by side."""

    finding = RadioField(
        _l("What did you find?"),
        [InputRequired(_l("Say what you found."))],
        choices=[
            SelectChoice(Finding.NOTHING.value, _l("Looked at, nothing to talk about")),
            SelectChoice(Finding.TALKED.value, _l("Talked about with the learners")),
        ],
    )
    text = TextAreaField(
        _l("Note, for those who teach here only"),
        [Optional(), Length(max=2000, message=_TOO_LONG)],
    )
