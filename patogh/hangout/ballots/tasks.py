"""The clock of polls: begin, close, open the seals, count, and call results final. Each turn is safe to repeat."""

from __future__ import annotations

from django.utils import timezone

from patogh.activity import every, task
from patogh.hangout.ballots import actions
from patogh.hangout.ballots.terms import BATCHES_A_TURN
from patogh.hangout.models import PollRecord

TURN_S = 15

every("hangout.turn_polls", TURN_S)


@task("hangout.turn_polls")
def turn_polls() -> None:
    """Take every step of every poll whose time has come; most turns find nothing in one short query."""
    if not PollRecord.objects.exclude(phase="final").exists():
        return
    now = timezone.now()
    actions.start_due(now)
    actions.close_due(now)
    for poll_id in PollRecord.objects.filter(phase="opening").values_list("poll_id", flat=True)[:100]:
        for _batch in range(BATCHES_A_TURN):
            if not actions.open_some(poll_id):
                break
    actions.count_due(now)
    actions.finish_due()
