"""What people send who check a signed file."""

from flask_babel import lazy_gettext as _l
from wtforms import FileField, ValidationError
from wtforms.validators import InputRequired

from lms.catalogue.notebooks import LARGEST_NOTEBOOK
from lms.credentials.reading import LARGEST
from lms.web.forms import BaseForm


class CheckForm(BaseForm):
    """A signed file and, if wished, the work that a receipt is for."""

    file = FileField(_l("The signed file"), [InputRequired(_l("Choose the signed file."))])
    work = FileField(
        _l("The work that a receipt is for"),
        description=_l("If you give it, it is compared with what the receipt is for."),
    )

    def validate_file(self, field: FileField) -> None:
        """Read the file, which is then ``content``."""
        self.content = _read(field, LARGEST)

    def validate_work(self, field: FileField) -> None:
        """Read the work if there is any, which is then ``work_content``."""
        self.work_content = _read(field, LARGEST_NOTEBOOK) if field.data else None


def _read(field: FileField, most: int) -> bytes:
    content: bytes = field.data.read(most + 1)
    if len(content) > most:
        raise ValidationError(_l("This file is too large to be a signed file or a notebook."))
    return content
