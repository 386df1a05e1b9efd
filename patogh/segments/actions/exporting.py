"""Taking people out of the house: only with a purpose, a channel and a reason, and never without a trace."""

from __future__ import annotations

from patogh.activity import action, record
from patogh.people.models import Member
from patogh.segments import limits
from patogh.segments.errors import PurposeNeeded
from patogh.segments.models import Segment
from patogh.segments.vocabulary import vocabulary


@action
def export_members(segment: Segment, purpose: str, channel: str, reason: str, count: int, *, by: Member) -> Segment:
    """Write down who takes how many people of a segment out, what for and over which channel they may be written to."""
    reason = " ".join(reason.replace("\0", "").split())[: limits.REASON_CHARS_MAX]
    known = vocabulary()
    if purpose not in known.purposes or channel not in known.channels or not reason:
        raise PurposeNeeded
    data = {"purpose": purpose, "channel": channel, "reason": reason, "people": count}
    record("segments.members_exported", by=by, subject=segment, data=data)
    return segment
