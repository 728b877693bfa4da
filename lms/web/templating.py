"""What every page can use: its frame, static addresses, languages, dates, numbers."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, cached_property
from gettext import NullTranslations
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from babel.dates import get_timezone_location
from babel.lists import format_list as joined
from flask import (
    Flask,
    current_app,
    g,
    has_request_context,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import Babel, Domain, format_date, get_locale, gettext, ngettext
from flask_babel import format_decimal as decimal
from flask_babel import lazy_gettext as _l
from jinja2 import StrictUndefined
from markupsafe import Markup

from lms.catalogue.models import CourseVersion
from lms.core import translation
from lms.core.i18n import (
    NATIVE_NAMES,
    READINGS,
    SCRIPTS,
    Sentence,
    best_text,
    direction,
    language,
)
from lms.core.tifinagh import InLatin
from lms.core.translation import TERRITORIES, explained, in_script
from lms.grading.hints import hint_for
from lms.learning.models import CourseRun
from lms.web import access
from lms.web.forms import csrf_token


class _Words(Domain):
    """Our catalogues, and what is made of one for readers of another script."""

    def get_translations(self) -> NullTranslations:
        """The sentences in the visitor's language and script."""
        found: NullTranslations = super().get_translations()
        if not has_request_context() or locale() not in SCRIPTS:
            return found
        return cast(NullTranslations, self.cache.setdefault(locale(), InLatin(found)))


class _Babel(Babel):
    @cached_property
    def domain_instance(self) -> _Words:
        return _Words(domain=self.domain)


def set_up(site: Flask) -> None:
    """Give ``site`` its languages and its templates their globals and filters."""
    _Babel(
        site,
        default_locale="en",
        default_timezone="Africa/Casablanca",
        default_translation_directories=str(Path(__file__).parents[1] / "locale"),
        locale_selector=lambda: TERRITORIES[locale()],
        timezone_selector=access.time_zone,
    )
    # A value that no view handed over is a fault to see at once, not an empty place.
    site.jinja_env.undefined = StrictUndefined
    site.jinja_env.trim_blocks = site.jinja_env.lstrip_blocks = True
    site.add_template_global(asset)
    site.add_template_global(csrf_token, "csrf")
    for function in (text, plain, foreign, native_names, skill_names, institutes_of, hint):
        site.add_template_global(function)
    for shown in (sentence, explanation, moment, day, number, percent, grace):
        site.add_template_filter(shown)
    site.context_processor(_frame)


def page(template: str, **values: Any) -> str:
    """The page ``template`` showing ``values``."""
    return render_template(template, **values)


def locale() -> str:
    """The visitor's language: of their account, chosen in this browser, or asked by the browser."""
    if "locale" not in g:
        who = access.visitor()
        chosen = who.locale if who else session.get("locale")
        g.locale = (
            chosen
            if chosen in READINGS
            else request.accept_languages.best_match(READINGS, default="fr")
        )
    return str(g.locale)


def content_locale() -> str:
    """The language in which authors write for the visitor, whatever script pages are read in."""
    return language(locale())


#: What stands on <html> for the style sheets, by the name of its cookie.
LOOKS = ("theme", "text_size")


def appearance() -> dict[str, str]:
    """How pages look: chosen in the account, or else in this browser; empty as the device does."""
    who = access.visitor()
    chosen = {look: (getattr(who, look) if who else None) or session.get(look) for look in LOOKS}
    return {look: str(value or "") for look, value in chosen.items()}


def text(texts: dict[str, str]) -> Markup:
    """The author's text in the visitor's language, or the original's, marked as such."""
    words, told = best_text(texts, locale())
    if told == language(locale()):
        return Markup("<bdi>{}</bdi>").format(in_script(words, locale()))
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(told, direction(told), words)


def plain(texts: dict[str, str]) -> str:
    """The author's text in the visitor's language or the original's, without markup."""
    words, told = best_text(texts, locale())
    return in_script(words, locale()) if told == language(locale()) else words


def foreign(texts: dict[str, str]) -> str:
    """The language of what `plain` gives, when it is not the page's; empty otherwise."""
    told = best_text(texts, locale())[1]
    return "" if told == language(locale()) else told


def native_names(locales: Iterable[str]) -> list[str]:
    """What these languages call themselves."""
    return [NATIVE_NAMES[code] for code in locales]


def skill_names(version: CourseVersion) -> list[str]:
    """The skills of a course in the visitor's language or the original's."""
    return [plain(skill["name"]) for skill in version.skills]


def institutes_of(runs: Iterable[CourseRun]) -> str:
    """Who offers these runs, each institute once, as one line."""
    names = list(dict.fromkeys(plain(run.institute.names) for run in runs))
    return in_script(joined(names, locale=get_locale() or "en"), locale()) if names else ""


def sentence(marked: Sentence | None) -> str:
    """A marked sentence in the visitor's language."""
    if marked is None:
        return ""
    values = {k: translation.written(v, locale()) for k, v in marked.values.items()}
    return str(gettext(marked.text)).format(**values)


