"""Pages: the only part that knows requests, forms and who is signed in."""
