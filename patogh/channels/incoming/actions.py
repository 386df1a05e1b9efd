"""What this part writes: each mail once, how far the mailbox is read, and that a refusal was answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from patogh.activity import enqueue, upkeep
from patogh.channels.actions import note_bounce
from patogh.channels.incoming import limits
from patogh.channels.models import InboundMail, Mailbox

SWEPT_ROWS_MAX: Final = 2_000


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as it lay in the mailbox; `raw` holds only its headers when it is larger than MAIL_BYTES_MAX."""

    digest: str
    message_id: str
    sender: str
    raw: bytes
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mail became, and why; for an answer, whose it is, what it answers and where it stands now."""

    state: str
    why: str = ""
    member_id: int | None = None
    kind: str = ""
    target: str = ""
    outcome: str = ""


@upkeep
def keep_mail(mail: Fetched, *, mailbox: str, uid_validity: int, uid: int) -> bool:
    """Keep a fetched mail with the job that looks at it, and note that the mailbox is read up to here.

    One transaction: a mail is either kept and behind the mark, or neither. Returns whether it was new.
    """
    now = timezone.now()
    row, is_new = InboundMail.objects.get_or_create(
        digest=mail.digest,
        defaults={
            "message_id": mail.message_id[:250], "sender": mail.sender[:254], "raw": mail.raw, "size_bytes": mail.size_bytes,
            "arrived_at": now,
        },
    )  # fmt: skip
    if is_new:
        enqueue("channels.handle_mail", mail=row.pk)
    Mailbox.objects.update_or_create(
        name=mailbox, defaults={"uid_validity": uid_validity, "last_uid": uid, "fetched_at": now}
    )
    return is_new


@upkeep
def note_visit(mailbox: str, *, fault: str = "") -> None:
    """Note that the mailbox was visited, and what went wrong ("" for nothing)."""
    now = timezone.now()
    row = Mailbox.objects.filter(pk=mailbox).first() or Mailbox(name=mailbox)
    if fault:
        row.fault_since = row.fault_since if row.fault else now
    else:
        row.fault_since, row.fetched_at = None, now
    row.fault = fault[: limits.FAULT_CHARS_MAX]
    row.save()


@upkeep
def settle(mail_id: int, verdict: Verdict) -> bool:
    """Note what a mail became; False when that was settled before."""
    return bool(
        InboundMail.objects.filter(pk=mail_id, state="arrived").update(
            state=verdict.state, why=verdict.why[:40], member_id=verdict.member_id, kind=verdict.kind,
            target=verdict.target[:20], outcome=verdict.outcome[:120], ended_at=timezone.now(),
        )
    )  # fmt: skip


@upkeep
def settle_bounce(mail_id: int, verdict: Verdict, failures: list[tuple[str, bool, str]]) -> None:
    """Note a bounce and count each (address, whether for good, evidence), once however often the mail is looked at."""
    if settle(mail_id, verdict):
        for address, is_hard, evidence in failures:
            note_bounce(address, hard=is_hard, evidence=evidence)


@upkeep
def claim_answer(mail_id: int) -> bool:
    """Note that this mail is answered now; False when it was, or its sender got another such answer within a day."""
    mail = InboundMail.objects.select_for_update().get(pk=mail_id)
    since = timezone.now() - dt.timedelta(hours=limits.ANSWER_PAUSE_H)
    if mail.answered_at or InboundMail.objects.filter(sender=mail.sender, answered_at__gte=since).exists():
        return False
    mail.answered_at = timezone.now()
    mail.save(update_fields=["answered_at"])
    return True


@upkeep
def drop_old_mail() -> int:
    """Drop the text of mails after RAW_KEPT_DAYS and their rows after ROWS_KEPT_DAYS; returns how many rows changed."""
    now = timezone.now()
    with_raw = InboundMail.objects.filter(
        raw__isnull=False, arrived_at__lt=now - dt.timedelta(days=limits.RAW_KEPT_DAYS)
    ).order_by("arrived_at")[:SWEPT_ROWS_MAX]
    emptied = InboundMail.objects.filter(pk__in=[mail.pk for mail in with_raw.only("pk")]).update(raw=None)
    old = InboundMail.objects.filter(arrived_at__lt=now - dt.timedelta(days=limits.ROWS_KEPT_DAYS))
    gone = list(old.order_by("arrived_at").values_list("pk", flat=True)[:SWEPT_ROWS_MAX])
    InboundMail.objects.filter(pk__in=gone).delete()
    return emptied + len(gone)
