"""Setting connectors up, switching them off and on, and stopping all of them at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.channels.connectors import limits, registry, sealing
from patogh.channels.connectors.errors import TooManySetups
from patogh.channels.models import Halt, Setup
from patogh.kit import ids, persian
from patogh.people.models import Member


@dataclass(frozen=True)
class Words:
    """What somebody says of a setup: its name, and the settings that the connector's form has cleaned."""

    name: str
    settings: dict[str, Any] = field(repr=False)


@action
def add_setup(connector: str, words: Words, *, by: Member | None) -> Setup:
    """Set a connector up; it begins to work at once. Raises NotFound for an unknown one, TooManySetups."""
    registry.connector(connector)
    if Setup.objects.count() >= limits.SETUPS_MAX:
        raise TooManySetups(count=limits.SETUPS_MAX)
    plain, secrets = _parted(connector, words.settings, {})
    made = Setup.objects.create(
        connector=connector, name=persian.name_clean(words.name)[:80] or connector, address=ids.token(32)[:40],
        plain=plain, secrets=sealing.sealed(secrets) if secrets else None, made_by=by, made_at=timezone.now(),
    )  # fmt: skip
    record("channels.setup_added", by=by, subject=made, data={"connector": connector})
    return made


@action
def edit_setup(setup: Setup, words: Words, *, by: Member | None) -> Setup:
    """Change a setup; an empty secret keeps the one that is there, and a broken setup is tried again."""
    row = Setup.objects.select_for_update().get(pk=setup.pk)
    kept = {} if row.secrets is None else _opened_or_none(row)
    plain, secrets = _parted(row.connector, words.settings, kept)
    row.name, row.plain = persian.name_clean(words.name)[:80] or row.name, plain
    row.secrets = sealing.sealed(secrets) if secrets else None
    _fresh(row)
    row.state = "on" if row.state == "broken" else row.state
    row.save()
    record("channels.setup_edited", by=by, subject=row, data={"connector": row.connector})
    return row


@action
def switch_off(setup: Setup, *, by: Member | None) -> Setup:
    """Stop a setup at once: it takes no calls, is not asked and sends nothing; what waits keeps waiting."""
    row = Setup.objects.select_for_update().get(pk=setup.pk)
    if row.state == "off":
        return unchanged(row)
    row.state = "off"
    row.save(update_fields=["state"])
    record("channels.setup_switched_off", by=by, subject=row, data={"connector": row.connector})
    return row


@action
def switch_on(setup: Setup, *, by: Member | None) -> Setup:
    """Let a setup that was off or broken work again, from where it stood."""
    row = Setup.objects.select_for_update().get(pk=setup.pk)
    if row.state == "on":
        return unchanged(row)
    row.state = "on"
    _fresh(row)
    row.save()
    record("channels.setup_switched_on", by=by, subject=row, data={"connector": row.connector})
    return row


@action
def break_setup(setup: Setup, fault: str) -> Setup:
    """Stop a setup whose credentials or settings are wrong; it waits for somebody of the team."""
    row = Setup.objects.select_for_update().get(pk=setup.pk)
    if row.state != "on":
        return unchanged(row)
    row.state, row.fault, row.fault_at = "broken", fault[: limits.FAULT_CHARS_MAX], timezone.now()
    row.save(update_fields=["state", "fault", "fault_at"])
    record("channels.setup_broke", by=None, subject=row, data={"connector": row.connector})
    return row


@action
def note_tried(setup: Setup, who: str, *, by: Member | None) -> Setup:
    """Note that the settings were tried and who we are there; a fault that was shown is over."""
    row = Setup.objects.select_for_update().get(pk=setup.pk)
    row.who = persian.name_clean(who)[:120]
    _fresh(row)
    row.state = "on" if row.state == "broken" else row.state
    row.save()
    record("channels.setup_tried", by=by, subject=row, data={"connector": row.connector})
    return row


@action
def halt(*, by: Member | None, reason: str = "") -> Halt:
    """Stop every connector at once."""
    open_now = Halt.objects.filter(ended_at=None).first()
    if open_now is not None:
        return unchanged(open_now)
    made = Halt.objects.create(by=by, reason=persian.name_clean(reason)[:300], at=timezone.now())
    record("channels.all_halted", by=by, subject=made)
    return made


@action
def resume(*, by: Member | None) -> Halt | None:
    """Let every connector work again that is on."""
    row = Halt.objects.select_for_update().filter(ended_at=None).first()
    if row is None:
        return unchanged(None)
    row.ended_at, row.ended_by = timezone.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    record("channels.all_resumed", by=by, subject=row)
    return row


def _parted(connector: str, settings: dict[str, Any], kept: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is kept as it is and what is sealed; an empty secret is the one that was kept."""
    secret = set(registry.connector(connector).secret_fields)
    plain = {name: _storable(value) for name, value in settings.items() if name not in secret}
    given = {name: value for name, value in settings.items() if name in secret and value}
    return plain, {**{name: value for name, value in kept.items() if name in secret}, **given}


def _storable(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | dt.datetime | dt.time) else value


def _opened_or_none(row: Setup) -> dict[str, Any]:
    """Return the secrets that stand, or none where the key that sealed them is gone: then they are written anew."""
    from patogh.channels.connectors.contract import SetupBroken

    try:
        return sealing.opened(row.secrets)
    except SetupBroken:
        return {}


def _fresh(row: Setup) -> None:
    """Forget the faults and the waiting."""
    row.fault, row.fault_at, row.faults_count, row.send_faults_count = "", None, 0, 0
    row.next_at = row.send_at = None
