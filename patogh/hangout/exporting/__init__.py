"""Taking a whole community out: the neutral folder that any other house can read (docs/neutral-format.md)."""
