"""What the tests of an assignment are worth: run on solution, blank and mistakes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lms.core.i18n import Sentence
from lms.grading.mutations import Kind

#: How often the solution is run, to find tests that do not always say the same.
RUNS = 5


@dataclass(frozen=True)
class Points:
    """What a graded cell gave, and what its mark says."""

    grade_id: str
    score: float
    max_score: float
    message: Sentence


@dataclass(frozen=True)
class Flaky:
    """A graded cell that gave ``scores``, not all the same, in the runs of the solution."""

    grade_id: str
    scores: tuple[float, ...]
    max_score: float


@dataclass(frozen=True)
class Tried:
    """A small mistake in the answer cell ``grade_id`` that was run.

    ``by`` is the test cell that gave fewer points for it, or None where none noticed. A run
    that came to no end by itself was noticed too: ``ending`` says which it was.
    """

    grade_id: str
    line: int
    kind: Kind
    before: str
    after: str
    by: str | None
    ending: str = "finished"

    @property
    def is_noticed(self) -> bool:
        """Whether a learner with this mistake would lose points."""
        return self.by is not None


@dataclass(frozen=True)
class Quality:
    """What came of trying the tests of an assignment.

    ``short`` are the cells in which the author's own solution falls short, ``given`` those that
    an untouched release earns points in, ``idle`` those that check nothing. Of ``there`` small
    mistakes, ``tried`` were tried. ``seconds`` is how long all of it took.
    """

    runs: int = RUNS
    short: tuple[Points, ...] = ()
    given: tuple[Points, ...] = ()
    flaky: tuple[Flaky, ...] = ()
    idle: tuple[str, ...] = ()
    tried: tuple[Tried, ...] = ()
    there: int = 0
    seconds: float = 0.0

    @property
    def survivors(self) -> tuple[Tried, ...]:
        """The mistakes that no test noticed."""
        return tuple(one for one in self.tried if not one.is_noticed)

    @property
    def noticed(self) -> int:
        """How many mistakes were noticed."""
        return len(self.tried) - len(self.survivors)

    @property
    def share(self) -> float | None:
        """The share of the tried mistakes that were noticed, 0 to 1; None if none was tried."""
        return self.noticed / len(self.tried) if self.tried else None

    @property
    def is_sound(self) -> bool:
        """Whether the solution always earns everything, and a blank nothing."""
        return not (self.short or self.given or self.flaky)

    @property
    def faulty(self) -> tuple[str, ...]:
        """The grade ids of the cells because of which this `is_sound` no longer."""
        named = (one.grade_id for group in (self.short, self.given, self.flaky) for one in group)
        return tuple(dict.fromkeys(named))

    @property
    def cells(self) -> tuple[tuple[str, int, int], ...]:
        """For each answer cell: its grade id, how many mistakes were noticed, how many tried."""
        counts: dict[str, list[bool]] = {}
        for one in self.tried:
            counts.setdefault(one.grade_id, []).append(one.is_noticed)
        return tuple((name, sum(each), len(each)) for name, each in counts.items())

    # Any: a JSON object, stored and printed as it is.
    def as_json(self) -> dict[str, Any]:
        """The object in which this is stored, and which ``lms quality --json`` prints."""
        return {
            "sound": self.is_sound,
            "share": self.share,
            "runs": self.runs,
            "short": [_points(one) for one in self.short],
            "given": [_points(one) for one in self.given],
            "flaky": [
                {"grade_id": one.grade_id, "scores": list(one.scores), "max_score": one.max_score}
                for one in self.flaky
            ],
            "idle": list(self.idle),
            "tried": [
                {
                    "grade_id": one.grade_id,
                    "line": one.line,
                    "kind": one.kind.value,
                    "before": one.before,
                    "after": one.after,
                    "by": one.by,
                    "ending": one.ending,
                }
                for one in self.tried
            ],
            "there": self.there,
            "seconds": round(self.seconds, 1),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Quality":
        """What `as_json` told of."""
        return cls(
            runs=told["runs"],
            short=_read(told["short"]),
            given=_read(told["given"]),
            flaky=tuple(
                Flaky(one["grade_id"], tuple(one["scores"]), one["max_score"])
                for one in told["flaky"]
            ),
            idle=tuple(told["idle"]),
            tried=tuple(Tried(**{**one, "kind": Kind(one["kind"])}) for one in told["tried"]),
            there=told["there"],
            seconds=told["seconds"],
        )


def _points(one: Points) -> dict[str, Any]:
    return {
        "grade_id": one.grade_id,
        "score": one.score,
        "max_score": one.max_score,
        "message": {"text": one.message.text, "values": dict(one.message.values)},
    }


def _read(told: Iterable[Mapping[str, Any]]) -> tuple[Points, ...]:
    return tuple(
        Points(
            one["grade_id"],
            one["score"],
            one["max_score"],
            Sentence(one["message"]["text"], one["message"]["values"]),
        )
        for one in told
    )
