"""Patogh: the hangout that a brand owns together with its customers."""

__version__ = "0.1.0"
