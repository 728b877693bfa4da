"""Fold more of Arabic in the texts that search looks through.

What was kept had lost case, accents and vowel signs; now letters that people write for one
another are one, too.
"""

from alembic import op

revision = "0033"
down_revision = "0032"

ALIKE = {
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ة": "ه",
    "ـ": "",
    "\u200c": "",
    "\u200d": "",
    **{chr(0x660 + digit): str(digit) for digit in range(10)},
}


def upgrade() -> None:
    """Rewrite what is kept."""
    for table, column in (("course_version", "search_text"), ("help_post", "folded")):
        text = column
        for written, kept in ALIKE.items():
            text = f"replace({text}, '{written}', '{kept}')"
        op.execute(f"UPDATE {table} SET {column} = {text}")
