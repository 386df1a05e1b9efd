"""Reads of ideas."""
