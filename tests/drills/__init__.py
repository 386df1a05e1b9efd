"""Crash drills: hurt the real processes, then count what was lost. `make drill` runs them all.

Each drill prints one JSON line and fails unless nothing that was acknowledged is lost or doubled. Each has a mode that
is broken on purpose and must fail: a drill that cannot fail proves nothing.
"""
