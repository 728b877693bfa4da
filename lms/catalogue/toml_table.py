"""A TOML table read key by key: every key is asked for once, and every fault is noted."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from lms.catalogue.toml_lines import KeyPath, TomlLines, toml_lines
from lms.core.faults import Fault
from lms.core.i18n import Sentence, say

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 80
LONGEST_TEXT = 4000


class TomlTable:
    """One table of a TOML file.

    Each reading method answers a value of its type. When the file does not
    hold one, it notes a fault and answers an empty value, so that reading
    goes on and finds the other faults too. ``finish`` reports the keys that
    nobody asked for.
    """

    def __init__(
        self,
        values: Mapping[str, object],
        faults: list[Fault],
        *,
        name: str,
        lines: TomlLines,
        path: KeyPath = (),
    ) -> None:
        self._values = values
        self._faults = faults
        self._name = name
        self._lines = lines
        self._path = path
        self._asked: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self._values

    @property
    def values(self) -> Mapping[str, object]:
        """All that stands in this table, for whoever checks its keys themselves."""
        return self._values

    @property
    def line(self) -> int:
        """The line on which this table begins."""
        return self._lines.line(self._path)

    def line_of(self, key: str) -> int:
        """The line of ``key``, or of the table when it is missing."""
        return self._lines.line((*self._path, key))

    def fault(self, key: str | None, sentence: Sentence) -> None:
        """Note that the value of ``key`` (None: the table as a whole) is faulty."""
        line = self.line if key is None else self.line_of(key)
        self._faults.append(Fault(self._name, line, sentence))

    def text(self, key: str) -> str:
        """A required text that is not empty."""
        value = self._required(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fault(key, say("{key} must be a text in quotation marks.", key=key))
            return ""
        if not value.strip():
            self.fault(key, say("{key} is empty.", key=key))
        if len(value) > LONGEST_TEXT:
            self.fault(
                key,
                say("{key} may have at most {most} characters.", key=key, most=LONGEST_TEXT),
            )
        return value.strip()

    def slug(self, key: str) -> str:
        """A required short name for addresses: lower-case letters, digits, single hyphens."""
        value = self.text(key)
        if value and not is_slug(value):
            self.fault(
                key,
                say(
                    "{key} is {value}; use lower-case letters a to z, digits and single hyphens, "
                    "at most {most} characters.",
                    key=key,
                    value=repr(value),
                    most=LONGEST_SLUG,
                ),
            )
            return ""
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """A required text that is one of ``choices``."""
        value = self.text(key)
        if value and value not in choices:
            self.fault(
                key,
                say(
                    "{key} is {value}; it must be one of {choices}.",
                    key=key,
                    value=repr(value),
                    choices=", ".join(choices),
                ),
            )
        return value

    def whole_number(self, key: str, *, least: int = 1, most: int = 10_000) -> int:
        """A required whole number between ``least`` and ``most``."""
        value = self._required(key)
        if value is None:
            return least
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(key, say("{key} must be a whole number.", key=key))
            return least
        return int(self._between(key, value, least, most))

    def number(self, key: str, *, least: float = 0.0, most: float = 1.0) -> float:
        """A required number between ``least`` and ``most``."""
        value = self._required(key)
        if value is None:
            return least
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault(key, say("{key} must be a number.", key=key))
            return least
        return self._between(key, float(value), least, most)

    def _between(self, key: str, value: float, least: float, most: float) -> float:
        if least <= value <= most:  # never true of nan
            return value
        self.fault(
            key,
            say("{key} must be between {least} and {most}.", key=key, least=least, most=most),
        )
        return least

    def truth(self, key: str) -> bool:
        """A required ``true`` or ``false``."""
        value = self._required(key)
        if value is not None and not isinstance(value, bool):
            self.fault(key, say("{key} must be true or false.", key=key))
        return value is True

    def texts_list(self, key: str) -> tuple[str, ...]:
        """A required array of texts, with at least one."""
        value = self._required(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(
            isinstance(each, str) and each.strip() for each in value
        ):
            self.fault(key, say("{key} must be a list of texts in quotation marks.", key=key))
            return ()
        if not value:
            self.fault(key, say("{key} is empty.", key=key))
        return tuple(each.strip() for each in value)

    def table(self, key: str) -> "TomlTable | None":
        """A required table, or None when there is none to read."""
        value = self._required(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(key, say("{key} must be a table: [{key}].", key=key))
            return None
        return self._below(value, (key,))

    def optional_table(self, key: str) -> "TomlTable | None":
        """A table that need not be there, or None when there is none to read."""
        if key in self:
            return self.table(key)
        self._asked.append(key)
        return None

    def tables(self, key: str) -> Iterator["TomlTable"]:
        """Each table of an array of tables; nothing when the key is absent."""
        self._asked.append(key)
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.fault(key, say("{key} must be written as tables: [[{key}]].", key=key))
            return
        for place, each in enumerate(value):
            yield self._below(each, (key, place))

    def translations(self, key: str, languages: Sequence[str]) -> dict[str, str]:
        """A required table of one text for each language, in the order of ``languages``."""
        table = self.table(key)
        return {} if table is None else table.texts(languages)

    def texts(self, languages: Sequence[str]) -> dict[str, str]:
        """This table as one text for each language, in the order of ``languages``."""
        texts = {language: self.text(language) for language in languages}
        if languages:  # without any, that fault alone is worth telling
            self.finish()
        return texts

    def finish(self) -> None:
        """Report every key that nothing has asked for, with the nearest one that exists."""
        for key in self._values:
            if key in self._asked:
                continue
            near = get_close_matches(key, self._asked, n=1)
            if near:
                self.fault(
                    key,
                    say("{key} is not known here. Did you mean {near}?", key=key, near=near[0]),
                )
            else:
                self.fault(
                    key,
                    say(
                        "{key} is not known here. What may stand here: {known}.",
                        key=key,
                        known=", ".join(self._asked),
                    ),
                )

    def _required(self, key: str) -> object:
        self._asked.append(key)
        if key not in self._values:
            self.fault(None, say("{key} is missing.", key=key))
            return None
        return self._values[key]

    def _below(self, values: Mapping[str, object], step: KeyPath) -> "TomlTable":
        path = (*self._path, *step)
        return TomlTable(values, self._faults, name=self._name, lines=self._lines, path=path)


def is_slug(text: str) -> bool:
    """Whether ``text`` can stand in an address as it is."""
    return len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text) is not None


def read_toml(name: str, content: bytes, faults: list[Fault]) -> TomlTable | None:
    """The top table of a TOML file, or None (and one fault) when it does not parse."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        faults.append(Fault(name, line, say("The text is not in UTF-8. Save it as UTF-8.")))
        return None
    try:
        values = tomllib.loads(text)
        lines = toml_lines(content)
    except RecursionError:
        faults.append(Fault(name, None, say("Lists and tables are nested too deeply.")))
        return None
    except ValueError as error:  # TOMLDecodeError, and numbers too long for int
        faults.append(_syntax_fault(name, text, str(error)))
        return None
    return TomlTable(values, faults, name=name, lines=lines)


def _syntax_fault(name: str, text: str, message: str) -> Fault:
    """tomllib gives the place only inside its message."""
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", message)
    if place is None:
        return Fault(name, None, say("This is not valid TOML: {reason}.", reason=message))
    line = int(place[1]) if place[1] else len(text.splitlines()) or 1
    reason = message[: place.start()]
    return Fault(name, line, say("This is not valid TOML: {reason}.", reason=reason))
