"""Our public address, and the host that our mails are named after."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

FALLBACK = "http://localhost:8000"


def site() -> str:
    """Return the public address without a slash at its end."""
    return settings.SITE_URL or FALLBACK


def address(name: str, *args: object) -> str:
    """Return the whole address of a view."""
    return f"{site()}{reverse(name, args=args)}"


def absolute(path: str) -> str:
    """Return the whole address of a path of ours; one that is whole already stays."""
    return path if "://" in path else f"{site()}{path}"


def list_host() -> str:
    """Return the host in List-Id and in Message-IDs."""
    return settings.LIST_HOST or urlsplit(site()).hostname or "localhost"


def message_id(delivery_id: int) -> str:
    """Return a new Message-ID for a delivery; nobody can guess it, so that a bounce that names it is one of ours."""
    return f"<d{delivery_id}.{secrets.token_hex(8)}@{list_host()}>"


def thread_id(thread: str) -> str:
    """Return the id that all mails of a thread refer to, for every reader the same."""
    return f"<{thread.replace(':', '.')}@{list_host()}>"
