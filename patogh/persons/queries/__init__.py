"""Reads of persons."""
