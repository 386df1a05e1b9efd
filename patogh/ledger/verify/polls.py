"""The polls of a log, recounted with kit/ballots; a poll that has its result takes no more memory than its name."""

from __future__ import annotations

from typing import Any, Final

from patogh.kit.ballots import Recount
from patogh.ledger.verify.report import Report

POLL_KINDS: Final = frozenset(
    {"poll.opened.v1", "poll.roll.v1", "ballot.v1", "poll.closed.v1", "ballot.opened.v1", "poll.result.v1"}
)


class Polls:
    """All polls of a log; give it their entries in the order of their lines."""

    def __init__(self) -> None:
        self.open: dict[str, Recount] = {}
        self.done: set[str] = set()
        self.ballots = self.opened = self.sealed = self.counted = 0

    def take(self, index: int, entry: dict[str, Any], report: Report) -> None:
        """Take the next entry of a poll."""
        poll, kind = entry["poll"], entry["t"]
        if poll in self.done:
            report.object("poll.fault", poll=poll, why=f"entry {index} ({kind}) comes after the result")
            return
        if poll not in self.open and kind != "poll.opened.v1":
            report.object("poll.unopened", index=index, kind=kind, poll=poll)
            self.done.add(poll)
            return
        recount = self.open.setdefault(poll, Recount(poll))
        recount.take(entry)
        if kind == "poll.result.v1":
            self._finish(recount, report)

    def conclude(self, report: Report) -> None:
        """Say what is known of the polls at the end, also of those that still run."""
        for recount in list(self.open.values()):
            if recount.seals or recount.closed:
                self._finish(recount, report)
        if self.counted and not report.objects("poll.fault", "poll.unopened"):
            told = {"count": self.counted, "ballots": self.ballots, "opened": self.opened, "sealed": self.sealed}
            report.prove("ok.polls", **told)
        if self.counted:
            report.leave("limit.polls")

    def _finish(self, recount: Recount, report: Report) -> None:
        """Check what can be said at the end of a poll, and let go of its ballots."""
        for fault in recount.finished().faults:
            report.object("poll.fault", poll=recount.poll, why=fault)
        if recount.is_recountable:
            self.counted += 1
            self.ballots += len(recount.seals)
            self.opened += len(recount.choices)
            self.sealed += recount.unopened
        del self.open[recount.poll]
        self.done.add(recount.poll)
