"""Whether a log is what it says: no Django, no database, no trust in who serves it."""
