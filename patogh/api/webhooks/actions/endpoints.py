"""Adding, changing, pausing and removing endpoints."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone

from patogh.activity import action, record, unchanged, verbs
from patogh.api.models import WebhookEndpoint
from patogh.api.webhooks import limits, signing, wanted
from patogh.api.webhooks.actions.deliveries import queue_turn
from patogh.api.webhooks.errors import BadPatterns, BadReach, BadWebhookAddress, TooManyEndpoints
from patogh.kit import limits as house
from patogh.kit.errors import NotFound
from patogh.people.models import Member

REACHES: Final = ("public", "members", "staff")


@dataclass(frozen=True)
class EndpointWords:
    """What an admin says about an endpoint; its address was examined before (`policy.examine`)."""

    url: str
    patterns: str = "*"
    description: str = ""
    reach: str = "public"
    takes_private: bool = False


@action
def add_endpoint(words: EndpointWords, *, by: Member | None) -> WebhookEndpoint:
    """Add an endpoint with a secret of its own; raises BadWebhookAddress, BadPatterns, BadReach or TooManyEndpoints."""
    kept = _checked(words)
    if WebhookEndpoint.objects.count() >= limits.ENDPOINTS_MAX:
        raise TooManyEndpoints(count=limits.ENDPOINTS_MAX)
    made = WebhookEndpoint.objects.create(
        **asdict(kept), secret=signing.new_secret(), made_by=by, created_at=timezone.now()
    )
    _look_again()
    record("api.webhook_added", by=by, subject=made, audience="staff")
    return made


@action
def edit_endpoint(endpoint: WebhookEndpoint, words: EndpointWords, *, by: Member | None) -> WebhookEndpoint:
    """Change an endpoint; raises what `add_endpoint` raises, and NotFound when it is gone."""
    row = _locked(endpoint)
    for name, value in asdict(_checked(words)).items():
        setattr(row, name, value)
    row.save(update_fields=[*asdict(words)])
    _look_again()
    record("api.webhook_edited", by=by, subject=row, audience="staff")
    return row


@action
def remove_endpoint(endpoint: WebhookEndpoint, *, by: Member | None) -> None:
    """Remove an endpoint with its log; what waits is never sent. Raises NotFound when it is gone."""
    row = _locked(endpoint)
    record("api.webhook_removed", by=by, subject=row, audience="staff")
    row.delete()
    _look_again()


@action
def rotate_secret(endpoint: WebhookEndpoint, *, by: Member | None) -> WebhookEndpoint:
    """Give an endpoint a new secret; for OLD_SECRET_H hours messages are signed with the one before as well."""
    row = _locked(endpoint)
    row.secret_old, row.secret = row.secret, signing.new_secret()
    row.secret_old_until = timezone.now() + dt.timedelta(hours=limits.OLD_SECRET_H)
    row.save(update_fields=["secret", "secret_old", "secret_old_until"])
    record("api.webhook_secret_rotated", by=by, subject=row, audience="staff")
    return row


@action
def pause_endpoint(endpoint: WebhookEndpoint, *, by: Member | None) -> None:
    """Send nothing any more; what waits keeps waiting, what happens meanwhile is not told."""
    _pause(_locked(endpoint), "by_hand", by)


@action
def give_up_on(endpoint: WebhookEndpoint, why: str) -> None:
    """Pause an endpoint that says it is gone (`gone`), or that has not taken anything for days (`failing`)."""
    _pause(_locked(endpoint), why, None)


@action
def resume_endpoint(endpoint: WebhookEndpoint, *, by: Member | None) -> None:
    """Send again, what has been waiting first."""
    row = _locked(endpoint)
    if row.paused_at is None:
        return unchanged(None)
    row.paused_at, row.paused_why, row.failing_since, row.hold_until = None, "", None, None
    row.save(update_fields=["paused_at", "paused_why", "failing_since", "hold_until"])
    queue_turn(row.pk)
    _look_again()
    record("api.webhook_resumed", by=by, subject=row, audience="staff")
    return None


def _pause(row: WebhookEndpoint, why: str, by: Member | None) -> None:
    if row.paused_at is not None:
        return unchanged(None)
    row.paused_at, row.paused_why = timezone.now(), why
    row.save(update_fields=["paused_at", "paused_why"])
    _look_again()
    record("api.webhook_paused", by=by, subject=row, audience="staff", data={"why": why})
    return None


def _checked(words: EndpointWords) -> EndpointWords:
    """Return the words as they are kept."""
    patterns = list(dict.fromkeys(words.patterns.replace(",", " ").split()))
    for pattern in patterns:
        if len(pattern) > limits.PATTERN_CHARS_MAX or not any(wanted.fits(verb, [pattern]) for verb in verbs()):
            raise BadPatterns(pattern=pattern[: limits.PATTERN_CHARS_MAX])
    if not patterns or len(patterns) > limits.PATTERNS_MAX:
        raise BadPatterns(pattern=" ".join(patterns)[: limits.PATTERN_CHARS_MAX])
    if words.reach not in REACHES:
        raise BadReach
    if not words.url.startswith(("http://", "https://")) or len(words.url) > house.LINK_CHARS_MAX or "\0" in words.url:
        raise BadWebhookAddress
    description = words.description.replace("\0", "").strip()[: limits.DESCRIPTION_CHARS_MAX]
    return EndpointWords(words.url, " ".join(patterns), description, words.reach, words.takes_private)


def _locked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    found = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).first()
    if found is None:
        raise NotFound
    return found


def _look_again() -> None:
    """Let this process see the change at once; others see it within LOOKED_AT_S seconds."""
    wanted.forget()
    transaction.on_commit(wanted.forget)
