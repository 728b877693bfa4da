"""The door of queued work: takes grading runs, has them executed and marked, records the result.

No transaction is open while a learner's code runs, and none runs without walls.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from lms.assessing import Assessed, Work, assess, completed
from lms.awarding import award
from lms.bootstrap import Lms
from lms.checking import try_next
from lms.comparing import compare_next
from lms.credentials import queries as issued
from lms.grading import (
    applying,
    attention_queries,
    queries,
    regrade_queries,
    reminding,
    resemblance,
    resembling,
    service,
    trail_keeping,
)
from lms.grading.execution import Marked, NoWalls
from lms.grading.models import GradingRun
from lms.grading.sandbox import Walls
from lms.institutes import addresses, notices, sign_ins
from lms.learning import announcement_queries, announcing, quiz_queries, quizzes
from lms.learning import queries as learning
from lms.learning.models import Enrolment
from lms.mailing import post_letters, tidy_letters, write_letters
from lms.personal.deletion import delete_due

log = logging.getLogger("lms.worker")

#: How long a claim lasts: longer than any notebook may take, so that only a dead worker's runs out.
LEASE = timedelta(minutes=10)
#: The longest pause between looks into the queue, in seconds. The bell ends it sooner, for
#: work that comes from this machine.
GLANCE = 0.2
#: Pause between signs of life, in seconds.
PULSE = 5.0
NOTHING_IS_MARKED = """
Learners' work is NOT marked on this host and stays queued.
  What is wanting: %s
  To mend it: %s"""
#: Walls found wanting are tested again after this many seconds.
RETEST = 60.0
#: Pause between looks for what is kept no longer, in seconds.
TIDYING = 3600.0
#: Pause between looks for tests that somebody wants tried, or works compared, in seconds.
CHECKING = 3.0
#: Pause between looks for whom to remind of what, in seconds.
REMINDING = 300.0
#: Pause between looks for learners of whom it is to be kept how far they have come, in seconds.
KEEPING = 5.0
#: Pause between looks for regrades that somebody applied, and for announcements, in seconds.
APPLYING = 1.0
#: Pause after each of many transactions that follow one another, in seconds: others have work
#: for the database too, and who waits for SQLite's lock only looks for it now and then.
BREATH = 0.1
#: Pause between looks for letters to write and to post, in seconds.
MAILING = 20.0
#: How long a letter in hand may take when the worker is told to stop, in seconds.
LAST_LETTER = 25.0


class Worker:
    """Marks up to ``capacity`` pieces of work at once until it is told to stop."""

    def __init__(self, lms: Lms, *, capacity: int = 1) -> None:
        self._lms = lms
        self._capacity = capacity
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._stopping = threading.Event()
        self._looked_at = 0
        self._told: set[tuple[str, str]] = set()
        self.walls = Walls(False, "not tested yet")

    def stop(self) -> None:
        """Take no more work; `run` returns when the work in hand is done."""
        self._stopping.set()
        self._lms.bell.ring()

    def test_walls(self) -> Walls:
        """Enter a sandbox and try what is forbidden; remember and tell how the walls stand."""
        wanting = [wall for wall in self._lms.sandbox.inspect() if not wall.holds]
        self.walls = Walls(
            stand=not wanting,
            found="; ".join(f"{w.name}: {w.found.rstrip('.')}" for w in wanting)
            or "every wall holds",
            mend="; ".join(dict.fromkeys(w.mend for w in wanting if w.mend)),
        )
        self._beat()
        return self.walls

    def run(self) -> None:
        """Work until told to stop. While walls are wanting everything stays queued."""
        deeds = (
            (PULSE, self._live),
            (RETEST, self._retest),
            (TIDYING, self.tidy),
            (CHECKING, self.try_tests),
            (CHECKING, self.compare_works),
            (REMINDING, self.remind),
            (KEEPING, self.keep_trails),
            (APPLYING, self.apply_regrades),
            (APPLYING, self.announce),
        )
        for pause, deed in deeds:
            threading.Thread(target=self._keep, args=(pause, deed), daemon=True).start()
        mailing = threading.Thread(target=self._keep, args=(MAILING, self.mail), daemon=True)
        mailing.start()
        with ThreadPoolExecutor(self._capacity, thread_name_prefix="marking") as pool:
            running: set[Future[None]] = set()
            self._keep(0.0, lambda: self._take(pool, running))
        # A letter whose posting is cut off counts as failed, so the one in hand is finished.
        mailing.join(LAST_LETTER)

    def _take(self, pool: ThreadPoolExecutor, running: set[Future[None]]) -> None:
        """Take one run if there is room and one waits; otherwise pause for a moment."""
        running -= {task for task in running if task.done()}
        work = self._claim() if len(running) < self._capacity else None
        if work is None:
            self._lms.bell.wait(GLANCE)
            return
        task = pool.submit(self._mark, work)
        task.add_done_callback(lambda _task: self._lms.bell.ring())
        running.add(task)

    def run_once(self) -> bool:
        """Take one run and bring it to its end; False when none waits or walls are wanting."""
        work = self._claim()
        if work is not None:
            self._mark(work)
        return work is not None

    def _claim(self) -> Work | None:
        if not self.walls.stand or not self._is_something_queued():
            return None
        with self._lms.database.writing() as session:
            run = service.claim(session, lease=LEASE, now=_now())
            if run is None:
                return None
            return Work.of(run)

    def _is_something_queued(self) -> bool:
        # A look costs no lock; only a find takes the writer's turn.
        with self._lms.database.reading() as session:
            return queries.next_claimable(session, _now()) is not None

    def _mark(self, work: Work) -> None:
        try:
            assessed = assess(self._lms, work, partial(self._have, work, _renew))
            self._record(work, assessed)
            for name, marked in assessed.unfinished.items():
                self._complete(work, name, marked)
        except NoWalls as error:
            log.error("run %s goes back to the queue: %s", work.run, error)
            self.walls = Walls(False, str(error), "lms doctor")
            self._have(work, service.give_back)
        except Exception:
            # Whatever went wrong with one run must not cost the others their turn. The claim
            # runs out, the run is tried again, and after a few times it is given up.
            log.exception("run %s could not be brought to its end", work.run)

    def _record(self, work: Work, assessed: Assessed) -> None:
        now = _now()
        if assessed.is_refused:
            self._have(work, partial(service.refuse, found=assessed.parts, now=now))
            return
        with self._lms.database.writing() as session:
            run = queries.grading_run(session, work.run)
            if run is None:
                return
            service.settle(session, run, assessed.parts, now=now)
            self._award(session, run.submission.enrolment)
            log.info("run %s: %s in %.1f s", work.run, run.ending, run.seconds or 0.0)

    def _complete(self, work: Work, name: str, marked: Marked) -> None:
        """Keep what cells put out after hidden tests; nobody waits for their marks meanwhile."""
        digest = completed(self._lms, marked)
        self._have(work, lambda _session, run: service.keep_executed(run, name, digest))

    def _have(self, work: Work, deed: Callable[[Session, GradingRun], None]) -> None:
        """Do ``deed`` with the run, if it is still there."""
        with self._lms.database.writing() as session:
            run = queries.grading_run(session, work.run)
            if run is not None:
                deed(session, run)

    def pay_debts(self) -> None:
        """Sign what is owed: earned through a mark given by hand, or when a key was missing.

        Each look goes on after the last, so that those who cannot be paid keep nobody waiting.
        """
        with self._lms.database.reading() as session:
            owed = issued.owed(session, self._looked_at)
        self._looked_at = owed[-1][0] if len(owed) == issued.MOST_OWED else 0
        for _row, public_id in owed:
            with self._lms.database.writing() as session:
                if enrolment := learning.enrolment(session, public_id):
                    self._award(session, enrolment)

    def _award(self, session: Session, enrolment: Enrolment) -> None:
        """Sign what ``enrolment`` has earned; why that cannot be is told once, not every look."""
        why = award(session, self._lms, enrolment, now=_now())
        if why and (enrolment.public_id, why) not in self._told:
            self._told.add((enrolment.public_id, why))
            log.error("enrolment %s is owed a credential: %s", enrolment.public_id, why)

    def close_quizzes(self) -> None:
        """Mark the quizzes whose time is over and that nobody has handed in."""
        with self._lms.database.reading() as session:
            if not quiz_queries.has_expired(session, _now()):
                return
        with self._lms.database.writing() as session:
            for attempt in quiz_queries.expired(session, _now()):
                quizzes.finish(session, attempt.enrolment, attempt, now=_now())
                service.complete_earned(session, [attempt.enrolment], now=_now())

    def try_tests(self) -> None:
        """Try the tests of one assignment, if somebody asked for it on the site."""
        try:
            if self.walls.stand:
                try_next(self._lms, _now)
        except NoWalls as error:
            self.walls = Walls(False, str(error), "lms doctor")
        except Exception:
            # As with runs: what went wrong with one must not cost the others their turn.
            log.exception("tests could not be tried")

    def compare_works(self) -> None:
        """Compare the works of one assignment, if they are many and somebody asked for it."""
        compare_next(self._lms, _now, lambda: not self._stopping.is_set())

    def remind(self) -> None:
        """Tell learners what is due soon and which course has opened."""
        with self._lms.database.reading() as session:
            open_runs = reminding.runs(session, _now())
        for run in open_runs:
            last: int | None = 0
            while last is not None and not self._stopping.is_set():
                with self._lms.database.writing() as session:
                    last = reminding.remind(session, run, _now(), beyond=last)
                self._stopping.wait(BREATH)

    def keep_trails(self) -> None:
        """Keep how far learners have come, of whom that is not known, some in a transaction."""
        self._in_portions(
            attention_queries.any_unknown, lambda session: trail_keeping.keep_some(session) > 0
        )

    def apply_regrades(self) -> None:
        """Let the marks of regrades that were applied count, some in a transaction."""
        self._in_portions(
            regrade_queries.is_any_to_apply,
            lambda session: applying.apply_some(session, now=_now()),
        )

    def announce(self) -> None:
        """Tell learners what was announced in their runs, some in a transaction."""
        self._in_portions(
            announcement_queries.is_any_to_tell,
            lambda session: announcing.tell_some(session, now=_now()),
        )

    def _in_portions(
        self, is_any: Callable[[Session], bool], some: Callable[[Session], bool]
    ) -> None:
        """Do a part of something large in each of many transactions, others taking their turn."""
        goes_on = True
        while goes_on and not self._stopping.is_set():
            with self._lms.database.reading() as session:
                if not is_any(session):
                    return
            with self._lms.database.writing() as session:
                goes_on = some(session)
            self._stopping.wait(BREATH)

    def mail(self) -> None:
        """Write the letters that are due and post those that wait."""
        write_letters(self._lms, _now())
        post_letters(self._lms, _now, goes_on=lambda: not self._stopping.is_set())

    def tidy(self) -> None:
        """Delete what has been kept for as long as it may be."""
        with self._lms.database.writing() as session:
            addresses.forget(session, now=_now())
            sign_ins.forget(session, now=_now())
            resemblance.forget(session, now=_now())
            resembling.forget(session, now=_now())
        self._in_portions(
            lambda session: notices.is_any_to_forget(session, now=_now()),
            lambda session: notices.forget_some(session, now=_now()),
        )
        delete_due(self._lms.database, self._lms.blobs, _now)
        tidy_letters(self._lms, _now())

    def _keep(self, pause: float, deed: Callable[[], None]) -> None:
        """Do ``deed`` again and again, whatever goes wrong with it once."""
        while not self._stopping.is_set():
            wait = pause
            try:
                deed()
            except Exception:
                # A database may be away for a while, a disk be full. A thread that ended here
                # would leave its deed undone for good, and nobody would know.
                log.exception("something went wrong; trying again")
                wait = max(pause, PULSE)
            self._stopping.wait(wait)

    def _live(self) -> None:
        self._beat()
        self.close_quizzes()
        self.pay_debts()

    def _retest(self) -> None:
        if not self.walls.stand and not self.test_walls().stand:
            log.error(NOTHING_IS_MARKED, self.walls.found, self.walls.mend)

    def _beat(self) -> None:
        walls = self.walls
        with self._lms.database.writing() as session:
            service.beat(
                session,
                self._name,
                walls_stand=walls.stand,
                found=walls.found,
                mend=walls.mend,
                now=_now(),
            )


def _renew(_session: Session, run: GradingRun) -> None:
    """Keep the claim on a run of several notebooks: each may take as long as an only one."""
    service.renew(run, lease=LEASE, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
