"""Finds the works that share most fingerprints, among ten thousand in bounded time and memory."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import combinations, islice

from lms.grading.similarity import Prints

#: Two works have to have this many fingerprints in common; fewer are met by chance.
LEAST_SHARED = 4
#: As many pairs are named at most; with more of them the tests or the task are at fault.
MOST_NAMED = 100
#: How often pairs are counted while candidates are looked for: some seconds, some 100 MB.
BUDGET = 500_000
#: Of many works only every so-many-th fingerprint is looked at for candidates, so that about
#: these of a work remain: who shares two fifths of theirs is then still met several times.
_SAMPLE = 32
#: Of few works, a passage has to be in more than these to be common; of many, in most of them.
_FEW = 3
#: Fingerprints are counted in so many parts, because most of them are in one work alone.
_PARTS = 32


@dataclass(frozen=True)
class Pair:
    """Two works, by their places among those compared, and the fingerprints they share."""

    first: int
    second: int
    shared: int
    of_first: int
    of_second: int

    @property
    def overlap(self) -> float:
        """The share of the smaller work's fingerprints that the other one has too, 0 to 1."""
        return self.shared / min(self.of_first, self.of_second)


@dataclass(frozen=True)
class Named:
    """The pairs that overlap most, the greatest overlap first, and how many there are in all.

    Where very many works are alike some pairs that overlap less may be missing in ``total``.
    """

    pairs: tuple[Pair, ...]
    total: int


class Comparison:
    """All works of an assignment beside one another."""

    def __init__(self, works: Sequence[Prints]) -> None:
        #: A passage in more works than this is common: it tells nothing of any two of them.
        self.most = max(_FEW, len(works) // 2)
        holders = _holders(works)
        common = {each for each, number in holders.items() if number > self.most}
        for each in common:
            del holders[each]
        self._holders = holders
        #: Of each work the fingerprints that another has too, and how many are its own in all.
        self._shared = [array("Q", [each for each in work if each in holders]) for work in works]
        self._own = [max(1, len(work) - len(common.intersection(work))) for work in works]

    def pair(self, first: int, second: int) -> Pair:
        """Two works, whatever they have in common."""
        shared = len(set(self._shared[first]).intersection(self._shared[second]))
        return self._pair(first, second, shared)

    def holders(self, first: int, second: int) -> Mapping[int, int]:
        """The fingerprints that two works share, each with how many works have it."""
        both = set(self._shared[first]).intersection(self._shared[second])
        return {each: self._holders[each] for each in both}

    def named(self, least: float) -> Named:
        """The pairs that overlap by ``least`` or more."""
        groups = self._groups()
        found = list(self._alike(groups, least))
        total = sum(
            len(one) * (len(one) - 1) // 2 if one is other else len(one) * len(other)
            for one, other, _shared in found
        )
        pairs = (
            self._pair(min(both), max(both), shared)
            for one, other, shared in found
            for both in islice(_both(one, other), MOST_NAMED)
        )
        return Named(
            tuple(
                nlargest(
                    MOST_NAMED,
                    pairs,
                    key=lambda one: (one.overlap, one.shared, -one.first, -one.second),
                )
            ),
            total,
        )

    def _pair(self, first: int, second: int, shared: int) -> Pair:
        return Pair(first, second, shared, self._own[first], self._own[second])

    def _groups(self) -> list[list[int]]:
        """The works that may be in a pair; those that share the same with all others together."""
        groups: dict[tuple[bytes, int], list[int]] = defaultdict(list)
        for number, shared in enumerate(self._shared):
            if len(shared) >= LEAST_SHARED:
                groups[shared.tobytes(), self._own[number]].append(number)
        return list(groups.values())

    def _alike(
        self, groups: Sequence[list[int]], least: float
    ) -> Iterator[tuple[list[int], list[int], int]]:
        """The groups that are alike, also each with itself, and how much any two works share."""
        for group in groups:
            shared = len(self._shared[group[0]])
            if len(group) > 1 and shared >= least * self._own[group[0]]:
                yield group, group, shared
        last, held = -1, set[int]()
        for one, other in sorted(self._candidates(groups, least)):
            if one != last:
                last, held = one, set(self._shared[groups[one][0]])
            second = groups[other][0]
            shared = len(held.intersection(self._shared[second]))
            smaller = min(self._own[groups[one][0]], self._own[second])
            if shared >= max(LEAST_SHARED, least * smaller):
                yield groups[one], groups[other], shared

    def _candidates(self, groups: Sequence[list[int]], least: float) -> Iterator[tuple[int, int]]:
        """The groups that may be alike, by their places.

        All of them, unless so many works share so much that counting would take too long: then
        some fingerprints stand for all, and those that most works have are left out.
        """
        step = self._step()
        index: dict[int, list[int]] = defaultdict(list)
        for place, group in enumerate(groups):
            for each in self._shared[group[0]]:
                if each % step == 0:
                    index[each].append(place)
        # Works that share one passage mostly share others, so the same lists come again.
        lists = Counter(tuple(each) for each in index.values() if len(each) > 1)
        met: Counter[tuple[int, int]] = Counter()
        left = BUDGET
        for places, times in sorted(lists.items(), key=lambda each: len(each[0])):
            left -= len(places) * (len(places) - 1) // 2
            if left < 0:
                break
            for both in combinations(places, 2):
                met[both] += times
        # A sample may show less than there is, and what was left out shows nothing at all.
        certain = 1.0 if step == 1 else 0.5
        for (one, other), times in met.items():
            smaller = min(self._own[groups[one][0]], self._own[groups[other][0]])
            if left < 0 or times * step >= certain * least * smaller:
                yield one, other

    def _step(self) -> int:
        """Every which fingerprint is looked at for candidates: each of few works."""
        counts = sum(number * (number - 1) // 2 for number in self._holders.values())
        works = max(1, len(self._shared))
        length = sum(map(len, self._shared)) // works
        return max(1, min(1 + counts // BUDGET, length // _SAMPLE))


def _holders(works: Sequence[Prints]) -> dict[int, int]:
    """How many works have each fingerprint that more than one has."""
    parts = [array("Q") for _ in range(_PARTS)]
    for work in works:
        for each in work:
            parts[each % _PARTS].append(each)
    found: dict[int, int] = {}
    while parts:
        counted = Counter(parts.pop())
        found.update((each, number) for each, number in counted.items() if number > 1)
    return found


def _both(one: Sequence[int], other: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each work of one group with each of another, or with the others of the same."""
    if one is other:
        return combinations(one, 2)
    return ((first, second) for first in one for second in other)
