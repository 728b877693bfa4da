"""When a letter is posted again, and how long it is kept."""

from datetime import timedelta

#: How often a letter is given to a server that does not take it for the moment.
TRIES = 8
#: The first pause after such a try; each is twice the one before.
FIRST_PAUSE = timedelta(minutes=5)
#: How long a claim lasts: longer than any server may take.
LEASE = timedelta(minutes=5)
#: Letters and the files of the mail folder go after this long.
LETTERS_KEPT = timedelta(days=30)


def pause_after(tries: int) -> timedelta | None:
    """How long a letter waits after so many tries; None when there is no further one."""
    return None if tries >= TRIES else FIRST_PAUSE * (1 << (tries - 1))
