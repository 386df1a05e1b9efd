"""Standing behind an idea and taking it back: one short transaction each, one line in the book, one activity.

The line for the book comes first, since it needs no lock; then the idea's row is locked, the support is written, window, rules
and budget are asked, the counters follow, and every station that was reached is passed; a refusal undoes all of it. The unique
index `ideas_support_once` stands behind it.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from django.db import connection
from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.ideas import limits, pace
from patogh.ideas.actions.moving import locked, moment
from patogh.ideas.actions.stations import check_window, pass_stations
from patogh.ideas.errors import BudgetSpent, SupportStays
from patogh.ideas.machine import GATHERING
from patogh.ideas.models import Budget, Idea, Programme, RuleVersion, Support
from patogh.ideas.queries.access import check_may_support, shows_count
from patogh.ideas.queries.rules import missing_to
from patogh.ideas.terms import terms_of
from patogh.kit.errors import NotFound
from patogh.kit.rows import columns, made_of
from patogh.kit.together import together
from patogh.ledger.actions.book import Secret, enter
from patogh.ledger.queries.book import submission_of
from patogh.ledger.signing.nullifiers import nullifier
from patogh.people.models import Member
from patogh.trust.actions.pacing import address_key

_STEP: Final = (
    "UPDATE ideas_idea SET version = version + %s, supporters_count = %s, pace = %s, missing = %s WHERE id = %s"
)
# What was written so far is checked before the lock, not behind it: thousands may wait there.
_CHECK: Final = (("SET CONSTRAINTS ALL IMMEDIATE", ()), ("SET CONSTRAINTS ALL DEFERRED", ()))
_MAKES: Final = "SELECT 1 FROM ideas_creator WHERE idea_id = %s AND member_id = %s AND state = 'agreed' LIMIT 1"
_NUMBER: Final = (
    "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'ideas_support'), 0) + 1",
    "SELECT nextval(pg_get_serial_sequence('ideas_support', 'id'))",
)
_STAND: Final = (
    "INSERT INTO ideas_support (id, idea_id, member_id, given_at, cost, network, account_age_days, crowd_count) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, 0) ON CONFLICT DO NOTHING"
)
GIVEN, WITHDRAWN, SUBJECT = "support.v1", "support.withdrawn.v1", "ideas.support"


def give_support(idea: Idea, *, by: Member, address: str = "") -> Support:
    """Stand behind an idea; a second time changes nothing. `address` is kept as a keyed hash of today only.

    Raises NotGathering, WindowIsOver, OwnIdea, LevelTooLow, TooYoung, NotVerified, BudgetSpent, Silenced or Suspended.
    """
    try:
        return _give_support(idea, by=by, address=address)
    except _StandsAlready as known:  # another hand of theirs was quicker; what this one wrote is undone
        return known.support


class _StandsAlready(Exception):
    """A member stands behind an idea already."""

    def __init__(self, support: Support) -> None:
        """Keep the support that stands."""
        self.support = support


@action
def _give_support(idea: Idea, *, by: Member, address: str) -> Support:
    """Write a support; what needs no lock comes before it, since thousands may wait for the lock of one idea."""
    held, number = _standing(idea.pk, by)
    if held is not None:
        return unchanged(held)
    _enter(Support(pk=number, idea_id=idea.pk, member=by), by)
    row = _row(idea.pk)
    now = max(timezone.now(), row.state_since, row.active_at)
    support = Support(
        pk=number, idea=row, member=by, given_at=now, cost=_cost(row), network=_network(address), account_age_days=_age(by, now)
    )  # fmt: skip
    stands, _, makes = together(_stand(support), _stepped(row, 1, pace.added(row.pace, now)), (_MAKES, [row.pk, by.pk]))
    support._state.adding = not stands.touched
    if support._state.adding:
        raise _StandsAlready(_standing(idea.pk, by)[0] or support)
    check_may_support(row, by, makes=by.pk == row.author_id or bool(makes.rows))
    check_window(row, now)
    _spend(row, by)
    record("ideas.support_given", by=by, subject=row, target=Programme(pk=row.programme_id), audience=_audience(row))
    pass_stations(row, now)
    return support


@action
def take_back_support(idea: Idea, *, by: Member) -> Support | None:
    """Take one's support back while the idea gathers; a station that was passed stays passed. Raises SupportStays."""
    row = locked(idea.pk)
    held = Support.objects.filter(idea=row, member=by, withdrawn_at=None).first()
    if held is None:
        return unchanged(None)
    if row.state != GATHERING:
        raise SupportStays
    _take_back(row, held, moment(row))
    record("ideas.support_taken_back", by=by, subject=row, target=row.programme, audience="staff")
    return held


