"""Drills: real processes are hurt while others write, and what was acknowledged is counted afterwards.

A drill is a module with a function `drill(*, long, broken)` that returns a `house.Result`; broken on purpose it must
fail. `patogh drill` runs one, `make drill` all of them in full, `test_drills.py` their short versions.
"""

DRILLS = (
    "group",
    "kill9",
    "processes",
    "power",
    "copying",
    "diskfull",
    "errors",
    "slow",
    "webhooks",
    "mail",
    "postgres",
    "tampering",
    "book_kill9",
    "channels_kill9",
    "two_sequencers",
    "book_restored",
    "book_keys",
)
