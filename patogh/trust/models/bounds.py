"""What bounds people: the terms of this installation, the pace, listed words, and blocks between members."""

from django.db import models
from django.db.models import F, Q

from patogh.people.models import Member


class TrustTerms(models.Model):
    """The one row of what this installation asks and allows; a name that is missing in `chosen` has its default."""

    chosen = models.JSONField(default=dict)
    version = models.PositiveBigIntegerField(default=1)
    changed_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "trust terms"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="trust_terms_are_one")]

    def __str__(self) -> str:
        return f"terms, version {self.version}"


class Pace(models.Model):
    """How often an account, or a keyed hash of an address and day, did one kind of act lately."""

    key = models.CharField(max_length=80, primary_key=True)
    last_at = models.FloatField()
    minute = models.BigIntegerField()
    minute_count = models.PositiveIntegerField(default=1)
    minute_before = models.PositiveIntegerField(default=0)
    prev_at = models.FloatField(default=0)
    day = models.BigIntegerField()
    day_count = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["day"], name="trust_pace_by_day")]

    def __str__(self) -> str:
        return self.key


class SaidBefore(models.Model):
    """Hashes of what newcomers said lately, whole texts and hosts of links, to notice repetition."""

    KINDS = [("text", "text"), ("host", "host")]

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=4, choices=KINDS)
    digest = models.CharField(max_length=32)
    said_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "digest", "said_at"], name="trust_said_by_digest"),
            models.Index(fields=["said_at"], name="trust_said_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.member_id}"


class ListedWord(models.Model):
    """A word that a moderator put on a list, or (`is_allowed`) took out of suspicion; taken back by `lifted_at`."""

    CATEGORIES = [("insult", "insult"), ("sexual", "sexual"), ("selling", "selling"), ("scam", "scam")]

    word = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    category = models.CharField(max_length=8, choices=CATEGORIES)
    is_allowed = models.BooleanField(default=False)
    added_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(lifted_at__isnull=True), name="trust_word_once")
        ]

    def __str__(self) -> str:
        return self.word


class Block(models.Model):
    """One member does not want to be reached by another, nor to read them."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="blocked_by")
    did_mute = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "blocked"], name="trust_block_once"),
            models.CheckConstraint(condition=~Q(member=F("blocked")), name="trust_block_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} blocks {self.blocked_id}"
