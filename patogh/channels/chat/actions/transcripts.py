"""A conversation by mail: asked for by a visitor, sent only to an address that a code proves or for which their site vouches."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from patogh.activity import action, enqueue, live, record, unchanged, upkeep
from patogh.channels.chat import limits
from patogh.channels.models import Setup, Transcript
from patogh.kit.errors import TooMany
from patogh.people.models import Identity

CODE: Final = "channels.mail_chat_code"
SEND: Final = "channels.mail_transcript"
DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a conversation is to be mailed, in which language, and whether the site vouches for the address."""

    address: str
    language: str
    is_vouched: bool = False


@upkeep
def ask(setup: Setup, identity: Identity, wish: Wish) -> Transcript:
    """Take a wish: a vouched or already proved address gets the mail, any other a code first. Raises TooMany."""
    Identity.objects.select_for_update().filter(pk=identity.pk).values_list("pk").first()
    since = timezone.now() - DAY
    mine = Transcript.objects.filter(identity=identity, asked_at__gt=since)
    theirs = Transcript.objects.filter(address=wish.address, asked_at__gt=since)
    if mine.count() >= limits.TRANSCRIPTS_A_VISITOR_MAX or theirs.count() >= limits.TRANSCRIPTS_AN_ADDRESS_MAX:
        raise TooMany(retry_after_s=limits.TRANSCRIPT_KEPT_S)
    is_proved = wish.is_vouched or mine.filter(address=wish.address).exclude(proved_at=None).exists()
    now = timezone.now()
    row = Transcript.objects.create(
        setup=setup, identity=identity, address=wish.address, language=wish.language, asked_at=now,
        proved_at=now if is_proved else None,
    )  # fmt: skip
    _queue(SEND if is_proved else CODE, row)
    return row


@upkeep
def prove(identity: Identity, address: str, code: str) -> Transcript | None:
    """Take a code: the right one sends the mail. None for a wrong or late one, which is counted; after a few no code is right."""
    since = timezone.now() - dt.timedelta(seconds=limits.CODE_S)
    rows = Transcript.objects.select_for_update(of=("self",)).filter(identity=identity, address=address, proved_at=None)
    row = rows.filter(asked_at__gt=since).order_by("-pk").first()
    if row is None or row.tries >= limits.CODE_TRIES_MAX:
        return None
    if not hmac.compare_digest(code_of(row).encode(), code.encode("utf-8", "replace")):
        row.tries += 1
        row.save(update_fields=["tries"])
        return None
    row.proved_at = timezone.now()
    row.save(update_fields=["proved_at"])
    _queue(SEND, row)
    return row


@action
def note_sent(transcript: Transcript) -> Transcript:
    """Note that a transcript left."""
    row = Transcript.objects.select_for_update(of=("self",)).select_related("identity", "setup").get(pk=transcript.pk)
    if row.sent_at is not None:
        return unchanged(row)
    row.sent_at = timezone.now()
    row.save(update_fields=["sent_at"])
    record("channels.transcript_sent", by=row.identity, subject=row.identity, target=row.setup, channel="chat")
    return row


@upkeep
def forget_old() -> int:
    """Forget what was asked for long enough ago; returns how many."""
    before = timezone.now() - dt.timedelta(seconds=limits.TRANSCRIPT_KEPT_S)
    return Transcript.objects.filter(asked_at__lte=before).delete()[0]


def code_of(transcript: Transcript) -> str:
    """Return the six digits that prove an address: made of the row by the house's key, so that they are kept nowhere."""
    said = f"chat transcript {transcript.pk} {transcript.identity_id} {transcript.address} {transcript.asked_at.isoformat()}"
    mark = hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(mark[:8], 'big') % 1_000_000:06d}"


def _queue(task: str, row: Transcript) -> None:
    enqueue(task, key=f"{task}:{row.pk}", transcript=row.pk)
    transaction.on_commit(live.wake_worker)
