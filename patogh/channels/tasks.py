"""What the worker does for the channels: let out what is due, plan the digests, forget what is old."""

from __future__ import annotations

import logging
import time
from functools import partial

from django.utils import translation

from patogh.activity import every, task
from patogh.channels import actions, limits, queries, registry
from patogh.channels.actions.delivering import Group
from patogh.kit.hooks import plugins
from patogh.people.consent.places import sender

logger = logging.getLogger(__name__)


def serve(name: str) -> None:
    """Give a channel its recurring task, so that a slow channel holds up no other."""
    task(f"channels.deliver_{name}")(partial(deliver_due, name))
    every(f"channels.deliver_{name}", limits.DELIVER_EVERY_S)


@task("channels.deliver_due")
def deliver_due(channel: str = "mail") -> None:
    """Let out what is due on a channel, for at most a minute; the rest has its turn in some seconds."""
    until = time.monotonic() + limits.TURN_S_MAX
    try:
        while time.monotonic() < until:
            groups = actions.take(channel)
            if not groups or not _let_out(channel, groups, until):
                break
    finally:
        registry.channel(channel).closes()


@task("channels.plan_digests")
def plan_digests() -> None:
    """Write the deliveries of all digests whose turn has come, in batches."""
    until = time.monotonic() + limits.DIGEST_TURN_S_MAX
    actions.enrol()
    while time.monotonic() < until:
        plan = queries.next_batch()
        if plan is None:
            break
        actions.queue_digests(plan)


@task("channels.sweep")
def sweep() -> None:
    """Forget deliveries that ended long ago."""
    while actions.sweep():
        pass


def _let_out(channel: str, groups: list[Group], until: float) -> bool:
    """Let these out one after the other; False when the channel turned out to be down, and nothing more is tried."""
    for place, group in enumerate(groups):
        if time.monotonic() >= until:
            actions.let_wait(groups[place:], "")
            return False
        try:
            _one(channel, group)
        except registry.ChannelDown as fault:
            actions.let_wait(groups[place:], str(fault) or type(fault).__name__)
            return False
    return True


def _one(channel: str, group: Group) -> None:
    """Judge one group and let out what may leave; each way it can go is written down."""
    verdict = queries.judged(group)
    for why, some in verdict.skipped.items():
        actions.end(some, "skipped", why)
    parcel = verdict.parcel
    if parcel is None:
        return
    if verdict.later is not None:
        actions.postpone(parcel.deliveries, verdict.later, verdict.why, thread="digest" if verdict.why == "cap" else "")
        return
    try:
        with translation.override(parcel.member.language):
            _send(channel, parcel)
    except registry.ChannelDown:
        raise
    except Exception as fault:  # noqa: BLE001 - whatever it is, the next attempt or the operator has it
        _failed(parcel, fault)


def _failed(parcel: registry.Parcel, fault: Exception) -> None:
    """Write down why a parcel did not leave: skipped, given up, or to be tried again."""
    if isinstance(fault, registry.NotReachable):
        actions.end(parcel.deliveries, "skipped", fault.why)
    elif isinstance(fault, registry.Refused):
        actions.end(parcel.deliveries, "dead", "refused", address=fault.address, error=fault.evidence)
        if fault.address:
            actions.note_bounce(fault.address, fault.hard, fault.evidence)
    else:
        logger.warning("delivery %s failed", parcel.deliveries[0].pk, exc_info=fault)
        actions.give_back(parcel.deliveries, f"{type(fault).__name__}: {fault}")


@sender(
    "channels.deliveries", purpose="service", channel="mail or push", why="Hands what a member chose to its channel."
)
def _send(channel: str, parcel: registry.Parcel) -> None:
    ids = [one.data["since"] for one in parcel.deliveries if "since" in one.data]
    if ids and parcel.thread != "digest":
        answers = plugins.hook.notice_pieces(
            member=parcel.member, activity_ids=queries.activities_of(parcel.notices, min(ids))
        )
        parcel.pieces = sorted((piece for answer in answers for piece in answer), key=lambda piece: piece.at)
    address = registry.channel(channel).send(parcel)
    actions.end(parcel.deliveries, "sent", address=address)


every("channels.plan_digests", limits.DIGEST_EVERY_S)
every("channels.sweep", limits.SWEEP_EVERY_S)
