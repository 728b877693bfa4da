"""A video or a sound in a lesson as HTML, with its captions and its words."""

from collections.abc import Callable
from html import escape

from lms.catalogue.lesson_words import LessonWords
from lms.catalogue.media import Player
from lms.core.i18n import NATIVE_NAMES, direction


def player_html(
    path: str,
    player: Player,
    description: str,
    caption: str,
    locale: str,
    words: LessonWords,
    asset: Callable[[str], str],
) -> str:
    """The figure of what is played; nothing of it is fetched before somebody plays it."""
    element = "video" if player.is_video else "audio"
    source = escape(asset(path))
    poster = f' poster="{escape(asset(player.poster))}"' if player.poster else ""
    tracks = "".join(_track(asset(player.captions[each]), each, locale) for each in player.captions)
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return (
        f'<figure class="played"><{element} controls="" preload="none"{poster} '
        f'aria-label="{escape(description)}">'
        f'<source src="{source}" type="{player.media_type}">{tracks}'
        f'<a href="{source}">{escape(words.download)}</a></{element}>{below}'
        f"{_transcript(player, locale, words)}</figure>\n"
    )


def _track(address: str, language: str, locale: str) -> str:
    # Captions in the reader's language are shown at once; every browser lets them be hidden.
    first = ' default=""' if language == locale else ""
    return (
        f'<track kind="captions" src="{escape(address)}" srclang="{language}" '
        f'label="{escape(NATIVE_NAMES[language])}"{first}>'
    )


def _transcript(player: Player, locale: str, words: LessonWords) -> str:
    """The words of the reader's language, or of the first that has any."""
    language = locale if locale in player.transcripts else next(iter(player.transcripts), "")
    if not language:
        return ""
    blocks = player.transcripts[language].split("\n\n")
    paragraphs = "".join(f"<p>{escape(each.strip())}</p>" for each in blocks if each.strip())
    return (
        f'<details class="transcript"><summary>{escape(words.transcript)}</summary>'
        f'<div lang="{language}" dir="{direction(language)}">{paragraphs}</div></details>'
    )
