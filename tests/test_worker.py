"""The worker: takes what waits, has it executed and marked, records the result."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from lms import __version__
from lms.awarding import award
from lms.catalogue.models import AssignmentFile
from lms.core.i18n import Sentence
from lms.credentials import queries as issued
from lms.credentials import service as issuing
from lms.credentials.models import Credential
from lms.grading import (
    attention_queries,
    by_hand,
    queries,
    regrade_queries,
    regrading,
    service,
)
from lms.grading.by_hand import Opinion
from lms.grading.evidence import Evidence
from lms.grading.models import Environment, GradingRun, RunNotebook, Submission, WorkerBeat
from lms.grading.runs import Ending
from lms.grading.sandbox import Wall, Walls, profile_digest
from lms.grading.states import Scope, State
from lms.institutes import notices
from lms.institutes import queries as institutes
from lms.institutes.models import Notice
from lms.institutes.rules import News
from lms.learning import quizzes
from lms.learning.models import Enrolment
from lms.worker import LEASE, Worker

HOLE = Wall("network", False, "the network is open", "apt-get install bubblewrap")


@pytest.fixture
def worker(lms, session):
    """A worker that has tested its walls, as every worker does at start."""
    session.commit()
    worker = Worker(lms)
    worker.test_walls()
    return worker


@pytest.fixture
def place(session, worker, enrolled, salma):
    return enrolled(salma)


@pytest.fixture
def works(session, worker):
    """Has the worker take so many turns; tells of each whether there was one."""

    def work(turns=1):
        session.commit()
        done = [worker.run_once() for _ in range(turns)]
        session.expire_all()
        return done

    return work


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_work_is_executed_in_the_author_s_notebook_and_marked(place, handed_in, works, sandbox):
    run = handed_in(place, answer="def double(n): return n + n").runs[0]

    assert works(2) == [True, False]

    assert (run.state, run.ending, run.claims) == (State.MARKED, "finished", 1)
    assert [(mark.grade_id, mark.score) for mark in run.marks] == [("tests", 4)]
    assert len(sandbox.ran) == 1
    assert b"return n + n" in sandbox.ran[0]
    assert b"assert double(21) == 42" in sandbox.ran[0]


def test_a_learner_is_told_of_marks_once_and_of_what_waits_for_a_person(
    session, place, handed_in, works, salma
):
    works_of_hers = [handed_in(place), handed_in(place, "why", answer="Because.")]

    works(2)

    told = {n.about: (n.kind, n.sentence) for n in institutes.notices(session, salma)}
    assert [told[work.public_id][0] for work in works_of_hers] == [News.MARKS_READY] * 2
    doubled, reasoned = (told[work.public_id][1] for work in works_of_hers)
    assert "4.0 of 4.0 points." in str(doubled)
    assert "points so far" in str(reasoned)


def test_the_worker_keeps_how_far_all_have_come(session, worker, place, enrolled, rim, monkeypatch):
    hers = enrolled(rim, place.run)
    monkeypatch.setattr(attention_queries, "AT_ONCE", 1)
    session.commit()

    worker.keep_trails()

    session.expire_all()
    assert [each.trail for each in (place, hers)] == ["-----"] * 2


def test_what_was_read_long_ago_goes_however_much_it_is(session, place, worker, salma, monkeypatch):
    monkeypatch.setattr(notices, "BATCH", 1)
    begun = datetime(2020, 1, 1, tzinfo=UTC)
    for word in ("one", "two", "unread"):
        notices.tell(session, salma, News.DUE_DATE_CHANGED, Sentence(word, {}), place, now=begun)
        if word != "unread":
            notices.mark_all_read(session, salma, now=begun)
    session.commit()

    worker.tidy()

    assert [str(each.sentence) for each in session.scalars(select(Notice))] == ["unread"]


def test_the_author_s_limits_go_to_the_sandbox(session, place, find, handed_in, works, sandbox):
    find(place, "why").limits = {"cell_seconds": 5}
    for slug in ("double", "why"):
        handed_in(place, slug, answer="1")

    works(2)

    assert sandbox.limits == [{}, {"cell_seconds": 5}]


def test_a_run_records_what_it_was_executed_with(place, handed_in, works, sandbox):
    run = handed_in(place).runs[0]

    works()

    found = run.environment
    assert (found.profile, found.python) == ("python-ml", "3.11.2")
    assert found.packages == sandbox.environment.packages


def test_a_run_keeps_what_its_marks_came_from(session, lms, place, find, handed_in, works):
    find(place, "double").limits = {"cell_seconds": 5}
    submission = handed_in(place)

    works()

    found = Evidence.from_json(submission.runs[0].notebooks[0].evidence)
    (author,), (learner,) = submission.assignment.notebooks, submission.notebooks
    assert (found.submission, found.source) == (learner.content, author.source)
    assert found.version == place.run.version.digest
    assert json.loads(lms.blobs.get(found.record)) == author.record
    assert (found.profile, found.profile_digest) == ("python", profile_digest("python"))
    assert (found.limits["cell_seconds"], found.limits["wall_seconds"]) == (5, 120)
    assert found.environment == submission.runs[0].environment.digest
    assert found.release == __version__


def test_the_files_beside_a_notebook_are_there_for_its_code_and_named_as_evidence(
    lms, place, find, handed_in, works, sandbox
):
    digest = lms.blobs.put(b"12,15\n")
    assignment = find(place, "double")
    assignment.files = [AssignmentFile(path="marks.csv", content=digest, size=6)]
    assignment.notebooks[0].record = None
    submission = handed_in(place)

    works()

    found = Evidence.from_json(submission.runs[0].notebooks[0].evidence)
    assert found.files == {"marks.csv": digest}
    assert sandbox.files
    assert all(told == {"marks.csv": b"12,15\n"} for told in sandbox.files)


def test_a_run_that_was_refused_records_none(session, lms, place, find, works, noon):
    submission = service.hand_in(
        session, lms.blobs, place, find(place, "double"), {"": b"{}"}, now=noon
    )

    works()

    (run,) = submission.runs
    assert run.environment is run.notebooks[0].evidence is None
    assert count(session, Environment) == 0


def kept(session, lms):
    """The cells of the executed notebook that the only run has kept."""
    return json.loads(lms.blobs.get(session.scalars(select(RunNotebook)).one().executed))["cells"]


def test_a_run_keeps_the_executed_notebook(session, lms, place, handed_in, works, sandbox):
    handed_in(place)
    sandbox.prints = {"return 2 * n": "told"}

    works()

    cells = kept(session, lms)
    assert ["told" in json.dumps(cell) for cell in cells].count(True) == 1
    assert "HIDDEN" not in json.dumps(cells)
    assert len(sandbox.ran) == 1


def test_what_is_put_out_after_hidden_tests_comes_from_a_run_without_them(
    session, lms, blobs, place, find, work, works, sandbox, noon
):
    told = json.loads(work())
    told["cells"].append({"cell_type": "code", "metadata": {}, "source": "print(later)"})
    content = json.dumps(told).encode()
    service.hand_in(session, blobs, place, find(place, "double"), {"": content}, now=noon)
    sandbox.prints = {"print(later)": "told"}

    works()

    first, again = sandbox.ran
    assert b"HIDDEN" in first
    assert b"HIDDEN" not in again
    assert kept(session, lms)[-1]["outputs"][0]["text"] == "told"


def test_where_that_run_breaks_the_marks_stand_and_the_outputs_are_withheld(
    session, lms, blobs, place, find, work, works, sandbox, noon, monkeypatch
):
    told = json.loads(work())
    told["cells"].append({"cell_type": "code", "metadata": {}, "source": "print(later)"})
    content = json.dumps(told).encode()
    service.hand_in(session, blobs, place, find(place, "double"), {"": content}, now=noon)
    sandbox.prints = {"print(later)": "told"}
    monkeypatch.setattr("lms.assessing.with_outputs", lambda *given, **more: 1 / 0)

    works()

    assert session.scalars(select(GradingRun)).one().state is State.MARKED
    assert kept(session, lms)[-1]["outputs"] == []
    assert kept(session, lms)[-1]["metadata"]["jazari"] == {"outputs": "withheld"}


def test_an_answer_that_fails_earns_nothing(place, handed_in, works, sandbox):
    sandbox.fails["assert double"] = "AssertionError"
    run = handed_in(place, answer="def double(n): return n").runs[0]

    works()

    assert [(mark.verdict.value, mark.score) for mark in run.marks] == [("failed", 0)]


@pytest.mark.parametrize("ending", [Ending.TIMEOUT, Ending.MEMORY, Ending.OUTPUT, Ending.CRASHED])
def test_a_bad_ending_is_a_result(place, handed_in, works, sandbox, ending):
    sandbox.ending = ending
    run = handed_in(place).runs[0]

    works()

    assert (run.state, run.ending) == (State.MARKED, ending.value)


def test_what_is_no_notebook_is_refused_in_words_and_nothing_is_run(
    session, lms, place, find, works, sandbox, noon
):
    assignment = find(place, "double")
    submission = service.hand_in(session, lms.blobs, place, assignment, {"": b"{}"}, now=noon)

    works()

    run = submission.runs[0]
    assert run.state is State.REFUSED
    assert str(run.message)
    assert sandbox.ran == []


def test_without_walls_nothing_is_run_and_everything_stays_queued(
    session, place, handed_in, worker, works, sandbox
):
    sandbox.walls = (HOLE,)
    run = handed_in(place).runs[0]
    session.commit()

    walls = worker.test_walls()

    assert not walls.stand
    assert (walls.found, walls.mend) == ("network: the network is open", HOLE.mend)
    assert works() == [False]
    assert (run.state, run.claims, sandbox.ran) == (State.QUEUED, 0, [])


def test_a_worker_that_has_not_tested_its_walls_runs_nothing(
    session, lms, place, handed_in, sandbox
):
    run = handed_in(place).runs[0]
    session.commit()

    assert Worker(lms).run_once() is False

    session.expire_all()
    assert (run.state, sandbox.ran) == (State.QUEUED, [])


def test_walls_that_fall_on_the_way_send_the_run_back_unchanged(
    place, handed_in, worker, works, sandbox
):
    sandbox.ending = Ending.UNAVAILABLE
    run = handed_in(place).runs[0]

    assert works(2) == [True, False]

    assert (run.state, run.claims, run.claimed_until) == (State.QUEUED, 0, None)
    assert run.marks == []
    assert not worker.walls.stand


def test_when_the_walls_stand_again_the_same_run_is_marked(
    session, place, handed_in, worker, works, sandbox
):
    sandbox.ending = Ending.UNAVAILABLE
    run = handed_in(place).runs[0]
    works()

    sandbox.ending = Ending.FINISHED
    worker.test_walls()
    works()

    assert (run.state, run.claims) == (State.MARKED, 1)


def test_a_fault_of_ours_in_one_run_does_not_stop_the_next(
    session, place, enrolled, handed_in, works, sandbox, rim
):
    first, second = handed_in(place).runs[0], handed_in(enrolled(rim), answer="pass").runs[0]
    sandbox.breaks = ZeroDivisionError
    works()

    sandbox.breaks = None
    works()

    assert (first.state, first.claims) == (State.RUNNING, 1)
    assert second.state is State.MARKED


def test_a_stored_file_that_is_damaged_does_not_stop_the_next(
    session, lms, place, enrolled, handed_in, works, rim
):
    damaged = handed_in(place)
    second = handed_in(enrolled(rim), answer="pass").runs[0]
    digest = damaged.notebooks[0].content
    (lms.settings.folder / "blobs" / digest[:2] / digest[2:]).write_bytes(b"?")

    assert works(2) == [True, True]

    assert damaged.runs[0].state is State.RUNNING
    assert second.state is State.MARKED


def test_a_run_whose_worker_died_is_taken_back_and_given_up_at_last(
    session, place, handed_in, works, noon
):
    run = handed_in(place).runs[0]
    long_ago = datetime.now(UTC) - 2 * LEASE
    for _ in range(service.CLAIMS_ALLOWED):
        run.state, run.claims, run.claimed_until = State.RUNNING, run.claims + 1, long_ago

    assert works() == [False]

    assert run.state is State.GIVEN_UP


def earn(session, place, handed_in, settled):
    """Salma has passed the assignment that a person marks."""
    settled(handed_in(place, "why", answer="Because."), 5)


def test_the_credential_comes_in_the_same_transaction_as_the_grade_and_is_told_once(
    session, place, handed_in, settled, works, worker, salma
):
    earn(session, place, handed_in, settled)
    handed_in(place)

    works()

    credential = issued.of_enrolment(session, place)
    assert place.completed is not None
    assert b'"First numbers"' in credential.document
    worker.pay_debts()
    told = [n for n in institutes.notices(session, salma) if n.kind == News.CREDENTIAL_EARNED]
    assert [notice.about for notice in told] == [credential.public_id]


def test_a_credential_tells_the_points_of_a_graded_quiz(
    session, lms, place, handed_in, settled, noon
):
    quiz = place.run.version.modules[1].quizzes[0]
    quiz.graded = True
    for slug, points in (("double", 4), ("why", 10)):
        settled(handed_in(place, slug), points)
    attempt = quizzes.begin(session, place, quiz, now=noon)
    quizzes.save(session, attempt, {"even": [0, 1], "half": "2.5", "word": "double"}, now=noon)
    quizzes.save(session, attempt, {"steps": [0, 1, 2], "pairs": [0, 1]}, now=noon)
    quizzes.finish(session, place, attempt, now=noon)
    service.complete_earned(session, [place], now=noon)

    award(session, lms, place, now=noon)

    credential = issued.of_enrolment(session, place)
    assert [(name, value) for name, value, _most in issuing.face(credential).results] == [
        ("Doubling", "4"),
        ("Why", "5"),
        ("Recall", "6"),
    ]


def test_what_falls_short_earns_no_credential(session, place, handed_in, settled, works, sandbox):
    earn(session, place, handed_in, settled)
    sandbox.fails["assert double"] = "AssertionError"
    handed_in(place)

    works()

    assert place.completed is None
    assert count(session, Credential) == 0


def test_without_a_key_the_marks_stand_and_the_debt_is_paid_later(
    session, lms, place, handed_in, settled, worker, works
):
    key = lms.keys.path / "fez" / "key-2026-1.pem"
    hidden = key.rename(key.with_suffix(".away"))
    earn(session, place, handed_in, settled)
    run = handed_in(place).runs[0]

    works()
    assert run.state is State.MARKED
    assert place.completed is not None
    assert issued.of_enrolment(session, place) is None
    session.commit()

    worker.pay_debts()
    assert count(session, Credential) == 0
    session.commit()

    hidden.rename(key)
    worker.pay_debts()
    worker.pay_debts()
    assert count(session, Credential) == 1


def test_a_name_that_cannot_be_signed_costs_neither_marks_nor_the_others_their_credentials(
    session, place, enrolled, handed_in, settled, worker, works, salma, rim
):
    salma.name = "\u0007"
    hers = enrolled(rim, place.run)
    for each in (place, hers):
        earn(session, each, handed_in, settled)
    run = handed_in(place).runs[0]
    settled(handed_in(hers), 4)

    works()
    session.commit()
    worker.pay_debts()

    assert run.state is State.MARKED
    assert issued.of_enrolment(session, place) is None
    assert issued.of_enrolment(session, hers) is not None


def test_those_who_cannot_be_paid_keep_nobody_waiting_and_are_told_of_once(
    session, place, enrolled, handed_in, settled, worker, rim, salma, caplog, monkeypatch
):
    monkeypatch.setattr(issued, "MOST_OWED", 1)
    salma.name = "\u0007"
    hers = enrolled(rim, place.run)
    for each in (place, hers):
        earn(session, each, handed_in, settled)
        settled(handed_in(each), 4)
    session.commit()

    for _look in range(4):
        worker.pay_debts()

    assert issued.of_enrolment(session, place) is None
    assert issued.of_enrolment(session, hers) is not None
    assert [line for line in caplog.messages if "is owed" in line] == [
        f"enrolment {place.public_id} is owed a credential: "
        "The file holds characters that cannot be printed."
    ]


def test_points_given_by_hand_lead_to_a_credential_too(
    session, place, handed_in, settled, worker, idris, noon
):
    settled(handed_in(place), 4)
    essay = settled(handed_in(place, "why", answer="Because."), None)
    by_hand.give(session, essay, "reason", Opinion(5), by=idris, now=noon)
    session.commit()

    worker.pay_debts()

    assert issued.of_enrolment(session, place) is not None


def test_testing_the_walls_gives_a_sign_of_life(session, worker):
    (beat,) = session.scalars(select(WorkerBeat)).all()

    assert (beat.walls_stand, beat.found) == (True, "every wall holds")
    assert not queries.marking_is_paused(session, datetime.now(UTC))


def test_a_worker_without_walls_says_so_in_its_sign_of_life(session, worker, sandbox):
    sandbox.walls = (HOLE, Wall("memory", True, "limited"))

    worker.test_walls()

    (beat,) = session.scalars(select(WorkerBeat)).all()
    assert (beat.walls_stand, beat.found) == (False, "network: the network is open")
    assert beat.mend == "apt-get install bubblewrap"
    assert queries.marking_is_paused(session, datetime.now(UTC))


def test_a_worker_told_to_stop_finishes_what_it_has_in_hand(
    session, place, handed_in, worker, sandbox
):
    handed_in(place)
    session.commit()
    finish = sandbox.run

    def run(*given, **more):
        worker.stop()
        return finish(*given, **more)

    sandbox.run = run
    worker.run()

    session.expire_all()
    assert session.scalars(select(GradingRun.state)).all() == [State.MARKED]


def test_a_sleeping_worker_is_woken_by_the_bell(
    session, lms, worker, place, handed_in, sandbox, monkeypatch
):
    monkeypatch.setattr("lms.worker.GLANCE", 60.0)
    finish = sandbox.run

    def run(*given, **more):
        worker.stop()
        return finish(*given, **more)

    sandbox.run = run
    working = threading.Thread(target=worker.run)
    working.start()
    while not (lms.settings.folder / "bell").exists():
        working.join(0.01)
    handed_in(place)
    session.commit()

    lms.bell.ring()
    working.join(20)

    session.expire_all()
    assert not working.is_alive()
    assert session.scalars(select(GradingRun.state)).all() == [State.MARKED]


def test_a_database_that_is_away_for_a_while_ends_nothing(
    session, worker, place, handed_in, sandbox, lms, monkeypatch
):
    monkeypatch.setattr("lms.worker.PULSE", 0.05)
    handed_in(place)
    session.commit()
    finish = sandbox.run

    def run(*given, **more):
        worker.stop()
        return finish(*given, **more)

    sandbox.run = run
    with lms.database.writing() as away:
        away.execute(text("ALTER TABLE grading_run RENAME TO gone"))
    working = threading.Thread(target=worker.run)
    working.start()
    working.join(0.3)
    assert working.is_alive()
    with lms.database.writing() as back:
        back.execute(text("ALTER TABLE gone RENAME TO grading_run"))
    working.join(30)

    session.expire_all()
    assert session.scalars(select(GradingRun.state)).all() == [State.MARKED]


def test_a_fault_that_nobody_foresaw_ends_nothing(worker, sandbox, monkeypatch):
    monkeypatch.setattr("lms.worker.PULSE", 0.05)
    monkeypatch.setattr("lms.worker.RETEST", 0.05)
    worker.walls = Walls(False, "not tested yet")
    inspect, faults = sandbox.inspect, [RuntimeError("what nobody foresaw")]

    def fails_once():
        if faults:
            raise faults.pop()
        return inspect()

    sandbox.inspect = fails_once
    working = threading.Thread(target=worker.run)
    working.start()
    for _moment in range(400):
        if worker.walls.stand:
            break
        working.join(0.05)
    worker.stop()
    working.join(20)

    assert (faults, worker.walls.stand) == ([], True)


def test_notices_read_long_ago_are_forgotten(session, lms, worker, place, salma):
    ago = datetime.now(UTC) - timedelta(days=366)
    for word in ("read", "unread"):
        told = Sentence("Hear this: {word}.", {"word": word})
        notices.tell(session, salma, News.DUE_DATE_CHANGED, told, place, now=ago)
    session.flush()
    notices.mark_read(institutes.notices(session, salma)[-1], now=ago)
    session.commit()
    working = threading.Thread(target=worker.run)
    working.start()
    for _moment in range(400):
        session.expire_all()
        if len(institutes.notices(session, salma)) == 1:
            break
        session.rollback()
        working.join(0.05)
    worker.stop()
    working.join(20)

    kept = institutes.notices(session, salma)
    assert [notice.sentence.values["word"] for notice in kept] == ["unread"]


def test_a_quiz_whose_time_is_over_is_marked_by_what_was_saved(session, worker, place):
    quiz, begun = place.run.version.modules[1].quizzes[0], datetime.now(UTC)
    attempt = quizzes.begin(session, place, quiz, now=begun)
    quizzes.save(session, attempt, {"double-of-two": 0}, now=begun)
    attempt.ends = begun + timedelta(minutes=1)
    states = []

    for ends in (attempt.ends, begun - timedelta(minutes=1)):
        attempt.ends = ends
        session.commit()
        worker.close_quizzes()
        session.expire_all()
        states.append(attempt.score)

    assert states == [None, 1.0]


def test_claims_last_longer_than_any_run_may_take():
    assert timedelta(minutes=2) < LEASE


def test_nothing_is_there_to_do_in_an_empty_queue(session, works):
    assert works() == [False]
    assert count(session, Submission) == count(session, Enrolment) == 0


def test_a_regrade_marks_with_the_other_version_s_tests_and_counts_for_nothing(
    session, place, handed_in, works, sandbox, next_version, idris, noon
):
    work = handed_in(place)
    works()
    regrading.begin(
        session, place.run, None, next_version,
        scope=Scope.ALL, reason="A test was wrong.", by=idris, now=noon,
    )  # fmt: skip
    sandbox.ran.clear()

    assert works(2) == [True, False]

    (trial,) = session.scalars(select(GradingRun).where(GradingRun.trial)).all()
    assert (trial.state, [mark.max_score for mark in trial.marks]) == (State.MARKED, [6])
    assert trial.notebooks[0].evidence["version"] == next_version.digest
    assert b'"points": 6' in sandbox.ran[0]
    assert [(run.id, run.marks[0].max_score) for run in work.runs] == [(work.runs[0].id, 4)]


def test_the_next_attempt_is_marked_before_a_regrade(session, place, handed_in, works, idris, noon):
    handed_in(place, answer="def double(n): return n + n")
    works()
    regrade = regrading.begin(
        session, place.run, None, place.run.version,
        scope=Scope.ALL, reason="A test was wrong.", by=idris, now=noon,
    )  # fmt: skip
    second = handed_in(place, answer="def double(n): return 2 * n")

    works()

    assert second.runs[0].state is State.MARKED
    assert regrade_queries.progress(session, regrade).done == 0
