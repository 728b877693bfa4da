"""Reads of institutes, people, memberships, notices and strikes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.core.folding import holds, sought
from lms.core.paging import Page, window
from lms.institutes.models import (
    AddressChange,
    Institute,
    Membership,
    Notice,
    NoticeChoice,
    Person,
    SignIn,
    SignInStrike,
)
from lms.institutes.rules import News, Reach, Role

#: How many memberships stand on one page of those of an institute.
MEMBERS_PAGE = 50
#: How many sign-ins a person is shown; the rest can be ended with them.
SIGN_INS_SHOWN = 50


def in_force(now: datetime) -> ColumnElement[bool]:
    """The condition that a membership holds at ``now``."""
    return or_(Membership.until.is_(None), Membership.until > now)


def institutes(session: Session) -> Sequence[Institute]:
    """Every institute, by slug."""
    return session.scalars(select(Institute).order_by(Institute.slug)).all()


def institute(session: Session, slug: str) -> Institute | None:
    """The institute called ``slug``."""
    return session.scalar(select(Institute).where(Institute.slug == slug))


def person(session: Session, public_id: str) -> Person | None:
    """The person with this public identifier."""
    return session.scalar(select(Person).where(Person.public_id == public_id))


def person_by_email(session: Session, email: str) -> Person | None:
    """The person whose account ``email`` names, however it is written."""
    return session.scalar(select(Person).where(Person.email == email.strip().casefold()))


def sign_in(session: Session, key: str) -> SignIn | None:
    """The sign-in with this key, with who it is."""
    return session.get(SignIn, key, options=[joinedload(SignIn.person)])


def sign_in_by_public_id(session: Session, public_id: str) -> SignIn | None:
    """The sign-in with this public identifier."""
    return session.scalar(select(SignIn).where(SignIn.public_id == public_id))


def sign_ins(session: Session, person: Person) -> Sequence[SignIn]:
    """Where ``person`` is signed in, what was used last coming first."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person.id)
        .order_by(SignIn.seen.desc(), SignIn.begun.desc())
        .limit(SIGN_INS_SHOWN)
    ).all()


def address_change(session: Session, public_id: str) -> AddressChange | None:
    """The change of address with this public identifier."""
    return session.scalar(select(AddressChange).where(AddressChange.public_id == public_id))


def address_change_of(session: Session, person: Person) -> AddressChange | None:
    """The change of address that ``person`` asked for last, be it too late or not."""
    return session.scalar(select(AddressChange).where(AddressChange.person_id == person.id))


def leaving(session: Session, now: datetime) -> Sequence[Person]:
    """Those whose account is to be deleted by now, whoever asked first coming first."""
    return session.scalars(
        select(Person).where(Person.leaves <= now).order_by(Person.leaves).limit(100)
    ).all()


def memberships(session: Session, person: Person, now: datetime) -> Sequence[Membership]:
    """The roles that ``person`` holds at ``now``, with their institutes."""
    return session.scalars(
        select(Membership)
        .options(joinedload(Membership.institute))
        .where(Membership.person_id == person.id, in_force(now))
        .order_by(Membership.id)
    ).all()


def members(
    session: Session, institute: Institute, now: datetime, *, words: str = "", number: int = 1
) -> Page[Membership]:
    """Who holds a role in ``institute`` at ``now``, by name: first those who do not only learn.

    All ``words`` stand in somebody's names or e-mail address.
    """
    in_order = (Membership.role == Role.LEARNER, Person.name, Person.id, Membership.role)
    listed = (
        select(Membership.id)
        .join(Membership.person)
        .where(Membership.institute_id == institute.id, in_force(now))
        .order_by(*in_order)
    )
    rows = of_people_called(session, listed, words)
    shown = window(len(rows), number, MEMBERS_PAGE)
    items = session.scalars(
        select(Membership)
        .join(Membership.person)
        .options(contains_eager(Membership.person))
        .where(Membership.id.in_(rows[shown.offset : shown.offset + shown.size]))
        .order_by(*in_order)
    ).all()
    return Page(items, shown)


def of_people_called(
    session: Session, listed: Select[int], words: str, *, by_address: bool = True
) -> Sequence[int]:
    """Those of the rows ``listed`` whose person has all ``words`` in names or e-mail address.

    In names alone where it is not ``by_address``.
    """
    wanted = sought(words)
    if not wanted:
        return session.scalars(listed).all()
    named = listed.add_columns(Person.name, Person.latin_name, Person.arabic_name)
    named = named.add_columns(Person.email) if by_address else named
    return [
        row
        for row, *names in session.execute(named)
        if holds(" ".join(filter(None, names)), wanted)
    ]


def administrators(session: Session, institute: Institute, now: datetime) -> Sequence[Membership]:
    """Who can give roles in ``institute`` at ``now``, with who they are."""
    return session.scalars(
        select(Membership)
        .options(joinedload(Membership.person))
        .where(
            Membership.institute_id == institute.id,
            Membership.role == Role.ADMINISTRATOR,
            in_force(now),
        )
    ).all()


def membership(
    session: Session, institute: Institute, person: Person, role: Role
) -> Membership | None:
    """The row of this role, in force or ended."""
    return session.scalar(
        select(Membership).where(
            Membership.institute_id == institute.id,
            Membership.person_id == person.id,
            Membership.role == role,
        )
    )


def membership_by_public_id(session: Session, public_id: str) -> Membership | None:
    """The membership with this public identifier."""
    return session.scalar(select(Membership).where(Membership.public_id == public_id))


def strikes(session: Session, keys: Sequence[str]) -> Sequence[SignInStrike]:
    """The strikes noted under any of ``keys``."""
    return session.scalars(select(SignInStrike).where(SignInStrike.key.in_(keys))).all()


def notices(session: Session, person: Person) -> Sequence[Notice]:
    """The latest notices shown to ``person``: those not read yet first, then the newest."""
    return session.scalars(
        select(Notice)
        .where(Notice.person_id == person.id, Notice.shown)
        .order_by(Notice.read.is_not(None), Notice.id.desc())
        .limit(200)
    ).all()


def notice(session: Session, public_id: str) -> Notice | None:
    """The notice with this public identifier."""
    return session.scalar(select(Notice).where(Notice.public_id == public_id))


def unread(session: Session, person: Person) -> int:
    """How many notices shown to ``person`` they have not read."""
    return (
        session.scalar(
            select(func.count()).where(
                Notice.person_id == person.id, Notice.read.is_(None), Notice.shown
            )
        )
        or 0
    )


def choices(session: Session, person: Person) -> dict[News, Reach]:
    """Where ``person`` wants to be told of each kind of news."""
    chosen = {
        row.kind: Reach(row.shown, row.mailed)
        for row in session.scalars(select(NoticeChoice).where(NoticeChoice.person_id == person.id))
    }
    return {kind: chosen.get(kind.value, Reach()) for kind in News}


def reach(session: Session, people: Sequence[int], kind: News) -> dict[int, Reach]:
    """Where each of these people, by row, wants to be told of ``kind``; left out: everywhere."""
    rows = session.execute(
        select(NoticeChoice.person_id, NoticeChoice.shown, NoticeChoice.mailed).where(
            NoticeChoice.kind == kind.value, NoticeChoice.person_id.in_(people)
        )
    )
    return {person: Reach(shown, mailed) for person, shown, mailed in rows}
