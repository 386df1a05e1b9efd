"""The states of a delivery: taken under a lease, then sent, skipped, postponed, given back or given up."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from patogh.activity import upkeep
from patogh.channels import limits
from patogh.channels.models import Delivery
from patogh.channels.places import message_id

Group = list[Delivery]


@upkeep
def take(channel: str, limit: int = limits.PARCELS_A_TURN_MAX) -> list[Group]:
    """Lease what is due on a channel, gathered by member and thread; what a killed worker left comes first, as it was."""
    now = timezone.now()
    old = _locked(Delivery.objects.filter(channel=channel, state="sending", lease_until__lte=now)).order_by(
        "lease_until"
    )[:limit]
    ripe = _locked(Delivery.objects.filter(channel=channel, state="waiting", due_at__lte=now)).order_by("due_at", "pk")[
        :limit
    ]
    picked = list(old) or list(ripe)
    groups = _grouped([*picked, *_companions(picked, now)])
    lease = now + dt.timedelta(seconds=limits.LEASE_S)
    for group in groups:
        fixed = group[0].message_id or message_id(group[0].pk)
        for one in group:
            one.state, one.lease_until, one.message_id = "sending", lease, fixed
            one.attempts += 1
    every = [one for group in groups for one in group]
    Delivery.objects.bulk_update(every, ["state", "lease_until", "message_id", "attempts"], batch_size=100)
    return groups


@upkeep
def end(group: Iterable[Delivery], state: str, why: str = "", *, address: str = "", error: str = "") -> None:
    """Write down how it ended: `sent`, `skipped` or `dead`; only while this worker still has it."""
    _held(group).update(
        state=state, why=why, address=address[:254], last_error=error[:300], ended_at=timezone.now(), lease_until=None
    )


@upkeep
def postpone(group: Sequence[Delivery], due_at: dt.datetime, why: str = "", thread: str = "") -> None:
    """Let it wait for another moment; this was no attempt, and its Message-ID is free again."""
    _drop_newer(group)
    fresh: dict[str, object] = {"state": "waiting", "why": why, "due_at": due_at, "lease_until": None, "message_id": ""}
    _held(group).update(**fresh, attempts=0, **({"thread": thread} if thread else {}))


@upkeep
def give_back(group: Sequence[Delivery], error: str) -> None:
    """Let a failed attempt wait for the next one, with the same Message-ID; give up after about a day."""
    attempts = max(one.attempts for one in group)
    if attempts >= limits.ATTEMPTS_MAX:
        end(group, "dead", "gave_up", error=error)
        return
    _drop_newer(group)
    _held(group).update(
        state="waiting", due_at=timezone.now() + retry_delay(attempts), lease_until=None, last_error=error[:300]
    )


@upkeep
def let_wait(groups: Sequence[Group], error: str) -> None:
    """Put back what was taken and cannot leave because the channel itself is down; the first of them asks again."""
    for group in groups:
        give_back(group, error)


@upkeep
def sweep() -> int:
    """Forget what ended long ago; returns how many rows."""
    old = timezone.now() - dt.timedelta(days=limits.KEPT_DAYS)
    ended = Delivery.objects.filter(state__in=("sent", "skipped", "dead"), ended_at__lt=old)
    gone, _ = Delivery.objects.filter(pk__in=list(ended.values_list("pk", flat=True)[: limits.SWEPT_ROWS_MAX])).delete()
    return gone


@upkeep
def retry_dead() -> int:
    """Put what was given up back on its way; returns how many."""
    return (
        Delivery.objects.filter(state="dead")
        .filter(Q(notice__isnull=False) | ~Q(message_id=""))
        .exclude(
            notice__deliveries__state="waiting",
        )
        .update(state="waiting", why="", attempts=0, due_at=timezone.now(), ended_at=None)
    )


def retry_delay(attempts: int) -> dt.timedelta:
    """Return how long to wait after so many attempts: doubling from 5 s to 15 min, with up to a quarter of jitter."""
    delay_s = min(limits.RETRY_DELAY_S_MIN * 2 ** min(attempts - 1, 12), limits.RETRY_DELAY_S_MAX)
    return dt.timedelta(seconds=delay_s * random.uniform(0.75, 1.25))  # noqa: S311 - it spreads load, it guards nothing


def _companions(picked: Sequence[Delivery], now: dt.datetime) -> list[Delivery]:
    """Return what waits for the same members in the same threads and is due soon: it leaves in the same mail."""
    fresh = [one for one in picked if not one.message_id]
    if not fresh:
        return []
    soon = now + dt.timedelta(minutes=limits.SOON_MIN)
    threads = {(one.member_id, one.thread) for one in fresh}
    found = _locked(
        Delivery.objects.filter(
            member_id__in={one.member_id for one in fresh}, channel=fresh[0].channel, state="waiting", message_id="",
            thread__in={one.thread for one in fresh}, due_at__lte=soon,
        ).exclude(pk__in=[one.pk for one in picked])
    )  # fmt: skip
    return [one for one in found if (one.member_id, one.thread) in threads]


def _grouped(found: Iterable[Delivery]) -> list[Group]:
    """Gather by the Message-ID that is fixed already, else by member and thread."""
    groups: defaultdict[object, Group] = defaultdict(list)
    for one in found:
        groups[one.message_id or (one.member_id, one.thread)].append(one)
    return list(groups.values())


def _locked(found: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return found.select_for_update(skip_locked=True) if connection.vendor == "postgresql" else found


def _held(group: Iterable[Delivery]) -> QuerySet[Delivery]:
    rows = list(group)
    return Delivery.objects.filter(
        pk__in=[one.pk for one in rows], state="sending", lease_until=rows[0].lease_until if rows else None
    )


def _drop_newer(group: Sequence[Delivery]) -> None:
    """Take away what began to wait for the same notices meanwhile: the older one tells of all of it."""
    ids = [one.notice_id for one in group if one.notice_id]
    twin = Delivery.objects.filter(state="waiting", channel=group[0].channel)
    twin.filter(notice_id__in=ids).delete()
    if any(one.kind == "digest" for one in group):
        twin.filter(member_id=group[0].member_id, kind="digest").delete()
