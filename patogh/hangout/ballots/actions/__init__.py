"""The verbs of polls in the book: enrol, begin, vote, close, open the seals, count."""

from patogh.hangout.ballots.actions.casting import cast_ballot, open_own_seal
from patogh.hangout.ballots.actions.counting import close_due, close_poll, count_due, finish_due, open_some
from patogh.hangout.ballots.actions.leaving import leave_rolls
from patogh.hangout.ballots.actions.recording import record_poll
from patogh.hangout.ballots.actions.roll import enrol, set_terms, start_due, start_voting

__all__ = [
    "cast_ballot", "close_due", "close_poll", "count_due", "enrol", "finish_due", "leave_rolls", "open_own_seal", "open_some", "record_poll",
    "set_terms", "start_due", "start_voting",
]  # fmt: skip
