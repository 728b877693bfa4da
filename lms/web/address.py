"""Another e-mail address for the visitor's account, confirmed from a letter to it."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import mailing
from lms.core.errors import Refused
from lms.institutes import addresses
from lms.mail import account_letters
from lms.web import access, account, confirming, templating
from lms.web.profile_forms import AddressForm
from lms.web.templating import page

pages = Blueprint("address", __name__, url_prefix="/account/address")


@pages.post("/")
def ask() -> ResponseReturnValue:
    """Have a letter sent to the new address; what is answered tells of no other account."""
    who, form = access.person(), AddressForm(request.form)
    if not confirming.is_confirmed(form, form.password):
        return account.account_page(who, address=form), 422
    try:
        change = addresses.ask(access.session(), who, form.email.data or "", now=access.now())
    except Refused as error:
        form.email.errors = [templating.sentence(error.sentence)]
        return account.account_page(who, address=form), 422
    if change is not None:
        house = mailing.house(access.lms())
        account_letters.confirm_address(access.session(), change, house, now=access.now())
    return redirect(url_for("account.show", _anchor="address"), 303)


@pages.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """What the link in the letter leads to: looking at it changes nothing."""
    return page("account/address.html", change=access.address_change(token), token=token)


@pages.post("/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """Change the address; other sessions end, this one goes on, and the old address is told."""
    change = access.address_change(token)
    who, now = change.person, access.now()
    before = addresses.confirm(access.session(), change, now=now)
    account_letters.address_changed(access.session(), who, before, now=now)
    account.enter_as(who)
    flash(_("Your e-mail address is changed. Other devices have been signed out."), "ok")
    return redirect(url_for("account.show"), 303)
