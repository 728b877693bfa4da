"""The four kinds of refusal; each feature names its own beneath one of them."""

from typing import ClassVar

from lms.core.i18n import N_, Sentence, Value


class LmsError(Exception):
    """Something a person asked for cannot be done; the sentence tells them why.

    Subclasses set ``message``, a sentence marked for translation whose
    placeholders are the keyword values given here.
    """

    message: ClassVar[str] = N_("Something went wrong.")

    def __init__(self, **values: Value) -> None:
        self.sentence = Sentence(self.message, values)
        super().__init__(str(self.sentence))


class NotFound(LmsError):
    """There is no such thing, or the visitor may not know that there is."""

    message = N_("There is nothing at this address, or it is not open to you.")


class NotAllowed(LmsError):
    """The visitor is known and may not do this."""

    message = N_("You may not do this. Ask your institute if you think you should.")


class Refused(LmsError):
    """The request is understood and conflicts with a rule or with what is stored."""

    message = N_("This cannot be done now.")


class Unavailable(LmsError):
    """A part of the system that this needs does not answer."""

    message = N_("This part of Jazari is not available. Nothing is lost; try again later.")
