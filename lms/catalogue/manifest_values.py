"""What a checked course folder says, as values that no longer need the folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum

from lms.catalogue.attempts import Counts
from lms.catalogue.lessons import LessonText
from lms.catalogue.limits import Limits
from lms.catalogue.media import Player
from lms.catalogue.media_files import MediaFile
from lms.catalogue.pictures import Picture
from lms.catalogue.quiz_values import QuizContent, QuizPolicy

#: One text for each language of the course, in its order: the original first.
Texts = Mapping[str, str]


class Level(StrEnum):
    """What a course expects of those who begin it."""

    beginner = "beginner"
    intermediate = "intermediate"
    advanced = "advanced"


@dataclass(frozen=True)
class SkillManifest:
    """A named ability in a public framework, such as ESCO."""

    uri: str
    framework: str
    names: Texts


@dataclass(frozen=True)
class LessonManifest:
    """A page to read; ``minutes`` is its author's estimate of the time it takes."""

    slug: str
    minutes: int
    texts: Mapping[str, LessonText]

    @property
    def titles(self) -> Texts:
        """The title in each language of the course."""
        return {locale: text.title for locale, text in self.texts.items()}

    @property
    def has_code_to_run(self) -> bool:
        """Whether a reader may run code of it, in whatever language they read."""
        return any(text.has_code_to_run for text in self.texts.values())


@dataclass(frozen=True)
class LateManifest:
    """The share of a score lost for each day begun after the due date, and the least kept.

    Work handed in within ``grace_minutes`` of the due date loses nothing.
    """

    loss_per_day: float = 0.0
    floor: float = 1.0
    grace_minutes: int = 0


@dataclass(frozen=True)
class NotebookManifest:
    """A source notebook of an assignment: its ``path`` in the course and its bytes.

    ``name`` tells it from others and is empty for an only one; ``max_score`` are the points of
    all its graded cells but bonuses.
    """

    name: str
    path: str
    content: bytes
    max_score: float


@dataclass(frozen=True)
class AssignmentManifest:
    """One notebook to complete, or several, in the order in which they are worked through.

    ``due_after_days`` counts from the day the run opens; None means that it is never late.
    ``counts`` is the attempt whose score becomes the grade. ``limits`` go before those of the
    course. ``data`` are the files beside the notebooks, by path relative to them.
    """

    slug: str
    titles: Texts
    notebooks: tuple[NotebookManifest, ...]
    minutes: int
    attempts: int
    counts: Counts
    due_after_days: int | None
    late: LateManifest
    limits: Limits
    data: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def max_score(self) -> float:
        """The points of all graded cells but bonuses."""
        return fsum(notebook.max_score for notebook in self.notebooks)


@dataclass(frozen=True)
class QuizManifest:
    """Questions to answer; their texts are Markdown still. ``points`` are those of an attempt."""

    slug: str
    titles: Texts
    intro: Texts
    minutes: int
    policy: QuizPolicy
    content: QuizContent
    points: float


@dataclass(frozen=True)
class ModuleManifest:
    """Lessons, assignments and quizzes that belong together, in the order they are taken.

    ``outcomes`` are what one can do afterwards; a module need not name any.
    """

    folder: str
    titles: Texts
    items: tuple[LessonManifest | AssignmentManifest | QuizManifest, ...]
    outcomes: tuple[Texts, ...] = ()


@dataclass(frozen=True)
class CredentialManifest:
    """What can be earned.

    ``minimum_score`` is the share of points needed in every assignment and graded quiz.
    """

    minimum_score: float
    names: Texts
    descriptions: Texts
    criteria: Texts


@dataclass(frozen=True)
class AssetManifest:
    """A file that lessons show or offer; ``picture`` is its size when it is a figure.

    A video or a sound has no ``content``: it is the ``media`` on disk.
    """

    path: str
    media_type: str
    content: bytes
    picture: Picture | None = None
    media: MediaFile | None = None


@dataclass(frozen=True)
class CourseManifest:
    """A whole course without faults.

    ``languages`` begin with the original. ``limits`` are those of the author, for
    every assignment; the course ``demands_sealed`` if no test cell may run beside the learner's
    code, and ``demands_sound`` if solutions have to earn all points and blanks none.
    ``players`` are the videos and sounds by their paths.
    ``digest`` is the same as long as no file changes; ``files`` are the paths it covers, sorted.
    """

    slug: str
    languages: tuple[str, ...]
    hours: int
    level: Level
    licence: str
    profile: str
    limits: Limits
    demands_sealed: bool
    demands_sound: bool
    authors: tuple[str, ...]
    titles: Texts
    summaries: Texts
    outcomes: tuple[Texts, ...]
    skills: tuple[SkillManifest, ...]
    modules: tuple[ModuleManifest, ...]
    credential: CredentialManifest
    assets: Mapping[str, AssetManifest]
    players: Mapping[str, Player]
    digest: str
    files: tuple[str, ...]

    @property
    def lessons(self) -> tuple[LessonManifest, ...]:
        """Every lesson, in order."""
        return tuple(
            item
            for module in self.modules
            for item in module.items
            if isinstance(item, LessonManifest)
        )

    @property
    def assignments(self) -> tuple[AssignmentManifest, ...]:
        """Every assignment, in order."""
        return tuple(
            item
            for module in self.modules
            for item in module.items
            if isinstance(item, AssignmentManifest)
        )

    @property
    def quizzes(self) -> tuple[QuizManifest, ...]:
        """Every quiz, in order."""
        return tuple(
            item
            for module in self.modules
            for item in module.items
            if isinstance(item, QuizManifest)
        )

    def limits_of(self, assignment: AssignmentManifest) -> Limits:
        """The limits that the author sets for one assignment, by itself or for all."""
        return {**self.limits, **assignment.limits}

    @property
    def pictures(self) -> Mapping[str, Picture]:
        """The size of every figure by its path, as rendering a lesson wants it."""
        return {path: each.picture for path, each in self.assets.items() if each.picture}
