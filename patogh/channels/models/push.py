"""The devices that a member allowed to be told on (RFC 8030 subscriptions)."""

from django.conf import settings
from django.db import models

MEMBER = settings.AUTH_USER_MODEL


class PushDevice(models.Model):
    """One browser on one device. `endpoint_hash` finds it; the endpoint itself is a secret of that browser."""

    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="push_devices")
    endpoint = models.CharField(max_length=1000)
    endpoint_hash = models.CharField(max_length=64, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    name = models.CharField(max_length=60, blank=True, default="")
    created_at = models.DateTimeField()
    last_ok_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["member", "id"], name="push_device_by_member")]

    def __str__(self) -> str:
        return f"{self.name} of {self.member_id}"
