"""Personal access tokens, and the answers kept for keys that come again."""

from django.conf import settings
from django.db import models
from django.db.models import Q

MEMBER = settings.AUTH_USER_MODEL


class Token(models.Model):
    """A key that a member gave to a program: of the token itself only its SHA-256 is kept, and a few characters to tell it by."""

    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=24)
    scopes = models.CharField(max_length=400)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    why_revoked = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["member", "-id"], name="token_by_member")]
        constraints = [models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="token_digest_form")]

    def __str__(self) -> str:
        return f"{self.hint}…"

    @property
    def scope_set(self) -> frozenset[str]:
        """What the holder may do."""
        return frozenset(self.scopes.split())


class KeptAnswer(models.Model):
    """What a request with an Idempotency-Key was answered, written in the transaction of its effect."""

    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True, default="")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "key"], name="kept_answer_once")]
        indexes = [models.Index(fields=["kept_at"], name="kept_answer_by_age")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.key}"
