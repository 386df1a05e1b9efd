"""One turn: while something is due for an endpoint, send it, one after the other, under the endpoint's lease."""

from __future__ import annotations

import datetime as dt
import threading
import time
from email.utils import parsedate_to_datetime

from django.utils import timezone

from patogh.api.models import WebhookDelivery, WebhookEndpoint
from patogh.api.webhooks import actions, limits, policy, queries, signing
from patogh.kit import egress
from patogh.kit.egress import EgressFailed, EgressRefused
from patogh.kit.errors import NotFound

_slots = threading.BoundedSemaphore(limits.TURNS_AT_ONCE_MAX)


def take_turn(endpoint_id: int) -> bool:
    """Send what is due for an endpoint; returns False when this process has too many turns in hand and it must come later."""
    if not _slots.acquire(blocking=False):
        return False
    try:
        if actions.claim_turn(endpoint_id) is not None:
            try:
                _send_due(endpoint_id)
            finally:
                actions.release_turn(endpoint_id)
    finally:
        _slots.release()
    return True


def _send_due(endpoint_id: int) -> None:
    """Send until nothing is due, the endpoint is paused or wants silence, or the turn has lasted long enough."""
    ends = time.monotonic() + limits.TURN_S_MAX
    while time.monotonic() < ends:
        try:
            endpoint = queries.endpoint(endpoint_id)
        except NotFound:
            return
        delivery = queries.due(endpoint_id, timezone.now())
        held = endpoint.hold_until is not None and endpoint.hold_until > timezone.now()
        if delivery is None or endpoint.paused_at is not None or held:
            return
        outcome = attempt(endpoint, delivery)
        state = actions.note_attempt(delivery, outcome)
        why = reason_to_pause(endpoint, outcome, state)
        if why:
            actions.give_up_on(endpoint, why)


def attempt(endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> actions.Outcome:
    """Make one request; whatever happens is an outcome."""
    at, began, body = timezone.now(), time.monotonic(), delivery.message.body.encode()
    headers = signing.headers(_keys(endpoint, at), delivery.message.key, int(at.timestamp()), body)
    try:
        got = egress.send(
            endpoint.url, body, headers, timeout_s=limits.ATTEMPT_S_MAX, answer_bytes=limits.ANSWER_BYTES_MAX,
            policy=policy.policy_for(endpoint.url),
        )  # fmt: skip
    except EgressRefused:
        return actions.Outcome(at, _ms(began), error="the address leads inside or is not allowed")
    except EgressFailed as error:
        why = " ".join(str(part) for part in error.args) or error.code
        return actions.Outcome(at, _ms(began), error=_plain(why)[: limits.ERROR_CHARS_MAX])
    fault = "" if 200 <= got.status < 300 else _why(got.status)
    wait_s = retry_after_s(got.headers.get("retry-after", ""), at) if fault else 0
    answer = _plain(got.body.decode("utf-8", "replace"))
    return actions.Outcome(at, _ms(began), got.status, answer, fault, wait_s)


def reason_to_pause(endpoint: WebhookEndpoint, outcome: actions.Outcome, state: str) -> str:
    """Return why an endpoint gets no more: it says it is gone, or a delivery was given up and nothing arrived for days."""
    if outcome.status == 410:
        return "gone"
    days = dt.timedelta(days=limits.FAILING_DAYS_MAX)
    since = endpoint.failing_since
    return "failing" if state == "failed" and since is not None and outcome.at - since >= days else ""


def retry_after_s(said: str, now: dt.datetime) -> int:
    """Return the seconds of a Retry-After header (RFC 9110, 10.2.3: seconds or a date), capped; 0 for anything else."""
    try:
        seconds = (
            int(said) if said.isascii() and said.isdigit() else (parsedate_to_datetime(said) - now).total_seconds()
        )
    except (ValueError, TypeError, OverflowError):
        return 0
    return int(min(max(seconds, 0), limits.RETRY_AFTER_S_MAX))


def _keys(endpoint: WebhookEndpoint, now: dt.datetime) -> list[str]:
    """Return the secrets that sign now: the one, and for a time the one before."""
    is_old_valid = endpoint.secret_old_until is not None and endpoint.secret_old_until > now
    return [endpoint.secret, endpoint.secret_old] if endpoint.secret_old and is_old_valid else [endpoint.secret]


def _why(status: int) -> str:
    return "redirects are not followed" if 300 <= status < 400 else f"answered {status}"


def _plain(text: str) -> str:
    """Leave out what a database or a page cannot hold."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")


def _ms(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
