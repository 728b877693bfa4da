"""Names of feedback pages: the file's own, and never two alike."""

from pathlib import Path

import pytest

from lms.commands.feedback_files import page_names


@pytest.mark.parametrize(
    ("files", "names"),
    [
        pytest.param(["/w/salma.ipynb", "/w/rim.ipynb"], ["salma", "rim"], id="plain"),
        pytest.param(
            ["/w/salma/ps1.ipynb", "/w/rim/ps1.ipynb", "/w/x.ipynb"],
            ["salma-ps1", "rim-ps1", "x"],
            id="a folder for each learner",
        ),
        pytest.param(
            ["/w/salma/one/ps.ipynb", "/w/rim/one/ps.ipynb"],
            ["salma-one-ps", "rim-one-ps"],
            id="folders alike too",
        ),
        pytest.param(["/w/a.ipynb", "/w/a.ipynb"], ["w-a", "w-a-2"], id="given twice"),
        pytest.param(["/w/A.ipynb", "/v/a.ipynb"], ["w-A", "v-a"], id="but for capitals"),
        pytest.param(["/w/a.ipynb", "/w/a.json"], ["w-a", "w-a-2"], id="but for the ending"),
        pytest.param(
            ["/w/a-b.ipynb", "/w/a/b.ipynb", "/w/c/b.ipynb"],
            ["w-a-b", "w-a-b-2", "c-b"],
            id="joined",
        ),
        pytest.param([], [], id="nothing"),
    ],
)
def test_pages_are_called_after_their_files(files, names):
    assert page_names([Path(file) for file in files]) == names
