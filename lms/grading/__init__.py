"""Work that is handed in: executed in a sandbox, marked cell by cell, and made a grade."""
