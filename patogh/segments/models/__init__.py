"""Nouns of segments."""
