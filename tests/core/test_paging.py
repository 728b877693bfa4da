"""Which part of a long list a page shows."""

import pytest

from lms.core.paging import window


@pytest.mark.parametrize(
    ("total", "wanted", "number", "pages", "offset"),
    [
        pytest.param(0, 1, 1, 1, 0, id="nothing has one empty page"),
        pytest.param(20, 1, 1, 1, 0, id="a full page is one"),
        pytest.param(21, 2, 2, 2, 20, id="one more begins another"),
        pytest.param(21, 9, 2, 2, 20, id="beyond the last is the last"),
        pytest.param(21, -3, 1, 2, 0, id="before the first is the first"),
    ],
)
def test_a_page_of_a_long_list(total, wanted, number, pages, offset):
    found = window(total, wanted, 20)

    assert (found.number, found.pages, found.offset) == (number, pages, offset)
