"""Transparency logs in the C2SP formats: pure functions over bytes, no Django, no database."""
