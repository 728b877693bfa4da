"""What a download of one's own data tells of a column, instead of what the column holds."""

#: By table and column, or by table alone: why its content is not handed over.
WITHHELD = {
    ("person", "id"): "a number without meaning outside the database",
    ("person", "password_hash"): "would help whoever finds this file to guess the password",
    ("sign_in", "key"): "a digest that cannot be read back",
    ("sign_in_strike", "key"): "a digest that cannot be read back",
    ("extension", "reason"): "a note between colleagues: ask your institute",
    ("quiz_time", "reason"): "a note between colleagues: ask your institute",
    ("similar_pair", ""): "names others too: ask your institute",
    ("pair_note", ""): "a note between colleagues that names others too: ask your institute",
    ("grading_run", "message"): "shown with your work on the site",
    ("run_notebook", "message"): "shown with your work on the site",
    ("run_notebook", "executed"): "shown with your work on the site",
    ("mark", "message"): "shown with your work on the site",
    ("mark", "refused"): "tells how tests are protected: ask your institute",
}


def why_withheld(table: str, column: str = "") -> str | None:
    """Why the content of a column, or of a whole table, is not handed over; None if it is."""
    return WITHHELD.get((table, "")) or WITHHELD.get((table, column))
