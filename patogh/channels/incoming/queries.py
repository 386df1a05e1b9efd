"""What came in by mail, for the operator."""

from __future__ import annotations

from typing import Any

from patogh.channels.models import InboundMail, Mailbox


def newest(limit: int) -> list[dict[str, Any]]:
    """Return the newest mails with what became of each, newest first."""
    rows = InboundMail.objects.defer("raw").order_by("-arrived_at", "-pk")[:limit]
    return [
        {
            "id": row.pk, "arrived_at": row.arrived_at.isoformat(timespec="seconds"), "state": row.state, "why": row.why,
            "sender": row.sender, "outcome": row.outcome, "size_bytes": row.size_bytes,
        }
        for row in rows
    ]  # fmt: skip


def mailboxes() -> list[dict[str, Any]]:
    """Return each mailbox with when it was read and what is wrong with it."""
    return [
        {
            "name": row.name, "fault": row.fault,
            "fetched_at": row.fetched_at.isoformat(timespec="seconds") if row.fetched_at else None,
            "fault_since": row.fault_since.isoformat(timespec="seconds") if row.fault_since else None,
        }
        for row in Mailbox.objects.order_by("name")
    ]  # fmt: skip


def raw(mail_id: int) -> bytes | None:
    """Return a mail as it came, or None where it is not kept any more."""
    kept = InboundMail.objects.filter(pk=mail_id).values_list("raw", flat=True).first()
    return None if kept is None else bytes(kept)