@action
def _end_support_of_maker(idea: Idea, *, by: Member) -> Support | None:
    """Take back the support of somebody who makes the idea from now on, in whatever state it is; its row is locked already."""
    held = Support.objects.filter(idea=idea, member=by, withdrawn_at=None).first()
    if held is None:
        return unchanged(None)
    _take_back(idea, held, moment(idea))
    record("ideas.support_taken_back", by=by, subject=idea, target=idea.programme, audience="staff")
    return held


@cache
def _row_sql(vendor: str) -> str:
    sql = f"SELECT {columns(Idea, 'i')}, r.sha256 FROM ideas_idea i JOIN ideas_ruleversion r ON r.id = i.rules_id WHERE i.id = %s"  # noqa: S608 - our own names
    return f"{sql} FOR NO KEY UPDATE OF i" if vendor == "postgresql" else sql


def _row(idea_id: int) -> Idea:
    """Return an idea behind its row's lock with the name of its rules, which are known by it; raises NotFound.

    It is the same row as `moving.locked` gives, without the joins: this is the busiest write of the room.
    """
    check = _CHECK if connection.vendor == "postgresql" else ()
    raw = together(*check, (_row_sql(connection.vendor), [idea_id]))[-1].rows
    if not raw:
        raise NotFound
    found = made_of(Idea, raw[0][:-1])
    known = [found.rules_id, found.programme_id, raw[0][-1]]
    found.rules = RuleVersion.from_db(None, ["id", "programme_id", "sha256"], known)
    return found


@cache
def _held_sql() -> str:
    return (
        f"SELECT {columns(Support)} FROM ideas_support WHERE idea_id = %s AND member_id = %s AND withdrawn_at IS NULL"  # noqa: S608 - our own names
    )


def _standing(idea_id: int, member: Member) -> tuple[Support | None, int]:
    """Return the support by which a member stands behind an idea, if they do, and a number for one; nobody else gets it."""
    held, number = together((_held_sql(), [idea_id, member.pk]), (_NUMBER[connection.vendor == "postgresql"], ()))
    return made_of(Support, held.rows[0]) if held.rows else None, int(number.rows[0][0])


def _stand(support: Support) -> tuple[str, Sequence[Any]]:
    """Return what writes a support, and nothing where its member stands there already."""
    given_at = connection.ops.adapt_datetimefield_value(support.given_at)
    return _STAND, [
        support.pk, support.idea_id, support.member_id, given_at, support.cost, support.network, support.account_age_days,
    ]  # fmt: skip


def _take_back(idea: Idea, support: Support, now: dt.datetime) -> None:
    """End a support: the row keeps its time, the counters and the budget go back, the book hears of it."""
    support.withdrawn_at = max(now, support.given_at)
    Support.objects.filter(pk=support.pk).update(withdrawn_at=support.withdrawn_at, network="")
    if support.cost:
        _give_back(idea.programme_id, support.member_id, support.cost)
    _step(idea, -1, pace.removed(idea.pace, support.given_at))
    submission = submission_of(_key(support))
    if submission is not None:
        fields = {"idea": idea.pk, "support": submission.id.hex}
        enter(WITHDRAWN, fields, key=f"{_key(support)}:back", owner=support.member, subject=(SUBJECT, str(support.pk)))


def _enter(support: Support, member: Member) -> None:
    """Enter a support in the book: the idea, a commitment to the account, and the account's mark for this idea."""
    enter(
        GIVEN, {"idea": support.idea_id, "nullifier": nullifier(support.idea_id, support.member_id)}, key=_key(support),
        secrets={"by": Secret(f"member:{support.member_id}", member)}, owner=member, subject=(SUBJECT, str(support.pk)),
    )  # fmt: skip


def _key(support: Support) -> str:
    return f"support:{support.pk}"


