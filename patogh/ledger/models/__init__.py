"""Nouns of the open book: `accounts` for value, `book` for the log."""
