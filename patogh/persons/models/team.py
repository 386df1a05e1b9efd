"""What the team writes beside a person and when somebody looked; all of it hangs on an identity, so that undo gives it back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.people.models import Identity

MEMBER = settings.AUTH_USER_MODEL


class PersonNote(models.Model):
    """A note of the team about somebody; it is seen by the team and by whoever asks for their own data."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="team_notes")
    author = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    key = models.CharField(max_length=40, blank=True, default="")
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["identity", "-id"], name="person_note_by_identity")]

    def __str__(self) -> str:
        return f"note {self.pk} on {self.identity_id}"


class Pledge(models.Model):
    """What somebody of the team promised, by when, and whether it was kept."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="pledges")
    author = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    owner = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="pledges")
    text = models.CharField(max_length=300)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["identity", "-id"], name="pledge_by_identity"),
            models.Index(
                fields=["owner", "due_at"], condition=Q(kept_at=None, dropped_at=None), name="pledge_open_by_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"pledge {self.pk} to {self.identity_id}"


class Look(models.Model):
    """Somebody of the team looked at a person: who, at what, why, when. Append-only; the person sees it."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="looks")
    member = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    what = models.CharField(max_length=40)
    reason = models.CharField(max_length=300, blank=True, default="")
    case = models.CharField(max_length=80, blank=True, default="")
    looked_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["identity", "-id"], name="look_by_identity"),
            models.Index(fields=["member", "-id"], name="look_by_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} looked at {self.what} of {self.identity_id}"
