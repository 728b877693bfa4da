"""What course.toml says of attempts: which one counts, and what lateness costs."""

from lms.catalogue.attempts import Counts
from lms.catalogue.manifest_values import LateManifest
from lms.catalogue.toml_table import TomlTable
from lms.core.i18n import say

#: The longest grace after a due date, in minutes: a week. Whoever wants more moves the date.
_LONGEST_GRACE = 7 * 24 * 60


def read_counts(table: TomlTable) -> Counts:
    """The attempt that counts: the best, unless the author says otherwise."""
    if "counts" not in table:
        return Counts.BEST
    counts = table.choice("counts", tuple(Counts))
    return Counts(counts) if counts in tuple(Counts) else Counts.BEST


def read_late(table: TomlTable, *, has_due_date: bool) -> LateManifest:
    """What late work loses: nothing, unless the author says otherwise."""
    if "late" not in table:
        return LateManifest()
    late = table.table("late")
    if late is None:
        return LateManifest()
    if not has_due_date:
        table.fault("late", say("Work can only be late when due_after_days is given."))
    loss, floor = late.number("loss_per_day"), late.number("floor")
    grace = 0
    if "grace_minutes" in late:
        grace = late.whole_number("grace_minutes", least=0, most=_LONGEST_GRACE)
    late.finish()
    return LateManifest(loss, floor, grace)
