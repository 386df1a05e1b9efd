"""Verbs of ideas: the only writers."""
