"""Verbs of segments."""
