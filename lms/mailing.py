"""Where letters meet the world: writes those that are due and hands them over, for the worker."""

import logging
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from functools import partial

from lms.bootstrap import Lms, session_key
from lms.institutes import queries as institutes
from lms.mail import queries, service
from lms.mail.models import Letter
from lms.mail.posting import FolderPost, NotNow, NotTaken

log = logging.getLogger("lms.worker")

#: Letters written at one look; the next look goes on.
MOST = 200


def house(lms: Lms) -> service.House:
    """Who writes the letters of this site."""
    return service.House(lms.settings.base_url, lms.settings.sender, session_key(lms.settings))


def write_letters(lms: Lms, now: datetime) -> int:
    """Write the letters that are due, each in a transaction of its own; how many."""
    with lms.database.reading() as session:
        readers = [person.public_id for person in queries.readers(session, now, MOST)]
    writer, written = house(lms), 0
    for public_id in readers:
        with lms.database.writing() as session:
            person = institutes.person(session, public_id)
            if person is not None and service.write_digest(session, person, writer, now=now):
                written += 1
    return written


def post_letters(
    lms: Lms, clock: Callable[[], datetime], *, goes_on: Callable[[], bool] = lambda: True
) -> int:
    """Hand over what is to be posted now, while the worker ``goes_on``; how many were taken.

    A letter is claimed before and settled after, and no transaction is open meanwhile. When the
    server takes nothing for the moment, the others wait for the next look.
    """
    writer, taken = house(lms), 0
    while goes_on() and (claimed := _claimed(lms, writer, clock)):
        public_id, message = claimed
        try:
            lms.post.send(message, public_id)
        except NotNow as error:
            log.error("letter %s waits: %s", public_id, error)
            _settle(lms, public_id, partial(service.put_off, fault=str(error), now=clock()))
            break
        except NotTaken as error:
            log.error("letter %s has failed: %s", public_id, error)
            _settle(lms, public_id, partial(service.fail, fault=str(error), now=clock()))
        else:
            _settle(lms, public_id, partial(service.sent, now=clock()))
            taken += 1
    return taken


def _claimed(
    lms: Lms, writer: service.House, clock: Callable[[], datetime]
) -> tuple[str, EmailMessage] | None:
    while True:
        # A look costs no lock; only a find takes the writer's turn.
        with lms.database.reading() as session:
            if queries.next_letter(session, clock()) is None:
                return None
        with lms.database.writing() as session:
            letter = service.claim(session, now=clock())
            if letter is None:
                return None
            try:
                return letter.public_id, service.as_message(letter, writer)
            except NotTaken as error:
                log.error("letter %s has failed: %s", letter.public_id, error)
                service.fail(letter, str(error), now=clock())


def _settle(lms: Lms, public_id: str, deed: Callable[[Letter], None]) -> None:
    with lms.database.writing() as session:
        if letter := queries.letter(session, public_id):
            deed(letter)


def tidy_letters(lms: Lms, now: datetime) -> None:
    """Delete what was settled long ago, and files of letters that are no more.

    Letters go with the account of whom they were for, and so do their files.
    """
    with lms.database.writing() as session:
        service.forget(session, now=now)
    if isinstance(lms.post, FolderPost):
        there = lms.post.names()  # First: a letter that comes meanwhile is not among them.
        with lms.database.reading() as session:
            lms.post.remove(there - queries.names(session))
