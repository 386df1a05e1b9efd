"""Writing for the intake: `sources` and their keys, and `taking` what they send."""
