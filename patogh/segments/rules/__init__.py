"""Rules as text, as a tree and as sentences."""
