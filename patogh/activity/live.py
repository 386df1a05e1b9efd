"""Telling open pages what just happened, over the hub; and waking the worker."""

from typing import Any


def publish(channel: str, event: str, data: dict[str, Any]) -> None:
    """Send one event to everybody who listens on `channel`, after the running transaction commits."""


def wake_worker() -> None:
    """Tell the worker process that there is something to do, so that it need not poll fast."""
