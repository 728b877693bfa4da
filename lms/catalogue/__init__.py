"""What is taught: courses, modules, lessons and assignments, read from files and published."""
