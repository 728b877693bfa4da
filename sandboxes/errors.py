"""What can stand in the way of a sandbox; nothing a notebook does is among it."""


class SandboxUnavailable(Exception):
    """This host cannot hold a sandbox: ``str()`` says why, ``mend`` is the line that mends it."""

    def __init__(self, reason: str, mend: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.mend = mend


class BadProfile(ValueError):
    """A profile is missing, or its file says something we do not understand."""


class BuildFailed(Exception):
    """A profile's environment could not be built; ``str()`` ends with what pip said."""
