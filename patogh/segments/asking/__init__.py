"""Asking rules of persons: one way, whether of one person, of a sample or of everybody."""
