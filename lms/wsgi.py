"""The WSGI application of the settings in the environment: ``gunicorn lms.wsgi:app``."""

import os
import sys

from lms.bootstrap import Settings, assemble
from lms.founding import prepare
from lms.web.app import create_site

_lms = assemble(Settings.from_environment(os.environ))
for _line in prepare(_lms, people=False):
    print(_line, file=sys.stderr)
# The server may fork what is loaded here, and no two processes may share a connection.
_lms.database.close()

app = create_site(_lms)
