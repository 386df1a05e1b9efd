"""The outside judges: they know nothing of us."""
