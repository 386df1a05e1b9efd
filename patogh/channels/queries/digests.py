"""Who is due for a digest, in batches, and what one would say now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from patogh.channels import limits
from patogh.channels.actions.digests import Planned, next_turn
from patogh.channels.hookspecs import Section
from patogh.channels.models import DigestTurn
from patogh.kit.hooks import plugins
from patogh.people.models import Member

PERIOD_DAYS = {"daily": 1, "weekly": 7, "never": 7}
_FIELDS = (
    "member_id", "next_at", "last_at", "member__zone", "member__email", "member__is_active", "member__age_band",
    "member__suspended_until", "member__last_seen_at", "member__joined_at", "member__notice_terms__digest",
    "member__notice_terms__digest_day", "member__notice_terms__digest_hour", "member__notice_terms__muted_until",
    "member__staged__id", "member__staged__claimed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn that is due, with what decides about it."""

    member_id: int
    next_at: dt.datetime
    last_at: dt.datetime | None
    zone: str
    email: str | None
    is_active: bool
    age_band: str
    suspended_until: dt.datetime | None
    last_seen_at: dt.datetime | None
    joined_at: dt.datetime
    digest: str | None
    day: int | None
    hour: int | None
    muted_until: dt.datetime | None
    staged_id: int | None
    claimed_at: dt.datetime | None

    @property
    def every(self) -> str:
        """How often: weekly for those who chose nothing."""
        return self.digest or "weekly"

    def is_wanted(self, now: dt.datetime) -> bool:
        """Whether a digest may be sent at all; never to those under 16, or who have not claimed an account."""
        waits = [moment for moment in (self.suspended_until, self.muted_until) if moment and moment > now]
        unclaimed = self.staged_id is not None and self.claimed_at is None
        return (
            bool(self.email) and self.is_active and self.every != "never" and self.age_band != "under16"
            and not unclaimed and not waits
        )  # fmt: skip

    def is_absent(self, now: dt.datetime) -> bool:
        """Whether she was away for so long that we stop."""
        return (self.last_seen_at or self.joined_at) < now - dt.timedelta(days=limits.ABSENT_DAYS_MAX)

    def since(self, now: dt.datetime) -> dt.datetime:
        """Return from when on matter counts as new."""
        begun = self.last_at or now - dt.timedelta(days=PERIOD_DAYS[self.every])
        return max(begun, now - dt.timedelta(days=limits.DIGEST_LOOKS_BACK_DAYS_MAX))


def next_batch(limit: int = limits.DIGEST_BATCH_MEMBERS) -> Planned | None:
    """Return what is to be written for the next members whose turn it is; None when it is nobody's."""
    now = timezone.now()
    due = DigestTurn.objects.filter(next_at__lte=now, stopped_at=None).order_by("next_at", "member_id")
    turns = [_Turn(*row) for row in due.values_list(*_FIELDS)[:limit]]
    if not turns:
        return None
    wanted = [turn for turn in turns if turn.is_wanted(now)]
    absent = [turn for turn in wanted if turn.is_absent(now)]
    gone = {turn.member_id for turn in absent}
    since = {turn.member_id: turn.since(now) for turn in wanted if turn.member_id not in gone}
    return Planned(
        next_at={t.member_id: next_turn(t.member_id, t.zone, t.every, (t.day, t.hour), now) for t in turns},
        matter=matter_for(since) if since else {},
        absent=[turn.member_id for turn in absent],
        farewells=[turn.member_id for turn in absent if turn.last_at],
    )


def matter_for(since: dict[int, dt.datetime]) -> dict[int, dict[str, Any]]:
    """Ask every room what it has to tell these members."""
    told: dict[int, dict[str, Any]] = {}
    for answer in plugins.hook.digest_matter(since=since):
        for member_id, matter in answer.items():
            told.setdefault(member_id, {}).update(matter)
    return told


def sections_of(member: Member, matter: dict[str, Any]) -> list[Section]:
    """Return the sections of a digest, those with lines only."""
    answers = plugins.hook.digest_sections(member=member, matter=matter)
    return [section for answer in answers for section in answer if section.lines]


def preview_of(member: Member) -> list[Section]:
    """Return what a digest of the last week would tell this member now."""
    since = {member.pk: timezone.now() - dt.timedelta(days=7)}
    return sections_of(member, matter_for(since).get(member.pk, {}))
