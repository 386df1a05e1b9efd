"""Verbs of the shop: the only writers."""
