"""A quiz of a course folder as a row of its version: texts become HTML, once."""

from lms.catalogue.manifest_values import CourseManifest, QuizManifest
from lms.catalogue.models import CourseVersion, Quiz
from lms.catalogue.quiz_texts import html_of
from lms.catalogue.quiz_values import with_words


def quiz(
    version: CourseVersion, manifest: CourseManifest, position: int, quiz: QuizManifest
) -> Quiz:
    """The row of ``quiz``, which is not added to any session here."""
    lessons = {lesson.slug for lesson in manifest.lessons}
    quizzes = {each.slug for each in manifest.quizzes}

    def link(slug: str) -> str:
        # Relative to the address of an attempt, so that it holds in every enrolment.
        bare = slug.partition("#")[0]
        kind = "lessons" if bare in lessons else "quizzes" if bare in quizzes else "assignments"
        return f"../../../{kind}/{slug}"

    def asset(path: str) -> str:
        return f"/versions/{version.public_id}/{path}"

    def shown(locale: str, source: str) -> str:
        return html_of(source, locale, link=link, asset=asset, pictures=manifest.pictures)

    policy = quiz.policy
    return Quiz(
        position=position,
        slug=quiz.slug,
        titles=dict(quiz.titles),
        intro=dict(quiz.intro),
        minutes=quiz.minutes,
        points=quiz.points,
        attempts_allowed=policy.attempts,
        counts=policy.counts,
        time_limit=policy.time_limit,
        pass_mark=policy.pass_mark,
        graded=policy.graded,
        reveal=policy.reveal,
        places_past=list(policy.places_past),
        place_mark=policy.place_mark,
        content=with_words(quiz.content, shown).as_json(),
    )
