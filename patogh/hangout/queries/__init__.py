"""Reads of the hangout, through the viewer: raw rows for the hot pages, stored counters, keyset pages."""
