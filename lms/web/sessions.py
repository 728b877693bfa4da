"""Whose browser it is, in a signed cookie."""

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin


class Sessions(SecureCookieSessionInterface):
    """Flask's, but that a file which anybody may keep brings nobody's cookie along.

    A cache between the site and its readers would keep that, too, and hand it to the next one;
    and with each file of a page the same 400 bytes came over a weak link.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie anew, with answers that are this reader's alone."""
        if not response.cache_control.public:
            super().save_session(app, session, response)
