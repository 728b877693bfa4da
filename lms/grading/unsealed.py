"""What an author can do about a test cell that the examiner cannot run."""

from lms.core.i18n import N_, Sentence

#: By what is said of the cell, the first that is found.
_ADVICE = {
    "solution does not pass": N_("Mend the solution or the tests, and publish again."),
    "the class": N_(
        "Define this class in a locked cell above the answer, so that tests and answer both"
        " have it."
    ),
    "too large": N_("Test a part of this value, or a sum of it."),
    "cannot cross": N_(
        "Let tests and answer exchange lists, dictionaries, numbers, texts, arrays, tables or"
        " functions."
    ),
    "NameError": N_("Define this name in a locked cell above the tests, and not in an open cell."),
    "leaves behind": N_("Seal the open cell first, or let each test cell make its own values."),
    "out differently": N_(
        "Seed what is drawn at random, and compare nothing that depends on time."
    ),
}
_ANY = N_(
    "Put data and helpers of the tests into locked cells above the answer, and compare values"
    " rather than what an object says of itself."
)


def to_seal(why: str) -> Sentence:
    """How to rewrite a test cell that is open because of ``why``, so that it can be sealed."""
    return Sentence(next((told for said, told in _ADVICE.items() if said in why), _ANY))
