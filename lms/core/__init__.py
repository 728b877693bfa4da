"""What every feature stands on: database, errors, journal, blobs, languages."""
