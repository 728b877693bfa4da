"""The form with which a learner hands in files: a field for each notebook of the assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import FileField, ValidationError

from lms.catalogue.notebook_names import file_name
from lms.catalogue.notebooks import LARGEST_NOTEBOOK, LARGEST_WORK
from lms.grading.service import WorkTooLarge
from lms.web import templating
from lms.web.forms import BaseForm

if TYPE_CHECKING:
    from lms.catalogue.models import Assignment


class NotebookField(FileField):
    """The file of one notebook; ``content`` are its bytes, None before it is read."""

    def __init__(self, *args: Any, notebook: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.notebook = notebook
        self.content: bytes | None = None

    def pre_validate(self, form: Any) -> None:
        """Read the file, if one was chosen."""
        if not self.data:
            return
        content = self.data.read(LARGEST_NOTEBOOK + 1)
        if len(content) > LARGEST_NOTEBOOK:
            raise ValidationError(
                _l("A notebook may be at most 5 MB. Clear its outputs and save it again.")
            )
        if not content:
            raise ValidationError(_l("This file is empty. Choose the notebook you worked in."))
        self.content = content


class HandInForm(BaseForm):
    """A learner's notebooks; `hand_in_form` adds their fields."""

    @property
    def files(self) -> list[NotebookField]:
        """The fields of the notebooks, in their order."""
        return [field for field in self if isinstance(field, NotebookField)]

    @property
    def work(self) -> dict[str, bytes]:
        """What was sent, by the name of the notebook."""
        return {each.notebook: each.content for each in self.files if each.content is not None}

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether each file can be taken, there is at least one, and all are not too much."""
        is_good = super().validate(extra_validators)
        if is_good and not self.work:
            several = len(self.files) > 1
            self.files[0].errors = [
                _l("Choose at least one notebook to hand in.")
                if several
                else _l("Choose the notebook to hand in.")
            ]
        if sum(map(len, self.work.values())) > LARGEST_WORK:
            self.form_errors.append(templating.sentence(WorkTooLarge().sentence))
        return is_good and bool(self.work) and not self.form_errors


def hand_in_form(assignment: Assignment, sent: Any = None) -> HandInForm:
    """The form of ``assignment``, with what was ``sent``; an only field is called notebook."""
    fields: dict[str, Any] = {}
    if len(assignment.notebooks) == 1:
        fields["notebook"] = NotebookField(
            _l("Your notebook"), description=_l("The .ipynb file you worked in.")
        )
    else:
        for number, each in enumerate(assignment.notebooks, start=1):
            label = _l("Notebook %(name)s", name=file_name(assignment.slug, each.name))
            fields[f"notebook-{number}"] = NotebookField(label, notebook=each.name)
    return cast(HandInForm, type("HandInFormOf", (HandInForm,), fields)(sent))
