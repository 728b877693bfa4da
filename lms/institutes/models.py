"""Tables of institutes, people, memberships, notices, sign-ins and strikes."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import (
    Base,
    Id,
    Instant,
    Marked,
    Moment,
    PublicId,
    Slug,
    Texts,
    one_of,
    personal,
)
from lms.core.i18n import Sentence
from lms.institutes.rules import Role, TextSize, Theme


class Institute(Base):
    """An organisation that teaches and issues; the boundary of data.

    Created by an operator; its names and zone may change, its slug never,
    because its DID is made of it.
    """

    __tablename__ = "institute"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    slug: Mapped[Slug]
    names: Mapped[Texts]
    time_zone: Mapped[str] = mapped_column(String(40), default="Africa/Casablanca")
    created: Mapped[Moment]


_ACCOUNT = "until the account is deleted"
_CHANGE = "an hour, at most as long as the account"
_SIGN_IN = "until it is ended or was not used for 15 days, at most as long as the account"
_NOTICE = "a year after it was read, at most as long as the account"


class Person(Base):
    """Someone who can sign in.

    Appears at sign-up or by an operator's command; names, language, looks and
    password change at will. Without a name in Latin or Arabic script ``name``
    stands on certificates; without a zone of their own the institute's dates
    pages. ``leaves`` is set when they ask for their account to be deleted; on
    that day everything personal goes and the row stays as a pseudonym, because
    marks refer to it.
    """

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("email"), Index(None, "leaves"))

    id: Mapped[Id] = mapped_column(info=personal("joins what belongs to the account", _ACCOUNT))
    public_id: Mapped[PublicId] = mapped_column(
        info=personal("names the account in sessions and in the journal", _ACCOUNT)
    )
    email: Mapped[str] = mapped_column(
        String(254), info=personal("names the account at sign-in and in credentials", _ACCOUNT)
    )
    name: Mapped[str] = mapped_column(
        String(200), info=personal("shown to instructors and on certificates", _ACCOUNT)
    )
    password_hash: Mapped[str] = mapped_column(
        String(200), info=personal("checks the password (argon2id)", _ACCOUNT)
    )
    locale: Mapped[str] = mapped_column(
        String(8), info=personal("chooses the language of pages and letters", _ACCOUNT)
    )
    latin_name: Mapped[str | None] = mapped_column(
        String(200), info=personal("stands on certificates, in Latin script", _ACCOUNT)
    )
    arabic_name: Mapped[str | None] = mapped_column(
        String(200), info=personal("stands on certificates, in Arabic script", _ACCOUNT)
    )
    time_zone: Mapped[str | None] = mapped_column(
        String(40), info=personal("dates pages by the person's own clock", _ACCOUNT)
    )
    theme: Mapped[Theme | None] = mapped_column(
        one_of(Theme), info=personal("makes pages light or dark", _ACCOUNT)
    )
    text_size: Mapped[TextSize | None] = mapped_column(
        one_of(TextSize), info=personal("makes text larger", _ACCOUNT)
    )
    leaves: Mapped[datetime | None] = mapped_column(
        Instant, info=personal("says when the account will be deleted, as asked", _ACCOUNT)
    )
    wants_mail: Mapped[bool] = mapped_column(
        default=True, server_default=true(), info=personal("stops all mail at once", _ACCOUNT)
    )
    created: Mapped[Moment] = mapped_column(info=personal("dates the account", _ACCOUNT))

    memberships: Mapped[list["Membership"]] = relationship(back_populates="person")


class AddressChange(Base):
    """Another e-mail address that a person has asked for and not confirmed yet.

    Asking again makes the row another one with a new public identifier, so that only the
    last letter's link leads to it. It goes when it is confirmed, or after ``expires``.
    """

    __tablename__ = "address_change"
    __table_args__ = (UniqueConstraint("person_id"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says who asked", _CHANGE)
    )
    email: Mapped[str] = mapped_column(
        String(254), info=personal("becomes the address of the account", _CHANGE)
    )
    asked: Mapped[Moment]
    expires: Mapped[Moment]

    person: Mapped[Person] = relationship()


class Membership(Base):
    """A role that a person holds in an institute, from a moment until it ends.

    Ending it sets ``until``; holding the role again is the same row reopened.
    """

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("institute_id", "person_id", "role"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    institute_id: Mapped[int] = mapped_column(ForeignKey("institute.id"))
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), index=True, info=personal("says who holds the role", _ACCOUNT)
    )
    role: Mapped[Role] = mapped_column(
        one_of(Role),
        info=personal("grants what the role may do", _ACCOUNT),
    )
    since: Mapped[Moment]
    until: Mapped[datetime | None] = mapped_column(Instant)

    institute: Mapped[Institute] = relationship()
    person: Mapped[Person] = relationship(back_populates="memberships")


class Notice(Base):
    """A sentence that the product tells a person, in the language they read it in.

    Appears with what it tells of; ``read`` is set once. ``about`` is the public identifier
    of what it leads to, ``part`` what of that, and ``kind`` says which page shows it.
    ``shown`` False keeps it out of the product, for whoever wants that kind by mail alone.
    ``mail_at`` is when it goes out by mail, None when it does not, did, or was read before.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "person_id", "read"),
        Index(None, "read"),
        Index(None, "mail_at"),
        Index(None, "about"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says who is told", _NOTICE)
    )
    # Open-ended in the database, so that a new kind of news needs no change of its tables.
    kind: Mapped[str] = mapped_column(String(40))
    sentence: Mapped[Sentence] = mapped_column(
        Marked, info=personal("tells what has happened", _NOTICE)
    )
    about: Mapped[str] = mapped_column(String(16))
    part: Mapped[str] = mapped_column(String(80), default="", server_default="")
    shown: Mapped[bool] = mapped_column(default=True, server_default=true())
    created: Mapped[Moment]
    mail_at: Mapped[datetime | None] = mapped_column(Instant)
    read: Mapped[datetime | None] = mapped_column(
        Instant, info=personal("tells what is new from what was seen", _NOTICE)
    )


