"""Passages that two pieces of code have in common, whatever their names."""

import pytest

from lms.grading import pairing, similarity
from lms.grading.pairing import LEAST_SHARED
from lms.grading.similarity import GRAM, MOST_TEXT, WINDOW, starter, work

STARTER = "def spread(values):\n    '''How far they lie.'''\n    # YOUR CODE HERE\n"
SALMA = (
    "def spread(values):\n    '''How far they lie.'''\n    centre = sum(values) / len(values)\n"
    "    squares = [(value - centre) ** 2 for value in values]\n"
    "    if len(values) < 2:\n        return 0.0\n"
    "    return (sum(squares) / (len(squares) - 1)) ** 0.5\n"
)
RENAMED = (
    "def spread(v):\n    '''Something else.'''  # mine\n    m = sum( v )/len( v )\n\n"
    "    s = [(x - m)**2 for x in v]\n"
    "    if len(v) < 2:\n          return 0.0\n"
    "    return (sum(s) / (len(s) - 1)) ** 0.5  # all mine\n"
)
OTHER = (
    "def spread(values):\n    '''How far they lie.'''\n    import statistics\n    total = 0\n"
    "    for one in values:\n        total += one * one\n    while total > 10 ** 9:\n"
    "        raise OverflowError('too far')\n    return statistics.stdev(values)\n"
)


class Comparison(pairing.Comparison):
    """Works compared, with what two of them have in common."""

    def __init__(self, compared):
        super().__init__([similarity.prints(each) for each in compared])
        self.compared = compared

    def pairs(self, least):
        named = self.named(least)
        assert named.total == len(named.pairs)
        return list(named.pairs)

    def passages(self, first, second, cell):
        both = self.compared[first], self.compared[second]
        return similarity.passages(*both, self.holders(first, second), cell)


def works(*codes, given=STARTER):
    return [work({"spread": code}, starter({"spread": given})) for code in codes]


def test_other_names_spaces_texts_and_comments_hide_nothing():
    (pair,) = Comparison(works(SALMA, RENAMED, OTHER)).pairs(0.4)

    assert (pair.first, pair.second, pair.overlap) == (0, 1, 1.0)
    assert pair.shared > 10


def test_works_that_go_other_ways_are_no_pair():
    assert Comparison(works(SALMA, OTHER)).pairs(0.4) == []


def test_what_learners_were_given_is_nobodys_own():
    given = SALMA.replace("** 0.5", "")
    (mine, theirs) = works(SALMA, SALMA + "# nothing more", given=given)

    assert len(mine.places) < LEAST_SHARED
    assert Comparison([mine, theirs]).pairs(0.0) == []


def test_the_same_code_in_another_answer_is_not_compared():
    one = work({"spread": SALMA}, {})
    other = work({"mean": SALMA}, {})

    assert Comparison([one, other]).pairs(0.0) == []


@pytest.mark.parametrize(("alike", "pairs"), [(2, 1), (3, 3), (4, 6), (5, 0), (7, 0)])
def test_a_passage_that_most_of_a_small_class_has_tells_nothing(alike, pairs):
    own = [f"def spread(v):\n    return v[{n}::{n}] + [{n}] * {n} if v else {n}" for n in range(4)]

    found = Comparison(works(*[SALMA] * alike, *own)).pairs(0.4)

    assert len([pair for pair in found if pair.second < alike]) == pairs


def test_of_a_large_class_half_may_share_what_is_still_looked_at():
    own = [f"x{n} = {[n] * 40}" for n in range(12)]

    comparison = Comparison(works(*[SALMA] * 8, *own))

    assert comparison.most == 10
    assert len(comparison.pairs(0.4)) == 28


def test_a_copied_part_is_found_where_it_stands_in_both():
    part = "    squares = [(value - centre) ** 2 for value in values if value is not None]\n"
    first = f"def spread(values):\n    centre = min(values)\n{part}    return len(squares)\n"
    second = (
        f"def spread(numbers):\n    print(numbers, numbers)\n{part}    return max(squares) / 3\n"
    )
    comparison = Comparison(works(first, second))

    (here,), (there,) = comparison.passages(0, 1, "spread")

    assert first[here.start : here.end] in first
    assert part.strip()[:-8] in first[here.start : here.end]
    assert part.strip()[:-8] in second[there.start : there.end]
    assert (here.number, there.number, here.holders) == (1, 1, 2)
    assert comparison.passages(0, 1, "mean") == ((), ())


def test_two_parts_in_another_order_keep_their_numbers():
    parts = [
        "    low = [value for value in values if value < centre - 1 and value != 0]\n",
        "    while total % 7 == 3: total = total // 2 + len(values) ** 3 - 11\n",
    ]
    between = "    print(centre)\n"
    first, second = parts[0] + between + parts[1], parts[1] + "    pass\n" + parts[0]

    here, there = Comparison(works(first, second)).passages(0, 1, "spread")

    assert [one.number for one in here] == [1, 2]
    assert [one.number for one in there] == [2, 1]


HOSTILE = {
    "nothing": "",
    "too short": "x = 1",
    "an open text": "x = '''" + "a" * 9000,
    "many quotes": "'\"" * 9000,
    "half a line": "x = (" * 5000,
    "no code": "\x00\u2028 ⵣ ۝ \\" * 2000,
}


@pytest.mark.parametrize("code", HOSTILE.values(), ids=HOSTILE)
def test_whatever_was_handed_in_is_compared_soon(code):
    found = works(code, code, SALMA)

    comparison = Comparison(found)
    comparison.pairs(0.4)
    for passage in comparison.passages(0, 1, "spread")[0]:
        assert 0 <= passage.start < passage.end <= len(code)


def test_very_long_answers_are_compared_as_far_as_there_is_time():
    code = "\n".join(f"x{n} = {n} * y[{n}] + {n % 7}" for n in range(9000))

    (mine,) = works(code)

    ends = [place.end for places in mine.places.values() for place in places]
    assert MOST_TEXT - 200 < max(ends) <= MOST_TEXT


def test_every_passage_of_a_gram_and_a_window_in_common_is_found():
    common = "total = [n * n for n in range(9) if n % 2 == 1] * 2"
    assert len(common.replace(" ", "").replace("total", "V")) == GRAM + WINDOW
    for n in range(12):
        first = f"{'a = b + c; ' * n}{common}\nreturn {n}"
        second = f"{'if q: r -= 3; ' * (12 - n)}{common}\nyield"
        assert Comparison(works(first, second)).pair(0, 1).shared >= 1
