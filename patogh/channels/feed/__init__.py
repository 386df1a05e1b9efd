"""Feeds: RSS, Atom and JSON Feed, read as words about us."""
