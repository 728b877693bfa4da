"""Lessons and quizzes as steps of a course: what some learners have done of each."""

from dataclasses import dataclass

from lms.catalogue.models import CourseVersion, Lesson, Module, Quiz
from lms.learning.abilities import Taught
from lms.learning.models import Enrolment
from lms.learning.quiz_rules import Taken, counting, is_passed
from lms.learning.rules import Kind, Step


@dataclass(frozen=True)
class Learned:
    """Lessons done, quizzes taken and lessons known beforehand, by enrolment and item row."""

    done: set[tuple[int, int]]
    taken: dict[tuple[int, int], list[Taken]]
    known: set[tuple[int, int]]

    def steps(self, enrolment: Enrolment, module: Module) -> list[tuple[int, Step]]:
        """The lessons and quizzes of ``module`` for one learner, each with its position."""
        place = module.position
        lessons = [(each.position, self._lesson(enrolment, each, place)) for each in module.lessons]
        quizzes = [(each.position, self._quiz(enrolment, each, place)) for each in module.quizzes]
        return lessons + quizzes

    def _lesson(self, enrolment: Enrolment, lesson: Lesson, module: int) -> Step:
        key = (enrolment.id, lesson.id)
        return Step(
            Kind.LESSON,
            lesson.slug,
            lesson.titles,
            lesson.minutes,
            key in self.done,
            module,
            known=key in self.done and key in self.known,
        )

    def _quiz(self, enrolment: Enrolment, quiz: Quiz, module: int) -> Step:
        counts = counting(self.taken.get((enrolment.id, quiz.id), ()), quiz.counts)
        done = counts is not None and is_passed(counts.share, needed(enrolment, quiz))
        return Step(
            Kind.QUIZ,
            quiz.slug,
            quiz.titles,
            quiz.minutes,
            done or self._has_passed_by(enrolment, quiz),
            module,
            share=counts.share if counts else None,
            graded=quiz.graded,
        )

    def _has_passed_by(self, enrolment: Enrolment, quiz: Quiz) -> bool:
        """Whether a pre-test has been left out: it asks nothing of those who began to learn."""
        if not quiz.places_past or quiz.graded:
            return False
        return any(
            (enrolment.id, lesson.id) in self.done
            for module in enrolment.run.version.modules
            for lesson in module.lessons
            if lesson.slug in quiz.places_past
        )


def taught(version: CourseVersion) -> list[Taught]:
    """What one can do after each module of ``version``, in order."""
    return [Taught(each.position, each.titles, each.outcomes) for each in version.modules]


def needed(enrolment: Enrolment, quiz: Quiz) -> float | None:
    """The share of points that this quiz asks for; None where it asks for none."""
    return enrolment.run.version.minimum_score if quiz.graded else quiz.pass_mark
