"""Which of the author's data a test cell may look up, so that only that is compared."""

import pytest

from sandboxes.inside.exam.asserting import prepared
from sandboxes.inside.exam.mentions import Mentions


@pytest.mark.parametrize(
    "source",
    [
        "assert f(rain) == 1",
        "rain",
        "assert [g(r) for r in rain]",
        "def test():\n    return lambda: rain\ntest()",
        "assert eval('len(rain)') == 2",
        "assert table.query('mm > @rain').empty",
        "assert f({'a': ('b', 'rain + 1')})",
        "assert globals()['ra' + name]",
    ],
)
def test_what_a_cell_may_look_up_is_mentioned(source):
    mentions = Mentions()
    for code in prepared(source, "cell").codes:
        mentions.add(code)

    assert mentions.may_be("rain")


def test_what_it_does_not_name_is_not_mentioned():
    mentions = Mentions()
    for code in prepared("assert f(rains) == 'train'", "cell").codes:
        mentions.add(code)

    assert not mentions.may_be("rain")


def test_of_an_own_cell_only_its_functions_may_look_up_anything_later():
    mentions = Mentions()
    for code in prepared("snow = rain\ndef helper(): return sun", "cell").codes:
        mentions.add_later(code)

    assert mentions.may_be("sun")
    assert not mentions.may_be("rain")
