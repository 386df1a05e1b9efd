"""Reads of the open book."""
