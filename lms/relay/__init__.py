"""The door of live notebooks: carries what pages and sandboxed kernels say to each other.

A process of its own beside the site, on one event loop. It knows tickets, blobs and kernels,
and neither people nor the database.
"""
