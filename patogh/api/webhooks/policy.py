"""Where webhooks may go: the rules of `kit.egress`, and receivers inside that the operator named."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from patogh.kit import egress
from patogh.kit.egress import Policy


def policy_for(url: str) -> Policy:
    """Return the rules for an address; one of PATOGH_WEBHOOKS_INSIDE may be inside and at any port."""
    named = _named(url)
    if named is None or named not in set(settings.WEBHOOKS_INSIDE.split()):
        return Policy()
    return Policy(allows=lambda _address: True, ports=frozenset({int(named.rpartition(":")[2])}))


def examine(url: str) -> None:
    """Check an address now; raises EgressRefused or EgressFailed."""
    egress.examine(url, policy=policy_for(url))


def _named(url: str) -> str | None:
    """Return host:port of an address as the setting writes it."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return f"{parts.hostname}:{port}" if parts.hostname and port and "@" not in parts.netloc else None
