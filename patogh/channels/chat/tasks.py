"""What the worker does for the chat: tells the team that somebody waits, and mails codes and transcripts."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from django.urls import reverse
from django.utils import timezone

from patogh.activity import every, task
from patogh.channels.chat import limits, mails
from patogh.channels.chat.actions import transcripts
from patogh.channels.connectors import talks
from patogh.channels.models import Message, Silenced, TalkSeen
from patogh.people.actions import give_notice
from patogh.people.models import Member, Notice
from patogh.people.queries import those_who_may

TELL: Final = "channels.tell_of_chat"
WROTE: Final = "channels.chat_written"


@task(TELL)
def tell_of_chat(message: int, activity: str) -> None:
    """Tell those who answer that a visitor waits: once a conversation and quiet period, and nobody who has seen it."""
    row = Message.objects.select_related("setup").filter(pk=message).first()
    if row is None or row.setup is None or _is_silenced(row):
        return
    root = talks.first_of(row)
    url = reverse("channel_talk", args=[row.pk])
    for member in _to_tell(row, root):
        give_notice(member, WROTE, root, actor=None, activity_id=uuid.UUID(activity), title=row.setup.name, url=url)


@task(transcripts.CODE)
def mail_code(transcript: int) -> None:
    """Mail the code that proves an address."""
    mails.send_code(transcript)


@task(transcripts.SEND)
def mail_transcript(transcript: int) -> None:
    """Mail a conversation."""
    mails.send_transcript(transcript)


@task("channels.sweep_transcripts")
def sweep_transcripts() -> None:
    """Forget who wanted a transcript, and where."""
    transcripts.forget_old()


def _to_tell(row: Message, root: Message) -> list[Member]:
    """Return whom to tell: those who may answer, were not told of this conversation a moment ago and do not look at it."""
    answering = those_who_may("channels.write")
    since = timezone.now() - dt.timedelta(seconds=limits.QUIET_S)
    told = Notice.objects.filter(
        member__in=answering,
        kind=WROTE,
        subject_kind="channels.message",
        subject_id=str(root.pk),
        happened_at__gt=since,
    )
    seen = TalkSeen.objects.filter(
        member__in=answering, setup=row.setup_id, talk=talks.name_of(row), message_id__gte=row.pk
    )
    done = {*told.values_list("member_id", flat=True), *seen.values_list("member_id", flat=True)}
    return [member for member in answering if member.pk not in done]


def _is_silenced(row: Message) -> bool:
    return Silenced.objects.filter(setup=row.setup_id, identity=row.identity_id).exists()


every("channels.sweep_transcripts", limits.SWEEP_S)
