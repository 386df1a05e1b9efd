"""Persons over every channel: who is whom, merging and its undo, the person's page, and who looked at it."""
