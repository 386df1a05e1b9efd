"""Conversations as the team reads them, and what visitors ask to have of theirs."""

from django.conf import settings
from django.db import models

from patogh.channels.models.connectors import Setup
from patogh.people.models import Identity

MEMBER = settings.AUTH_USER_MODEL


class TalkSeen(models.Model):
    """How far somebody of the team has read one conversation; `talk` is its name (`talks.name_of`), `message_id` the newest seen."""

    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    setup = models.ForeignKey(Setup, on_delete=models.CASCADE, related_name="+")
    talk = models.CharField(max_length=40)
    message_id = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "setup", "talk"], name="talk_seen_once")]

    def __str__(self) -> str:
        return f"{self.member_id} read {self.talk}"


class Transcript(models.Model):
    """A visitor's wish to have the conversation by mail: to an address that a code proves, or for which their site vouches.

    The code is not kept (`chat.actions.transcripts.code_of`); `tries` are wrong ones. The row goes after a day.
    """

    setup = models.ForeignKey(Setup, on_delete=models.CASCADE, related_name="+")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=8, default="fa")
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["identity", "-id"], name="transcript_by_identity"),
            models.Index(fields=["address", "asked_at"], name="transcript_by_address"),
        ]

    def __str__(self) -> str:
        return f"a transcript for {self.identity_id}"