def _step(idea: Idea, by: int, pace_now: float) -> None:
    """Move the counters of an idea whose row is locked, on the row and on the given object."""
    together(_stepped(idea, by, pace_now))


def _stepped(idea: Idea, by: int, pace_now: float) -> tuple[str, Sequence[Any]]:
    """Move the counters of the given object; returns what moves them on its row.

    The version is written on pages: where the number is hidden it stays, since counting its steps would tell it.
    """
    count = max(0, idea.supporters_count + by)
    idea.supporters_count, idea.pace = count, pace_now
    if idea.state == GATHERING and idea.next_threshold is not None:
        idea.missing = missing_to(idea.next_threshold, count)
    return _STEP, [int(shows_count(idea)), count, pace_now, idea.missing, idea.pk]


def _cost(idea: Idea) -> int:
    """Return what a support costs of a budget: one where the rules set a budget, else nothing."""
    return 1 if terms_of(idea.rules).support_budget else 0


def _spend(idea: Idea, by: Member) -> None:
    """Take one support from a member's budget where the rules set one. Raises BudgetSpent."""
    most = terms_of(idea.rules).support_budget
    if not most:
        return
    Budget.objects.get_or_create(programme_id=idea.programme_id, member=by)
    budget = Budget.objects.select_for_update().get(programme_id=idea.programme_id, member=by)
    if budget.spent >= most:
        raise BudgetSpent(most=most)
    Budget.objects.filter(pk=budget.pk).update(spent=F("spent") + 1)


def _give_back(programme_id: int, member_id: int, cost: int) -> None:
    """Give a budget back what a support cost."""
    Budget.objects.filter(programme_id=programme_id, member_id=member_id, spent__gte=cost).update(
        spent=F("spent") - cost
    )


def _network(address: str) -> str:
    """Return the hash of an address that tells it from others on this day alone."""
    return address_key(address, time.time(), act="support")[1:33] if address else ""


def _age(member: Member, now: dt.datetime) -> int:
    """Return how many whole days old an account is."""
    return max(0, (now - member.joined_at).days)


def _audience(idea: Idea) -> str:
    """Return who may hear of a support: where the number is hidden, counting the road would tell it."""
    return "public" if shows_count(idea) and idea.hidden_at is None else "staff"


@upkeep
def refund_batch(idea_id: int) -> int:
    """Give back what the next few supports of an ended idea cost; returns how many, 0 when all are given back."""
    idea = locked(idea_id)
    if idea.state == GATHERING:
        return 0
    costly = Support.objects.filter(idea=idea, cost__gt=0).order_by("id")
    rows = list(costly.values_list("pk", "member", "cost", "withdrawn_at")[: limits.REFUNDS_A_TURN_MAX])
    for _pk, member_id, cost, withdrawn_at in sorted(rows, key=lambda row: row[1]):
        if withdrawn_at is None:
            _give_back(idea.programme_id, member_id, cost)
    Support.objects.filter(pk__in=[row[0] for row in rows]).update(cost=0)
    return len(rows)


@upkeep
def forget_networks(before: dt.datetime) -> int:
    """Clear the hashes of networks older than that, keeping how many supports of an idea came from one; returns how many."""
    old = Support.objects.filter(given_at__lt=before).exclude(network="").order_by("given_at")
    rows = list(old.values_list("pk", "idea", "network")[: limits.NETWORKS_A_TURN_MAX])
    groups: dict[tuple[int, str], list[int]] = {}
    for pk, idea_id, network in rows:
        groups.setdefault((idea_id, network), []).append(pk)
    for (idea_id, network), pks in groups.items():
        crowd = Support.objects.filter(idea=idea_id, network=network).count()
        Support.objects.filter(pk__in=pks).update(network="", crowd_count=max(crowd, len(pks)))
    return len(rows)


def forget_old_networks() -> int:
    """Clear the hashes of networks that are older than `limits.NETWORK_KEPT_DAYS`, a batch; returns how many."""
    return forget_networks(timezone.now() - dt.timedelta(days=limits.NETWORK_KEPT_DAYS))


@upkeep
def forget_traces(member: Member) -> None:
    """Clear what a member's supports keep of where they came from; the supports stay."""
    Support.objects.filter(member=member).exclude(network="").update(network="")
