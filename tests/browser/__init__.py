"""Walks through the hangout in a real browser."""
