"""How fast an account, and an address, may act: counted in the database, so that every process counts together."""

from __future__ import annotations

import hashlib
import hmac
import math
import time

from django.conf import settings

from patogh.activity import upkeep
from patogh.kit.together import together
from patogh.people.models import Member
from patogh.trust import errors
from patogh.trust.models import Pace
from patogh.trust.nouns import Allowance
from patogh.trust.queries.standing import allowance
from patogh.trust.queries.terms import number

ACTS = ("post", "topic", "reaction", "flag", "edit", "invite")
_DAY_S, _MINUTE_S = 86_400, 60
_COUNT = """
INSERT INTO trust_pace (key, last_at, prev_at, minute, minute_count, minute_before, day, day_count) VALUES {rows}
ON CONFLICT (key) DO UPDATE SET prev_at = trust_pace.last_at, last_at = excluded.last_at,
  minute_before = CASE WHEN trust_pace.minute = excluded.minute THEN trust_pace.minute_before
                       WHEN trust_pace.minute = excluded.minute - 1 THEN trust_pace.minute_count ELSE 0 END,
  minute_count = CASE WHEN trust_pace.minute = excluded.minute THEN trust_pace.minute_count + 1 ELSE 1 END,
  minute = excluded.minute,
  day_count = CASE WHEN trust_pace.day = excluded.day THEN trust_pace.day_count + 1 ELSE 1 END, day = excluded.day
RETURNING key, prev_at, minute_count, minute_before, day_count
"""
_ROW = "(%s, %s, 0, %s, 1, 0, %s, 1)"


@upkeep
def keep_pace(member: Member, act: str, address: str = "") -> None:
    """Count one of ACTS by a member from an address (never stored, only a keyed hash of it and the day).

    Call it within the action that does the act, so that what is refused is not counted and nothing is committed twice.
    Raises TooFast or TooManyToday. A demo is for measuring and has no pace; the team has none either.
    """
    if settings.DEMO or member.is_team:
        return
    allowed, now = allowance(member), time.time()
    keys = {f"m{member.pk}:{act}": True}
    if address and act in {"post", "topic"}:
        keys[address_key(address, now)] = False
    for key, prev_at, minute_count, minute_before, day_count in _counted(list(keys), now):
        if keys[key]:
            _hold_to_gap(_gap_s(allowed, act), now - prev_at)
            _hold_to_minute(allowed.posts_a_minute_max if act == "post" else None, minute_count, minute_before, now)
            _hold_to_day(_a_day(allowed, act), day_count, now)
        else:
            _hold_to_minute(number("posts_per_minute_address"), minute_count, minute_before, now)


@upkeep
def count_account(address: str) -> None:
    """Count a new account from an address; raises TooManyAccounts."""
    if settings.DEMO or not address:
        return
    now = time.time()
    row = _counted([address_key(address, now, act="account")], now)[0]
    if row[4] > number("accounts_per_address"):
        raise errors.TooManyAccounts(retry_after_s=_DAY_S - int(now) % _DAY_S)


@upkeep
def forget_old_paces() -> int:
    """Drop what was counted before yesterday; returns how many rows."""
    gone, _ = Pace.objects.filter(day__lt=int(time.time()) // _DAY_S - 1).delete()
    return gone


def address_key(address: str, now: float, act: str = "post") -> str:
    """Return the key of an address for today: a hash with the house's secret that nobody can turn back."""
    said = f"{int(now) // _DAY_S}:{address}".encode()
    return f"a{hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()[:32]}:{act}"


def _counted(keys: list[str], now: float) -> list[tuple[str, float, int, int, int]]:
    """Count one for each key in one statement; returns each key with its counts."""
    values: list[str | float | int] = []
    for key in sorted(keys):
        values += [key, now, int(now) // _MINUTE_S, int(now) // _DAY_S]
    return together((_COUNT.format(rows=", ".join([_ROW] * len(keys))), values))[0].rows


def _gap_s(allowed: Allowance, act: str) -> int:
    return {"topic": allowed.topic_gap_s, "post": allowed.post_gap_s}.get(act, 0)


def _a_day(allowed: Allowance, act: str) -> int | None:
    return {
        "topic": allowed.topics_a_day_max, "reaction": allowed.reactions_a_day_max, "flag": allowed.flags_a_day_max,
        "edit": allowed.edits_a_day_max, "invite": allowed.invites_a_day_max,
    }.get(act)  # fmt: skip


def _hold_to_gap(gap_s: int, since_s: float) -> None:
    if since_s < gap_s:
        raise errors.TooFast(retry_after_s=math.ceil(gap_s - since_s))


def _hold_to_minute(most: int | None, count: int, before: int, now: float) -> None:
    """Hold a sliding minute: the running minute, and of the last one the share that still lies within sixty seconds."""
    into = now % _MINUTE_S / _MINUTE_S
    if most is not None and count + before * (1 - into) > most:
        raise errors.TooFast(retry_after_s=max(1, math.ceil(_MINUTE_S - now % _MINUTE_S)))


def _hold_to_day(most: int | None, count: int, now: float) -> None:
    if most is not None and count > most:
        raise errors.TooManyToday(most=most, retry_after_s=_DAY_S - int(now) % _DAY_S)
