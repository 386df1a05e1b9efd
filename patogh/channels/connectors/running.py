"""A setup at work: its secrets opened, its address, its client; and what of an error may be shown."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from patogh.channels.connectors import limits, registry, sealing
from patogh.channels.connectors.client import Http, place_of
from patogh.channels.connectors.contract import Connector, Running
from patogh.channels.models import Setup


def running(setup: Setup, *, turn_s: float | None = limits.TURN_S_MAX) -> Running:
    """Return a setup at work, whose requests end after `turn_s`; raises SetupBroken for secrets that no key opens."""
    ends = None if turn_s is None else time.monotonic() + turn_s
    known = {**setup.plain, **sealing.opened(setup.secrets)}
    own = frozenset(place for value in known.values() if isinstance(value, str) and (place := place_of(value)))
    return Running(setup.pk, setup.address, url_of(setup), known, Http(ends, own), timezone.now, setup.cursor)


def connector_of(setup: Setup) -> Connector:
    """Return the connector of a setup; raises NotFound when its package is gone."""
    return registry.connector(setup.connector)


def url_of(setup: Setup) -> str:
    """Return the address that others call, absolute where the house knows its own."""
    return settings.SITE_URL.rstrip("/") + reverse("connector_door", args=[setup.address])


def told(error: BaseException, setup: Running | None = None) -> str:
    """Return what an error says on one line, without any secret of the setup."""
    words = " ".join(str(error).split()) or type(error).__name__
    if setup is not None:
        for secret in _secrets(setup):
            words = words.replace(secret, "•••")
    return "".join(letter for letter in words if letter.isprintable())[: limits.FAULT_CHARS_MAX]


def _secrets(setup: Running) -> list[str]:
    """Return every word of the settings that may be a secret, the longest first."""
    every: list[Any] = [setup.address, *setup.settings.values()]
    return sorted((word for word in every if isinstance(word, str) and len(word) >= 6), key=len, reverse=True)
