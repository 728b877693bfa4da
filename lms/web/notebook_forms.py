"""What the notebook page sends besides its cells: what they put out, and a file to open."""

import json

from flask_babel import lazy_gettext as _l
from wtforms import FileField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from lms.learning.last_outputs import MOST_BYTES, FaultyOutputs
from lms.web.forms import BaseForm
from lms.web.hand_in_forms import HandInForm, NotebookField


class OutputsForm(BaseForm):
    """What cells put out, sent by the page's script."""

    outputs = FileField()

    def validate_outputs(self, field: FileField) -> None:
        """Read the outputs, which are then ``told``. Raises FaultyOutputs."""
        content = field.data.read(2 * MOST_BYTES + 1) if field.data else b""
        if len(content) > 2 * MOST_BYTES:
            raise FaultyOutputs
        try:
            self.told: object = json.loads(content)
        except (ValueError, RecursionError):
            raise FaultyOutputs from None


class OpenFileForm(HandInForm):
    """A notebook to be opened in the page, and the version that it takes the place of."""

    # The page has an element of its own that is called notebook.
    notebook = NotebookField(
        _l("Your notebook"), description=_l("The .ipynb file you worked in."), id="opened-file"
    )
    number = IntegerField(validators=[InputRequired(), NumberRange(min=0)])
