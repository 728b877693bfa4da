"""The WSGI application of the settings in the environment: ``gunicorn lms.wsgi:app``."""

import os
import sys

from lms.bootstrap import Settings, assemble
from lms.founding import prepare
from lms.web.app import create_site

_lms = assemble(Settings.from_environment(os.environ))
for _line in prepare(_lms):
    print(_line, file=sys.stderr)

app = create_site(_lms)
