"""A site that speaks from the catalogues as they are now, not as they were last compiled."""

import pytest

from lms.locale.update import PLURALS, compiled
from lms.web.app import create_site


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory):
    """A folder with every catalogue, compiled."""
    folder = tmp_path_factory.mktemp("locale")
    for locale in PLURALS:
        path = folder / locale / "LC_MESSAGES" / "messages.mo"
        path.parent.mkdir(parents=True)
        path.write_bytes(compiled(locale))
    return folder


@pytest.fixture
def speaking(lms):
    """Makes the site, with its catalogues in ``folder``."""

    def make(folder):
        site = create_site(lms)
        site.extensions["babel"].translation_directories[:] = [str(folder)]
        return site

    return make


@pytest.fixture
def site(speaking, catalogues):
    return speaking(catalogues)
