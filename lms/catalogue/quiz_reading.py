"""A quiz file becomes its questions, or faults with file and line."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.catalogue.lesson_faults import Reference
from lms.catalogue.quiz_questions import QuizFile, read_question
from lms.catalogue.quiz_texts import read_plain
from lms.catalogue.quiz_values import Question, QuizContent
from lms.catalogue.toml_table import TomlTable, read_toml
from lms.core.faults import Fault
from lms.core.i18n import say

MOST_QUESTIONS = 100


@dataclass(frozen=True)
class ReadQuiz:
    """What stands in a quiz file; ``references`` are what its texts point at, by language."""

    titles: Mapping[str, str]
    intro: Mapping[str, str]
    content: QuizContent
    references: tuple[tuple[str, Reference], ...]
    lessons: tuple[tuple[int, str], ...]

    @property
    def points(self) -> float:
        """The points of one attempt; every question of a pool is worth the same."""
        drawn = dict(self.content.pools)
        points = 0.0
        for question in self.content.questions:
            if not question.pool:
                points += question.points
            elif drawn.get(question.pool, 0) > 0:
                drawn[question.pool] -= 1
                points += question.points
        return points


def read_quiz(
    name: str, content: bytes, languages: tuple[str, ...], faults: list[Fault]
) -> ReadQuiz | None:
    """The quiz in the file ``name``, or None when it is no TOML; its faults are noted.

    ``lessons`` of the answer are the lessons that questions are about, with their lines.
    """
    top = read_toml(name, content, faults)
    if top is None:
        return None
    file = QuizFile(name, languages)
    titles = read_plain(top, "title", languages)
    intro = read_plain(top, "intro", languages, required=False)
    shuffle = top.truth("shuffle") if "shuffle" in top else True
    drawn = list(top.tables("pools"))
    pools = _pools(drawn)
    tables = list(top.tables("questions"))
    questions = tuple(read_question(table, file) for table in tables)
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        top.fault(
            "questions", say("A quiz has between 1 and {most} questions.", most=MOST_QUESTIONS)
        )
    _check_ids(tables, questions)
    _check_pools(drawn, pools, tables, questions)
    top.finish()
    lessons = tuple(
        (table.line_of("about"), question.about)
        for table, question in zip(tables, questions, strict=True)
        if question.about
    )
    quiz = QuizContent(shuffle, pools, questions)
    return ReadQuiz(titles, intro, quiz, tuple(file.found), lessons)


def _pools(tables: list[TomlTable]) -> dict[str, int]:
    pools: dict[str, int] = {}
    for table in tables:
        name = table.slug("name")
        if name in pools:
            table.fault("name", say("There is another pool of this name."))
        pools[name] = table.whole_number("draw", most=MOST_QUESTIONS)
        table.finish()
    return pools


def _check_ids(tables: list[TomlTable], questions: tuple[Question, ...]) -> None:
    seen: dict[str, int] = {}
    for table, question in zip(tables, questions, strict=True):
        if question.id in seen:
            table.fault(
                "id",
                say(
                    "{slug} is already used in line {line}.",
                    slug=repr(question.id),
                    line=seen[question.id],
                ),
            )
        elif question.id:
            seen[question.id] = table.line_of("id")


def _check_pools(
    drawn: list[TomlTable],
    pools: Mapping[str, int],
    tables: list[TomlTable],
    questions: tuple[Question, ...],
) -> None:
    """Each pool has enough questions, all worth the same, so that no draw is luckier."""
    members: dict[str, list[Question]] = {}
    for table, question in zip(tables, questions, strict=True):
        if question.pool and question.pool not in pools:
            table.fault("pool", say("There is no pool of this name: add it to [[pools]]."))
        elif question.pool:
            if question.pool in members and members[question.pool][0].points != question.points:
                table.fault("pool", say("All questions of a pool have the same points."))
            members.setdefault(question.pool, []).append(question)
    for table, (name, draw) in zip(drawn, pools.items(), strict=False):
        if name and draw > len(members.get(name, ())):
            sentence = say("The pool {pool} has fewer questions than it draws.", pool=repr(name))
            table.fault("draw", sentence)
