"""The commands of ``lms``, one module each."""
