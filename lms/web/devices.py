"""What a browser says it is, in two names that its owner knows again."""

import re

#: The first that is found counts: most browsers claim to be others besides.
_BROWSERS = {
    r"Edg\w*/": "Edge",
    r"OPR/": "Opera",
    r"SamsungBrowser/": "Samsung Internet",
    r"Firefox/|FxiOS/": "Firefox",
    r"Chrome/|CriOS/|HeadlessChrome/": "Chrome",
    r"Safari/": "Safari",
}
_SYSTEMS = {
    r"Android": "Android",
    r"iPhone|iPad": "iOS",
    r"Windows": "Windows",
    r"CrOS": "ChromeOS",
    r"Mac OS X": "macOS",
    r"Linux": "Linux",
}


def device(user_agent: str) -> str:
    """As in "Firefox, Android"; no version, and nothing of what it does not tell."""
    return ", ".join(filter(None, (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))))


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for sign, name in names.items() if re.search(sign, user_agent)), "")
