"""Jazari: courses, notebook assignments and skills credentials for the Jazari Institutes."""

__version__ = "0.1.0"