def explanation(marked: Sentence | None) -> Markup:
    """A marked sentence in the visitor's language, in which code looks like code."""
    return Markup() if marked is None else explained(marked, locale())


def hint(told: dict[str, str]) -> Markup:
    """The author's hint in the visitor's language, or in the one that it is in."""
    words, written = hint_for(told, content_locale())
    if written in (None, locale()):
        return Markup('<bdi dir="auto">{}</bdi>').format(words)
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(written, direction(written), words)


def moment(when: datetime) -> Markup:
    """A date and time as written in the visitor's language, in the institute's zone."""
    written = translation.moment(when, access.time_zone(), locale())
    return Markup('<time datetime="{}">{}</time>').format(
        when.isoformat(timespec="seconds"), written
    )


def day(when: date) -> Markup:
    """A date as written in the visitor's language: that of a moment, or one without any."""
    exact = when.isoformat(timespec="seconds") if isinstance(when, datetime) else when.isoformat()
    return Markup('<time datetime="{}">{}</time>').format(exact, plain_day(when))


def plain_day(when: date) -> str:
    """A date as written in the visitor's language, without markup."""
    return in_script(format_date(when, "d MMMM y"), locale())


#: The cities of Morocco's time zones, which CLDR names in no Amazigh.
MOROCCO = {"Africa/Casablanca": _l("Casablanca"), "Africa/El_Aaiun": _l("El Aaiun")}


def zone_name(time_zone: str) -> str:
    """What the city of a time zone is called in the visitor's language."""
    if time_zone in MOROCCO:
        return str(MOROCCO[time_zone])
    place = get_timezone_location(time_zone, locale=get_locale() or "en", return_city=True)
    return str(place)


def number(value: float) -> str:
    """Points and the like: at most two decimals, none that are not needed."""
    return str(decimal(value, "#,##0.##"))


def percent(share: float) -> str:
    """A share from 0 to 1 as a whole percentage, written as in the visitor's language."""
    return translation.percent(share, locale())


def grace(minutes: int) -> str:
    """Until when work after its due date is not late yet: in days or hours where they are whole."""
    days, hours = minutes / (24 * 60), minutes / 60
    if days.is_integer():
        told = ngettext(
            "Work handed in at most %(num)s day after the due date is not late.",
            "Work handed in at most %(num)s days after the due date is not late.",
            int(days),
        )
    elif hours.is_integer():
        told = ngettext(
            "Work handed in at most %(num)s hour after the due date is not late.",
            "Work handed in at most %(num)s hours after the due date is not late.",
            int(hours),
        )
    else:
        told = ngettext(
            "Work handed in at most %(num)s minute after the due date is not late.",
            "Work handed in at most %(num)s minutes after the due date is not late.",
            minutes,
        )
    return str(told)


def asset(path: str) -> str:
    """The address of a static file; it changes with all of them, so it is kept for a year.

    What a style sheet or a script names beside itself has an address under the same state, so no
    browser asks again for a font or a module that it has.
    """
    return url_for("static", filename=path, state=static_state())


def static_state() -> str:
    """What the static files are like now, all together."""
    return _state(str(current_app.static_folder))


def static(path: str) -> Markup:
    """The text of a static file, to stand in a document that may load none of ours."""
    return Markup(Path(str(current_app.static_folder), path).read_text(encoding="utf-8"))


@cache
def _state(folder: str) -> str:
    found = hashlib.sha256()
    for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
        found.update(str(path).encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:10]


def _here() -> str:
    """Where to come back to: the page itself, or that of the form that came back faulty."""
    if request.method == "GET":
        return request.full_path if request.query_string else request.path
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return url_for("public.catalogue")
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path


def _standing() -> dict[str, str]:
    """Where a learner is, on the page of a step of their course; empty on any other."""
    given = request.view_args or {}
    if not request.path.startswith("/learn/") or not {"public_id", "slug"} <= given.keys():
        return {}
    address = url_for("learn.stand_at", public_id=given["public_id"])
    return {"address": address, "slug": given["slug"]}


#: The entry of the main navigation under which the pages of a feature stand.
_PLACES = {
    "learn": {"learn", "notebook", "quizzes", "reading"},
    "teach": {"extensions", "marking", "moderation", "quality", "quiz_teaching", "regrades"}
    | {"reviews", "similarity", "teach"},
}
_PLACE_OF = {feature: place for place, features in _PLACES.items() for feature in features}


def _place() -> str:
    """Where this page stands in the main navigation: ``learn``, ``teach``, ``issue``..."""
    feature = request.blueprint or ""
    if feature in ("announcements", "feedback"):
        return "teach" if request.path.startswith("/teach/") else "learn"
    return _PLACE_OF.get(feature, feature)


def _frame() -> dict[str, Any]:
    return {
        "locale": locale(),
        "content_locale": content_locale(),
        "direction": direction(locale()),
        "languages": NATIVE_NAMES,
        "here": _here(),
        "nav_place": _place(),
        **appearance(),
        "current_person": access.visitor(),
        "standing": _standing(),
        "unread": access.unread(),
        "roles": {membership.role for membership in access.roles()},
    }
