"""Who has earned what: credentials, signed so that anyone can verify them."""
