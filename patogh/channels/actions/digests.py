"""The turns of the digest: who gets one when, and the deliveries that carry what was chosen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils import timezone

from patogh.activity import upkeep
from patogh.channels import limits, slots
from patogh.channels.models import Delivery, DigestTurn, Terms
from patogh.people.models import Member

FAREWELL = "farewell"


@dataclass(frozen=True)
class Planned:
    """What one round of the planner decided."""

    next_at: Mapping[int, dt.datetime]
    matter: Mapping[int, dict[str, Any]] = field(default_factory=dict)
    absent: Sequence[int] = ()
    farewells: Sequence[int] = ()


@upkeep
def enrol(limit: int = limits.MEMBERS_ENROLLED_A_TURN_MAX) -> int:
    """Give members with an address who have no turn yet their first one, and those who came back theirs again; returns how
    many are new.
    """
    back = DigestTurn.objects.filter(stopped_why="absent", member__last_seen_at__gt=F("stopped_at"))
    DigestTurn.objects.filter(pk__in=list(back.values_list("pk", flat=True)[:limit])).update(
        stopped_at=None, stopped_why="", next_at=timezone.now()
    )
    new = Member.objects.filter(is_active=True, email__isnull=False, digest_turn=None).order_by("pk")
    found = list(new.values_list("pk", "zone", "notice_terms__digest_day", "notice_terms__digest_hour")[:limit])
    now = timezone.now()
    turns = [
        DigestTurn(member_id=pk, next_at=next_turn(pk, zone, "weekly", (day, hour), now))
        for pk, zone, day, hour in found
    ]
    DigestTurn.objects.bulk_create(turns, batch_size=500, ignore_conflicts=True)
    return len(turns)


@upkeep
def queue_digests(plan: Planned) -> None:
    """Write a batch: a delivery for each member with matter, the next turn for all, the end for those long away."""
    now = timezone.now()
    told = [(pk, "digest", matter) for pk, matter in plan.matter.items()] + [
        (pk, FAREWELL, {}) for pk in plan.farewells
    ]
    Delivery.objects.bulk_create(
        [
            Delivery(member_id=pk, channel="mail", kind=kind, thread="digest", data=matter, created_at=now, due_at=now)
            for pk, kind, matter in told
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
    turns = [
        DigestTurn(member_id=pk, next_at=at, last_at=now if pk in plan.matter else None)
        for pk, at in plan.next_at.items()
    ]
    _keep([turn for turn in turns if turn.last_at], "next_at", "last_at")
    _keep([turn for turn in turns if not turn.last_at], "next_at")
    DigestTurn.objects.filter(member_id__in=plan.absent).update(stopped_at=now, stopped_why="absent")


@upkeep
def reschedule(member: Member, terms: Terms) -> None:
    """Move a member's next turn to what the terms say now, and begin again if it had ended."""
    at = next_turn(member.pk, member.zone, terms.digest, (terms.digest_day, terms.digest_hour), timezone.now())
    DigestTurn.objects.update_or_create(member=member, defaults={"next_at": at, "stopped_at": None, "stopped_why": ""})


def _keep(turns: list[DigestTurn], *fields: str) -> None:
    """Write these fields of many turns at once (an upsert takes a tenth of what `bulk_update` does)."""
    DigestTurn.objects.bulk_create(
        turns, batch_size=500, update_conflicts=True, unique_fields=["member"], update_fields=list(fields)
    )


def next_turn(
    member_id: int, zone: str, every: str, at: tuple[int | None, int | None], now: dt.datetime
) -> dt.datetime:
    """Return a member's next turn: her day and hour, some minutes spread so that not all mails leave at once."""
    day, hour = at
    terms = Terms() if day is None or hour is None else Terms(digest_day=day, digest_hour=hour)
    slot = slots.next_slot("daily" if every == "daily" else "weekly", now, terms, ZoneInfo(zone))
    return slot + dt.timedelta(minutes=member_id * 7 % limits.DIGEST_SPREAD_MIN)
