"""Holding what is to be looked at before it appears. Nothing of it stands in the rooms above until somebody approves."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.kit.errors import NotFound
from patogh.people.actions import set_standing
from patogh.people.models import Member
from patogh.trust import limits
from patogh.trust.actions.pacing import keep_pace
from patogh.trust.actions.queueing import _close, _open
from patogh.trust.models import Held, SaidBefore
from patogh.trust.nouns import HeldText, Subject, Submission, Verdict
from patogh.trust.queries.signals import digest_of, hosts_of
from patogh.trust.queries.standing import FOREVER, level_of

ITEM_KIND = {"topic": "held", "reply": "held", "edit": "edit", "sign_up": "sign_up", "age": "age"}


@action
def hold(what: HeldText, verdict: Verdict, *, by: Member, pace: tuple[str, str] | None = None) -> Held:
    """Put a text into the queue instead of publishing it; the same key twice gives the first one.

    Records trust.text_held by its author, who sees it with every reason. `pace` is the act and the address to count it
    under; then it raises what `keep_pace` raises.
    """
    if what.key:
        Member.objects.select_for_update().filter(pk=by.pk).values_list("pk").first()  # two with one key take turns
    if what.key and (earlier := Held.objects.filter(author=by, key=what.key).first()):
        return unchanged(earlier)
    if pace is not None:
        keep_pace(by, *pace)
    held = _kept(what, verdict, by)
    record(
        "trust.text_held", by=by, subject=held, channel=what.channel,
        data={"kind": what.kind, "place": f"{what.place.kind}:{what.place.id}", "reasons": [reason.code for reason in verdict.reasons]},
    )  # fmt: skip
    return held


@action
def hold_sign_up(member: Member, verdict: Verdict) -> Held:
    """Let a new account read only until a moderator has looked at it."""
    what = HeldText("sign_up", Subject("people.member", str(member.pk)), text=member.bio, title=member.name)
    held = _kept(what, verdict, member)
    set_standing(member.pk, silenced_until=FOREVER)
    member.silenced_until = FOREVER
    record("trust.sign_up_held", by=member, subject=held, data={"reasons": [one.code for one in verdict.reasons]})
    return held


@action
def withdraw_held(held: Held, *, by: Member) -> Held:
    """Take back a text of one's own that still waits; raises NotFound for anybody else's."""
    row = Held.objects.select_for_update().filter(pk=held.pk, author=by).first()
    if row is None or row.kind not in {"topic", "reply", "edit", "age"}:
        raise NotFound
    if row.state != "waiting":
        return unchanged(row)
    row.state, row.settled_at = "withdrawn", timezone.now()
    row.save(update_fields=["state", "settled_at"])
    _close(ITEM_KIND[row.kind], Subject("trust.held", str(row.pk)))
    record("trust.held_withdrawn", by=by, subject=row)
    return row


@upkeep
def note_said(member: Member, submission: Submission) -> None:
    """Remember what a newcomer said, as hashes, so that repetition is noticed; nothing for level 2 and above."""
    if level_of(member) >= 2:
        return
    now = timezone.now()
    digests = {("text", digest_of(submission.text))} | {
        ("host", digest_of(host)) for host in hosts_of(submission.links)
    }
    SaidBefore.objects.bulk_create(
        [SaidBefore(member=member, kind=kind, digest=digest, said_at=now) for kind, digest in sorted(digests)]
    )


@upkeep
def forget_old_sayings() -> int:
    """Drop hashes older than SAID_DAYS; returns how many."""
    gone, _ = SaidBefore.objects.filter(said_at__lt=timezone.now() - dt.timedelta(days=limits.SAID_DAYS)).delete()
    return gone


def _kept(what: HeldText, verdict: Verdict, by: Member) -> Held:
    """Insert the row and its item in the queue."""
    held = Held.objects.create(
        kind=what.kind, author=by, place_kind=what.place.kind, place_id=what.place.id, space_id=what.space_id, title=what.title[:200],
        text=what.text, payload=what.payload, reasons=[reason.as_json() for reason in verdict.reasons], score=verdict.score,
        channel=what.channel, key=what.key, held_at=timezone.now(),
    )  # fmt: skip
    item = _open(ITEM_KIND[what.kind], Subject("trust.held", str(held.pk)), member_id=by.pk, space_id=what.space_id)
    item.score = 1 + verdict.score
    item.save(update_fields=["score"])
    return held
