"""Institutes, the people who belong to them, and the roles they hold there."""
