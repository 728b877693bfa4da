"""Letters: what waits to be mailed, written in the reader's language and posted once."""
