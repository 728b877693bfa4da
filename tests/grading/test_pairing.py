"""Which works of very many share most, found without comparing each with each."""

from array import array
from itertools import combinations
from random import Random

import pytest

from lms.grading import pairing
from lms.grading.pairing import MOST_NAMED, Comparison


def prints(*numbers):
    return array("Q", sorted(set(numbers)))


def texts(count, *, of, changes, seed=1):
    """Works of 200 fingerprints made from ``of`` texts, each with so many of its own."""
    chance = Random(seed)
    patterns = [[chance.getrandbits(60) for _ in range(200)] for _ in range(of)]
    made = []
    for number in range(count):
        own = list(patterns[number % of])
        for place in chance.sample(range(200), changes):
            own[place] = chance.getrandbits(60)
        made.append(prints(*own))
    return made


def by_hand(works, least):
    """Each with each, where no passage is common: overlap and places, the greatest first."""
    found = []
    for (first, one), (second, other) in combinations(enumerate(works), 2):
        shared = len(set(one) & set(other))
        overlap = shared / min(len(one), len(other))
        if shared >= pairing.LEAST_SHARED and overlap >= least:
            found.append((overlap, first, second))
    return sorted(found, key=lambda each: (-each[0], each[1], each[2]))


def told(named):
    return [(each.overlap, each.first, each.second) for each in named.pairs]


@pytest.mark.parametrize("budget", [500_000, 2_000])
def test_the_pairs_are_those_that_comparing_each_with_each_finds(monkeypatch, budget):
    monkeypatch.setattr(pairing, "BUDGET", budget)
    works = texts(60, of=20, changes=30)

    named = Comparison(works).named(0.4)

    expected = by_hand(works, 0.4)
    assert len(expected) == 60
    assert told(named) == expected
    assert named.total == 60


def test_only_the_best_hundred_are_named_and_the_others_counted():
    works = texts(90, of=9, changes=20)

    named = Comparison(works).named(0.4)

    assert told(named) == by_hand(works, 0.4)[:MOST_NAMED]
    assert named.total == 9 * 45


def test_works_that_are_the_same_are_compared_once(monkeypatch):
    met = []
    monkeypatch.setattr(
        pairing, "combinations", lambda *given: met.append(given) or combinations(*given)
    )
    works = texts(3, of=3, changes=0) * 1000

    named = Comparison(works).named(0.4)

    # 1000 of each of three texts: within a text all are alike, and no two texts are.
    assert named.total == 3 * 1000 * 999 // 2
    assert [each.overlap for each in named.pairs] == [1.0] * MOST_NAMED
    assert len(met) == 3


def test_no_more_pairs_are_counted_than_there_is_time_for(monkeypatch):
    monkeypatch.setattr(pairing, "BUDGET", 1000)
    counted = []

    def counting(places, two):
        pairs = list(combinations(places, two))
        counted.append(len(pairs))
        return pairs

    monkeypatch.setattr(pairing, "combinations", counting)
    works = texts(300, of=3, changes=10)

    named = Comparison(works).named(0.4)

    assert sum(counted) <= 1000
    assert all(each.overlap >= 0.4 for each in named.pairs)


def test_those_that_share_what_nobody_else_has_are_found_among_very_many(monkeypatch):
    monkeypatch.setattr(pairing, "BUDGET", 1000)
    works = texts(300, of=3, changes=100)
    copy = prints(*list(works[7])[:-3], 5, 6, 7)

    named = Comparison([*works, copy]).named(0.4)

    best = named.pairs[0]
    assert (best.first, best.second) == (7, 300)
    assert best.overlap > 0.9


@pytest.mark.parametrize("works", [[], [prints()], [prints(), prints(1)], [prints(1, 2, 3)] * 2])
def test_of_next_to_nothing_there_is_no_pair(works):
    assert Comparison(works).named(0.0).pairs == ()
