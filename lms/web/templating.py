"""What every page can use: its frame, static addresses, languages, dates, numbers."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.lists import format_list as joined
from flask import Flask, current_app, g, render_template, request, session, url_for
from flask_babel import Babel, format_datetime, get_locale, gettext
from flask_babel import format_decimal as decimal
from jinja2 import StrictUndefined
from markupsafe import Markup

from lms.catalogue.models import CourseVersion
from lms.core import translation
from lms.core.i18n import LOCALES, NATIVE_NAMES, Sentence, best_text, direction
from lms.core.translation import TERRITORIES, explained
from lms.grading.hints import hint_for
from lms.learning.models import CourseRun
from lms.web import access
from lms.web.forms import csrf_token


def set_up(site: Flask) -> None:
    """Give ``site`` its languages and its templates their globals and filters."""
    Babel(
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
    for shown in (sentence, explanation, moment, day, number, percent):
        site.add_template_filter(shown)
    site.context_processor(_frame)


def page(template: str, **values: Any) -> str:
    """The page ``template`` showing ``values``."""
    return render_template(template, **values)


def locale() -> str:
    """The visitor's language: chosen in this browser, of their account, or asked by the browser."""
    if "locale" not in g:
        who = access.visitor()
        chosen = session.get("locale") or (who.locale if who else None)
        g.locale = (
            chosen
            if chosen in LOCALES
            else request.accept_languages.best_match(LOCALES, default="fr")
        )
    return str(g.locale)


def text(texts: dict[str, str]) -> Markup:
    """The author's text in the visitor's language, or the original's, marked as such."""
    words, language = best_text(texts, locale())
    if language == locale():
        return Markup("<bdi>{}</bdi>").format(words)
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(language, direction(language), words)


def plain(texts: dict[str, str]) -> str:
    """The author's text in the visitor's language or the original's, without markup."""
    return best_text(texts, locale())[0]


def foreign(texts: dict[str, str]) -> str:
    """The language of what `plain` gives, when it is not the page's; empty otherwise."""
    language = best_text(texts, locale())[1]
    return "" if language == locale() else language


def native_names(locales: Iterable[str]) -> list[str]:
    """What these languages call themselves."""
    return [NATIVE_NAMES[code] for code in locales]


def skill_names(version: CourseVersion) -> list[str]:
    """The skills of a course in the visitor's language or the original's."""
    return [plain(skill["name"]) for skill in version.skills]


def institutes_of(runs: Iterable[CourseRun]) -> str:
    """Who offers these runs, each institute once, as one line."""
    names = list(dict.fromkeys(plain(run.institute.names) for run in runs))
    return joined(names, locale=get_locale() or "en") if names else ""


def sentence(marked: Sentence | None) -> str:
    """A marked sentence in the visitor's language."""
    if marked is None:
        return ""
    values = {k: number(v) if isinstance(v, float) else v for k, v in marked.values.items()}
    return str(gettext(marked.text)).format(**values)


def explanation(marked: Sentence | None) -> Markup:
    """A marked sentence in the visitor's language, in which code looks like code."""
    return Markup() if marked is None else explained(marked, locale())


def hint(told: dict[str, str]) -> Markup:
    """The author's hint in the visitor's language, or in the one that it is in."""
    words, language = hint_for(told, locale())
    if language in (None, locale()):
        return Markup('<bdi dir="auto">{}</bdi>').format(words)
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(language, direction(language), words)


def moment(when: datetime) -> Markup:
    """A date and time as written in the visitor's language, in the institute's zone."""
    written = translation.moment(when, access.time_zone(), locale())
    return Markup('<time datetime="{}">{}</time>').format(
        when.isoformat(timespec="seconds"), written
    )


def day(when: datetime) -> Markup:
    """A date as written in the visitor's language."""
    return Markup('<time datetime="{}">{}</time>').format(
        when.isoformat(timespec="seconds"), format_datetime(when, "d MMMM y")
    )


def number(value: float) -> str:
    """Points and the like: at most two decimals, none that are not needed."""
    return str(decimal(value, "#,##0.##"))


def percent(share: float) -> str:
    """A share from 0 to 1 as a whole percentage, never rounded up to a hundred."""
    return str(decimal(int(share * 100 + 1e-9), "#,##0")) + "\u00a0%"


def asset(path: str) -> str:
    """The address of a static file; it changes with the content, so it is kept for a year."""
    return url_for("static", filename=path, v=_version(str(current_app.static_folder), path))


@cache
def _version(folder: str, path: str) -> str:
    return hashlib.sha256(Path(folder, path).read_bytes()).hexdigest()[:10]


def _frame() -> dict[str, Any]:
    return {
        "locale": locale(),
        "direction": direction(locale()),
        "languages": NATIVE_NAMES,
        "current_person": access.visitor(),
        "unread": access.unread(),
        "roles": {membership.role for membership in access.roles()},
    }
