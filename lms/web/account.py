"""Sign up, sign in, sign out, and the visitor's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import UserMixin, current_user, login_user

from lms.core.errors import Refused
from lms.institutes import leaving, profiles, queries, service, sign_ins, sign_ups
from lms.web import access, confirming, devices, templating
from lms.web.forms import PasswordForm, SignInForm, SignUpForm
from lms.web.profile_forms import AddressForm, LooksForm, ProfileForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.institutes.models import Person

pages = Blueprint("account", __name__, url_prefix="/account")


class SignedIn(UserMixin):
    """A person as Flask-Login keeps them, and the token that their browser shows."""

    def __init__(self, person: Person, token: str) -> None:
        self.person, self.token = person, token

    def get_id(self) -> str:
        """What the cookie carries."""
        return self.token


def signed_in(token: str) -> SignedIn | None:
    """The person whose browser shows ``token``, unless it was signed out."""
    found = queries.sign_in(access.session(), sign_ins.key_of(token))
    if found is None:
        return None
    if found.seen < (today := access.now().date()):
        access.write_beside(lambda session: sign_ins.see(session, found.key, today))
    return SignedIn(found.person, token)


def here() -> str:
    """The key of the visitor's sign-in in this browser."""
    return sign_ins.key_of(current_user.token)


def enter_as(person: Person) -> None:
    """Sign ``person`` in, in this browser, with a token that nobody had before."""
    device = devices.device(request.user_agent.string)
    token = sign_ins.begin(access.session(), person, device, now=access.now())
    login_user(SignedIn(person, token))


@pages.get("/sign-up")
def sign_up() -> ResponseReturnValue:
    """The form for somebody new."""
    return page("account/sign_up.html", form=SignUpForm(next=request.args.get("next", "")))


@pages.post("/sign-up")
def create() -> ResponseReturnValue:
    """Open an account and sign its owner in."""
    form = SignUpForm(request.form)
    if not form.validate():
        return page("account/sign_up.html", form=form), 422
    address, now = request.remote_addr or "", access.now()
    try:
        # Asked in a transaction of its own, before a password is hashed in vain.
        with access.lms().database.reading() as reading:
            sign_ups.admit(reading, address, now=now)
        person = service.sign_up(
            access.session(),
            email=form.email.data or "",
            name=form.name.data or "",
            password=form.password.data or "",
            locale=templating.locale(),
            address=address,
            now=now,
        )
    except sign_ups.SignUpsPaused as error:
        form.form_errors.append(templating.sentence(error.sentence))
        return page("account/sign_up.html", form=form), 429
    except service.EmailTaken as error:
        form.email.errors = [templating.sentence(error.sentence)]
        return page("account/sign_up.html", form=form), 422
    return _enter(person, form.next.data)


@pages.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The form for somebody who comes back."""
    return page("account/sign_in.html", form=SignInForm(next=request.args.get("next", "")))


@pages.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Sign in, unless the password is wrong or was wrong too often."""
    form = SignInForm(request.form)
    if not form.validate():
        return page("account/sign_in.html", form=form), 422
    with access.lms().database.reading() as reading:
        proof = service.examine(
            reading,
            email=form.email.data or "",
            password=form.password.data or "",
            address=request.remote_addr or "",
            now=access.now(),
        )
    who = service.sign_in(access.session(), proof, now=access.now())
    if isinstance(who, Refused):
        form.password.errors = [templating.sentence(who.sentence)]
        status = 429 if isinstance(who, service.SignInPaused) else 422
        return page("account/sign_in.html", form=form), status
    stays = leaving.stay(access.session(), who, now=access.now())
    answer = _enter(who, form.next.data)
    if stays:
        flash(_("Welcome back. Your account will not be deleted."), "ok")
    return answer


@pages.get("/")
def show() -> ResponseReturnValue:
    """The visitor's own account."""
    return account_page(access.person())


@pages.post("/profile")
def describe() -> ResponseReturnValue:
    """Change names, language and time zone."""
    person, form = access.person(), ProfileForm(request.form)
    if not form.validate():
        return account_page(person, profile=form), 422
    profiles.describe(
        access.session(),
        person,
        name=form.name.data or "",
        latin_name=form.latin_name.data or "",
        arabic_name=form.arabic_name.data or "",
        locale=form.locale.data,
        time_zone=form.time_zone.data,
        now=access.now(),
    )
    cookie["locale"] = form.locale.data
    flash(_("Your account is saved."), "ok")
    return redirect(url_for(".show"), 303)


@pages.post("/password")
def change_password() -> ResponseReturnValue:
    """Change the password; other sessions end, this one goes on."""
    person, form = access.person(), PasswordForm(request.form)
    if not confirming.is_confirmed(form, form.current):
        return account_page(person, password=form), 422
    service.set_password(access.session(), person, form.new.data or "", now=access.now(), by=person)
    enter_as(person)
    flash(_("Your password is changed. Other devices have been signed out."), "ok")
    return redirect(url_for(".show"), 303)


def account_page(
    person: Person,
    profile: ProfileForm | None = None,
    password: PasswordForm | None = None,
    address: AddressForm | None = None,
) -> str:
    """The page of the account, with the form that came back faulty."""
    change = queries.address_change_of(access.session(), person)
    return page(
        "account/account.html",
        profile=profile or ProfileForm.of(person),
        looks=LooksForm.of(templating.appearance(), then=url_for("account.show")),
        password=password or PasswordForm(),
        address=address or AddressForm(),
        sign_ins=queries.sign_ins(access.session(), person),
        entered_by=here(),
        change=change if change and change.expires > access.now() else None,
        posts_letters=bool(access.lms().settings.mail),
    )


def kept() -> dict[str, str]:
    """What this browser keeps of whoever signs out: how they read."""
    return {"locale": templating.locale(), **templating.appearance()}


def _enter(person: Person, next_page: str | None) -> ResponseReturnValue:
    """Begin a session, fresh so that nobody could have planted it, and go on.

    A language chosen on the way here becomes that of the account. One that the browser only
    kept of somebody who signed out does not: in a school many use the same.
    """
    if chosen := cookie.get("chosen_locale"):
        profiles.read_in(person, chosen)
    looks = {look: cookie[look] for look in templating.LOOKS if look in cookie}
    cookie.clear()
    # Should the session run out, the page that says so is in the language of this reader.
    cookie.update(looks, locale=person.locale)
    cookie.permanent = True
    enter_as(person)
    return redirect(own_address(next_page) or url_for("learn.home"), 303)


def own_address(address: str | None) -> str | None:
    """``address`` when it is a path on this site, None for anything that could lead elsewhere."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or any(c in address for c in "\\\r\n\t"):
        return None
    return address