class NoticeChoice(Base):
    """Where a person wants to be told of one kind of news.

    Appears when they choose; without it they are told in the product and by mail.
    """

    __tablename__ = "notice_choice"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says whose choice it is", _ACCOUNT)
    )
    kind: Mapped[str] = mapped_column(String(40))
    shown: Mapped[bool] = mapped_column(info=personal("tells in the product or not", _ACCOUNT))
    mailed: Mapped[bool] = mapped_column(info=personal("tells by mail or not", _ACCOUNT))


class SignIn(Base):
    """A browser in which a person is signed in.

    ``key`` is the digest of a random token that only the browser's cookie holds: whoever reads
    the table cannot sign in with it. ``seen`` is the last day on which it came. The row goes when
    it is ended: by its owner, here or from another browser, with a new password or address, or
    once the cookie has run out.
    """

    __tablename__ = "sign_in"

    key: Mapped[str] = mapped_column(
        String(64), primary_key=True, info=personal("knows the browser again", _SIGN_IN)
    )
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), index=True, info=personal("says who is signed in", _SIGN_IN)
    )
    device: Mapped[str] = mapped_column(
        String(40),
        info=personal("names browser and system, so that their owner knows them again", _SIGN_IN),
    )
    begun: Mapped[Moment] = mapped_column(info=personal("tells sign-ins apart", _SIGN_IN))
    seen: Mapped[date] = mapped_column(
        index=True, info=personal("tells which are still in use, to the day", _SIGN_IN)
    )

    person: Mapped[Person] = relationship()


class SignInStrike(Base):
    """Wrong passwords in a row for one account or from one address, or sign-ups from one.

    ``key`` is a digest, so that the table tells nobody who was attacked from
    where. The row goes with the next right password or after a day. Of sign-ups ``last`` is
    the moment from which the next one is being forgotten.
    """

    __tablename__ = "sign_in_strike"

    key: Mapped[str] = mapped_column(
        String(64),
        primary_key=True,
        info=personal("slows down guessing of passwords and sign-up in bulk", "24 hours"),
    )
    strikes: Mapped[int]
    last: Mapped[Moment]
