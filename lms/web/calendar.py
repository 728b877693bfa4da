"""The calendar of a person: an address for calendar programs, and the page that gives it."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core import icalendar
from lms.core.i18n import N_, say
from lms.core.translation import translated
from lms.grading import timetable
from lms.learning import feeds, queries
from lms.web import access
from lms.web.templating import page

pages = Blueprint("calendar", __name__)

#: How long a program may keep what it has read, in seconds.
KEPT = 900
_NAME = N_("Jazari: my courses")


@pages.get("/calendar/<key>.ics")
def feed(key: str) -> ResponseReturnValue:
    """The dates of whoever has this address, in their language."""
    person = access.calendar(key)
    enrolments = queries.enrolments_of(access.session(), person)
    base_url = access.lms().settings.base_url
    events = timetable.events(access.session(), enrolments, base_url, person.locale, access.now())
    events += timetable.taught(access.session(), person, enrolments, base_url, access.now())
    name = translated(say(_NAME), person.locale)
    written = icalendar.calendar(events, name=name, language=person.locale)
    answer = Response(written, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="jazari.ics"'
    answer.headers["Cache-Control"] = f"private, max-age={KEPT}"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    return answer.make_conditional(request)


@pages.get("/account/calendar")
def show() -> ResponseReturnValue:
    """The visitor's address for calendar programs, or the button that makes one."""
    return page("account/calendar.html", address=access.calendar_address())


@pages.post("/account/calendar")
def renew() -> ResponseReturnValue:
    """Make an address; the one before leads nowhere from now on."""
    feeds.renew(access.session(), access.person(), now=access.now())
    flash(_("This is your new address. One that you had before no longer works."), "ok")
    return redirect(url_for(".show"), 303)


@pages.post("/account/calendar/stop")
def stop() -> ResponseReturnValue:
    """Take the address away."""
    feeds.stop(access.session(), access.person(), now=access.now())
    flash(_("Your calendar address no longer works."), "ok")
    return redirect(url_for(".show"), 303)
