"""Who is whom: members known over several channels, one mistake that was taken back, and pairs that wait for somebody."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any, Final

from patogh.channels.connectors.contract import Known
from patogh.conf.demo.actions.known import KINDS, Steps, World, known
from patogh.conf.demo.actions.sold import BUYERS
from patogh.conf.demo.actions.written import told
from patogh.conf.demo.outside import REGULARS, Outsider, address, exchange, outside
from patogh.people.models import Identity, Member
from patogh.persons.actions.events import say_traits
from patogh.persons.merging import merge_persons, say_together, undo_merge
from patogh.persons.models import Merge

OTHER_WAYS: Final = ("bale", "bale", "telegram", "sms")
DOUBLES: Final = 6


def joins(world: World) -> Steps:
    """Return the steps by which identities came together."""
    people, found = outside("people"), Steps()
    for row in people["known"]:
        found.append((world.at(row["at"]), partial(_known, world, row)))
    written = {row["handle"] for row in people["known"]} | {row["handle"] for row in people["mistake"]}
    for number, member in enumerate(one for one in world.known_members if one.handle not in written):
        found += _drawn(world, member, number)
    for row in people["mistake"]:
        found.append((world.at(row["at"]), partial(_mistake, world, row)))
        found.append((world.at(row["undone"]), partial(_undo, world, row)))
    for row in people["pair"]:
        found.append((world.at(row["at"]), partial(_pair, world, row)))
    for number, one in enumerate([one for one in world.outsiders if one.way in {"sms", "email"}][:DOUBLES]):
        found.append((world.now - dt.timedelta(days=1 + 3 * number, hours=number), partial(_double, one)))
    for number, one in enumerate(world.outsiders):
        at = one.since + (world.now - one.since) * 0.6
        found.append((at, partial(_ordered, world, one, number)))
    for handle in dict.fromkeys([*REGULARS, *BUYERS.values()]):
        found.append((world.now - dt.timedelta(days=14), partial(_own_orders, world, handle)))
    return found


def _known(world: World, row: dict[str, Any]) -> None:
    """Join what somebody of the cast is known by: by a message that proved it, or by somebody of the team."""
    member = world.by[row["handle"]]
    others = []
    for text in row["identities"]:
        kind, _, value = text.partition(":")
        others.append(known(kind, value, verified=kind not in {"shop-customer", "order-phone"}))
    if "by" not in row:
        for other in others:
            _proved(member, other)
        return
    for other in others:
        merge_persons(
            world.person(member.handle), _person_of(other), by=world.by[row["by"]], why="staff", reason=row["reason"]
        )


def _drawn(world: World, member: Member, number: int) -> Steps:
    """Return how a member became known over another channel, and what they wrote there."""
    way = OTHER_WAYS[number % len(OTHER_WAYS)]
    kind = KINDS[way]
    since = max(member.joined_at, world.now - dt.timedelta(days=300))
    at = since + (world.now - since) * (0.1 + 0.8 * world.rng.random())
    value = f"+98913001{number:04}" if way == "sms" else f"@{member.handle}_rk"[:32]
    found: Steps = [(at, lambda: _proved(member, known(kind, value)))]
    said = exchange(world.rng, way, at + dt.timedelta(hours=5), name=member.name)
    if said is not None and number % 4 == 0 and said.at < world.now:
        found += told(world, way, f"m{member.pk}", Known(kind, value, True), said)
    if number % 6 == 1:
        by = world.by["somayeh"]
        later = at + dt.timedelta(days=9)
        if later < world.now:
            found.append((later, lambda: _by_hand(world, member, ("shop-customer", f"woo:{10_400 + number}"), by)))
    return found


def _by_hand(world: World, member: Member, what: tuple[str, str], by: Member) -> Merge:
    """Let somebody of the team join a customer of the shop with a member."""
    other = known(*what, verified=False, name=member.name)
    reason = "پای تلفن شمارهٔ آخرین سفارش را درست گفت."
    return merge_persons(world.person(member.handle), _person_of(other), by=by, why="staff", reason=reason)


def _proved(member: Member, other: Identity) -> None:
    """One message proved both."""
    say_together(member.identity, other, by=None, why="verified", evidence={"rule": "same message"}, is_proved=True)


def _mistake(world: World, row: dict[str, Any]) -> None:
    kind, _, value = row["identity"].partition(":")
    other = known(kind, value, name=row["name"])
    merge_persons(
        world.person(row["handle"]), _person_of(other), by=world.by[row["by"]], why="staff", reason=row["reason"]
    )


def _undo(world: World, row: dict[str, Any]) -> None:
    merge = Merge.objects.filter(reason=row["reason"], undone_at=None).latest("pk")
    undo_merge(merge, by=world.by["hamid"], reason=row["undo_reason"])


def _pair(world: World, row: dict[str, Any]) -> None:
    """Bring somebody who may be a member: alike as the index finds it, or named by one message that proved nothing."""
    other = known(row["kind"], row["value"], verified="claims" in row, name=row["name"])
    if city := row.get("city"):
        say_traits(other, {"city": city}, source="demo", said_at=world.at(row["at"]))
    if "claims" in row:
        kind, _, value = row["claims"].partition(":")
        mine = known(kind, value)
        _proved(world.by[row["handle"]], mine)
        say_together(other, mine, by=None, why="said", evidence={"rule": "claim"}, is_proved=False)


def _ordered(world: World, one: Outsider, number: int) -> None:
    """Let the number or address of somebody's orders be known as theirs: they showed it, or somebody of the team asked."""
    mine = Identity.objects.filter(kind=KINDS[one.way], value=one.value).first()
    order = Identity.objects.filter(kind__startswith="order-", value__in=(one.phone, one.email)).order_by("pk").first()
    if mine is None or order is None:
        return
    if number % 2:
        say_together(mine, order, by=None, why="verified", evidence={"rule": "same message"}, is_proved=True)
    elif number % 8 == 0 and mine.person_id != order.person_id:
        by, reason = world.by["somayeh"], "در پیامش شمارهٔ سفارش را گفت."
        merge_persons(_person_of(mine), _person_of(order), by=by, why="staff", reason=reason)


def _double(one: Outsider) -> None:
    """Bring somebody a second time, as an order says it: a digit of the number is another, or the mailbox at another house."""
    if one.way == "sms":
        known("order-phone", f"{one.phone[:-1]}{(int(one.phone[-1]) + 1) % 10}", verified=False, name=one.name)
    else:
        known("order-email", f"{one.email.partition('@')[0]}@sandogh.example", verified=False, name=one.name)


def _own_orders(world: World, handle: str) -> None:
    """Let the address of a regular's orders be known as her own."""
    found = Identity.objects.filter(kind="order-email", value=address(handle)).first()
    if found is not None and handle in world.by:
        _proved(world.by[handle], found)


def _person_of(identity: Identity) -> Any:
    return Identity.objects.select_related("person").get(pk=identity.pk).person
