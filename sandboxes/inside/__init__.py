"""What runs inside the walls, or builds them: standard library only, until a kernel starts.

This folder is laid into every sandbox and imported there as ``inside``, by the profile's own
Python; the rest of the project is not there. Its modules therefore import each other relatively.
"""
