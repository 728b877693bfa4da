"""The files that lessons refer to, and where the references lead."""

from difflib import get_close_matches

from lms.catalogue.course_reading import CourseReading
from lms.catalogue.lesson_faults import Reference, part_faults
from lms.catalogue.lesson_links import TargetKind
from lms.catalogue.manifest_quizzes import check_named_lessons
from lms.catalogue.manifest_values import AssetManifest
from lms.catalogue.media import (
    PLAYED_TYPES,
    Player,
    caption_faults,
    ending,
    is_played,
    kind_fault,
    read_transcript,
)
from lms.catalogue.pictures import is_picture, read_picture
from lms.core.faults import Fault
from lms.core.i18n import say

#: The files that lessons may refer to, and how each is served.
MEDIA_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".csv": "text/csv",
    ".txt": "text/plain",
    **PLAYED_TYPES,
}


def read_assets(reading: CourseReading) -> dict[str, AssetManifest]:
    """The files that lessons refer to; notes every reference that leads nowhere."""
    assets: dict[str, AssetManifest] = {}
    referring = [
        (text.locale, reference)
        for texts in reading.lessons.values()
        for text in texts.values()
        for reference in text.references
    ]
    for locale, reference in (*referring, *reading.quiz_references):
        if reference.target.kind is TargetKind.lesson:
            _check_lesson(reference, locale, reading)
        else:
            _read_asset(reference, reading, assets)
    for locale, reference in referring:
        _check_player(reference, locale, reading)
    for _locale, reference in reading.quiz_references:
        if reference.is_figure and is_played(reference.target.name):
            sentence = say("A video or a sound stands in a lesson, not in a quiz.")
            reading.faults.append(Fault(reference.path, reference.line, sentence))
    check_named_lessons(reading)
    return assets


def _check_lesson(reference: Reference, locale: str, reading: CourseReading) -> None:
    target = reference.target
    if target.name not in reading.lessons:
        if target.name in reading.slugs and not target.part:
            # An assignment, or a lesson whose own faults are told already.
            return
        near = get_close_matches(target.name, reading.lessons, n=1)
        if near:
            sentence = say(
                "There is no lesson {slug}. Did you mean {near}?", slug=target.name, near=near[0]
            )
        else:
            sentence = say("There is no lesson {slug} in this course.", slug=target.name)
        reading.faults.append(Fault(reference.path, reference.line, sentence))
    elif target.part and (text := reading.lessons[target.name].get(locale)) is not None:
        ids = tuple(heading.id for heading in text.headings)
        reading.faults.extend(
            Fault(reference.path, reference.line, sentence)
            for sentence in part_faults(target.part, ids)
        )


def _read_asset(
    reference: Reference, reading: CourseReading, assets: dict[str, AssetManifest]
) -> None:
    path = reference.target.name
    suffix, content = ending(path), reading.files.get(path)
    if path in reading.media:
        _read_media(path, reading, assets)
        return
    if content is None:
        if any(fault.path == path for fault in reading.faults):
            reading.used.update(_companions(path, reading.languages))
            return
        shown = [each for each in (*reading.files, *reading.media) if _is_shown(each)]
        near = get_close_matches(path, shown, n=1)
        if near:
            sentence = say("There is no file {path}. Did you mean {near}?", path=path, near=near[0])
        else:
            sentence = say("The file {path} is missing.", path=path)
        reading.faults.append(Fault(reference.path, reference.line, sentence))
        return
    if suffix not in MEDIA_TYPES or (reference.is_figure and not _is_shown(path)):
        kinds = ", ".join(
            each for each in MEDIA_TYPES if not reference.is_figure or _is_shown(each)
        )
        sentence = say("{path} must be one of these kinds: {kinds}.", path=path, kinds=kinds)
        reading.faults.append(Fault(reference.path, reference.line, sentence))
    if path in reading.used:
        return
    reading.used.add(path)
    picture = read_picture(path, content, reading.faults) if is_picture(path) else None
    assets[path] = AssetManifest(path, MEDIA_TYPES.get(suffix, "text/plain"), content, picture)


def _is_shown(path: str) -> bool:
    return is_picture(path) or is_played(path)


def _read_media(path: str, reading: CourseReading, assets: dict[str, AssetManifest]) -> None:
    """A video or sound with what stands beside it: captions, transcripts and a poster."""
    if path in reading.used:
        return
    reading.used.add(path)
    media, media_type = reading.media[path], PLAYED_TYPES[ending(path)]
    if (sentence := kind_fault(path, media.head)) is not None:
        reading.faults.append(Fault(path, None, sentence))
    stem = path.removesuffix(ending(path))
    captions, transcripts = {}, {}
    for locale in reading.languages:
        if (content := _beside(f"{stem}.{locale}.vtt", reading)) is not None:
            captions[locale] = f"{stem}.{locale}.vtt"
            reading.faults.extend(caption_faults(captions[locale], content))
            assets[captions[locale]] = AssetManifest(captions[locale], "text/vtt", content)
        if (content := _beside(f"{stem}.{locale}.txt", reading)) is not None:
            words = read_transcript(f"{stem}.{locale}.txt", content, reading.faults)
            transcripts[locale] = words
    poster = next((name for end in (".png", ".svg") if (name := stem + end) in reading.files), "")
    if poster and (content := _beside(poster, reading)) is not None and poster not in assets:
        picture = read_picture(poster, content, reading.faults)
        assets[poster] = AssetManifest(poster, MEDIA_TYPES[ending(poster)], content, picture)
    assets[path] = AssetManifest(path, media_type, b"", media=media)
    reading.players[path] = Player(media_type, captions, transcripts, poster)


def _companions(path: str, languages: tuple[str, ...]) -> list[str]:
    """The files that may stand beside a video or a sound."""
    stem = path.removesuffix(ending(path))
    texts = [f"{stem}.{locale}{end}" for locale in languages for end in (".vtt", ".txt")]
    return [*texts, f"{stem}.png", f"{stem}.svg"]


def _beside(path: str, reading: CourseReading) -> bytes | None:
    if path in reading.files:
        reading.used.add(path)
    return reading.files.get(path)


def _check_player(reference: Reference, locale: str, reading: CourseReading) -> None:
    """Whoever cannot hear must be able to follow (WCAG 1.2.1 and 1.2.2)."""
    player = reading.players.get(reference.target.name)
    if player is None or not reference.is_figure:
        return
    stem = reference.target.name.removesuffix(ending(reference.target.name))
    sentence = None
    if player.is_video and locale not in player.captions:
        sentence = say(
            "This video has no captions in the language of the lesson. Write them into {path}.",
            path=f"{stem}.{locale}.vtt",
        )
    elif not player.is_video and locale not in player.transcripts:
        sentence = say(
            "This sound has no transcript in the language of the lesson. Write it into {path}.",
            path=f"{stem}.{locale}.txt",
        )
    if sentence is not None:
        reading.faults.append(Fault(reference.path, reference.line, sentence))
