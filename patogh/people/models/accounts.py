"""Persons, their identities, the member accounts, who follows whom, staff roles, the brand and the notices."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.db import models
from django.db.models import F, Q

from patogh.kit.calendar import Viewer
from patogh.kit.ids import uuid7


class Person(models.Model):
    """A human: a computed view over the identities that are linked to it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.id)


class Identity(models.Model):
    """What one channel knows, for example `email:mina@example.org` or `member:17`; `person` follows from its newest
    link; `people.kinds` knows every kind with its normal form.
    """

    kind = models.CharField(max_length=24)
    value = models.CharField(max_length=254)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="identities")
    verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="identity_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    @property
    def identity_id(self) -> int:
        """The key that the road names."""
        return self.pk


class IdentityLink(models.Model):
    """One decision about whose identity this is: append-only; undo is one more row, so history is never rewritten."""

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="links")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="links")
    why = models.CharField(max_length=40)
    by_identity = models.ForeignKey(Identity, null=True, on_delete=models.PROTECT, related_name="links_made")
    evidence = models.JSONField(default=dict)
    score = models.FloatField(null=True)
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    linked_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.identity_id} -> {self.person_id} ({self.why})"


class MemberManager(BaseUserManager["Member"]):
    """Members by handle, as Django's auth expects to find them."""

    def get_by_natural_key(self, username: str | None) -> "Member":
        """Return the member with this handle, whatever the case."""
        return self.get(handle=(username or "").lower())


class Member(AbstractBaseUser):
    """An account in the hangout; its identity is the first kind of identity of a person."""

    LANGUAGES = [("fa", "فارسی"), ("en", "English")]
    CALENDARS = [("jalali", "jalali"), ("gregorian", "gregorian")]
    THEMES = [("auto", "auto"), ("light", "light"), ("dark", "dark")]
    AGE_BANDS = [("", "not said"), ("under16", "under 16"), ("16to17", "16 or 17"), ("adult", "18 or over")]

    identity = models.OneToOneField(Identity, on_delete=models.PROTECT, related_name="member")
    handle = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    name_key = models.CharField(max_length=80, db_index=True)
    name_order = models.CharField(max_length=130, blank=True, default="")
    email = models.EmailField(max_length=254, unique=True, null=True, blank=True)
    phone = models.CharField(max_length=20, unique=True, null=True, blank=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    bio = models.CharField(max_length=400, blank=True, default="")
    place = models.CharField(max_length=60, blank=True, default="")
    links = models.JSONField(default=list, blank=True)
    avatar = models.CharField(max_length=120, blank=True, default="")
    age_band = models.CharField(max_length=8, blank=True, default="", choices=AGE_BANDS)
    language = models.CharField(max_length=2, default="fa", choices=LANGUAGES)
    calendar = models.CharField(max_length=10, default="jalali", choices=CALENDARS)
    zone = models.CharField(max_length=40, default="Asia/Tehran")
    theme = models.CharField(max_length=5, default="auto", choices=THEMES)
    team_title = models.CharField(max_length=60, blank=True, default="")
    roles = models.CharField(max_length=120, blank=True, default="")
    topics_count = models.PositiveIntegerField(default=0)
    posts_count = models.PositiveIntegerField(default=0)
    accepted_count = models.PositiveIntegerField(default=0)
    thanks_count = models.PositiveIntegerField(default=0)
    followers_count = models.PositiveIntegerField(default=0)
    following_count = models.PositiveIntegerField(default=0)
    unread_notices_count = models.PositiveIntegerField(default=0)
    trust_level = models.PositiveSmallIntegerField(default=0, db_default=0)
    silenced_until = models.DateTimeField(null=True, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True)
    version = models.PositiveBigIntegerField(default=1)
    joined_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[MemberManager] = MemberManager()
    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(handle__regex=r"^[a-z0-9_]{3,30}$"), name="member_handle_form"),
        ]
        indexes = [
            models.Index(fields=["joined_at", "id"], name="member_by_age"),
            models.Index(fields=["name_order", "id"], name="member_by_name"),
            models.Index(fields=["accepted_count", "id"], name="member_by_help"),
            models.Index(fields=["last_seen_at", "id"], name="member_by_last_seen"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def viewer(self) -> Viewer:
        """Language, calendar and zone that this member reads in."""
        return Viewer(language=self.language, calendar=self.calendar, zone=self.zone)

    @property
    def is_team(self) -> bool:
        """Whether this member speaks for the team: any role but ambassador (`roles` is computed from the grants)."""
        return bool(set(self.roles.split()) - {"ambassador"})

    @property
    def is_ambassador(self) -> bool:
        """Whether this member is an ambassador of the brand."""
        return "ambassador" in self.roles.split()

    @property
    def is_minor(self) -> bool:
        """Whether place, bio and links stay private because this member is younger than MINOR_AGE (16, or 18)."""
        return self.age_band == "under16" or (self.age_band == "16to17" and settings.MINOR_AGE > 16)

    @property
    def url(self) -> str:
        """The address of this member's profile."""
        return f"/@{self.handle}"

    @property
    def avatar_seed(self) -> str:
        """What the girih star of this member is drawn from."""
        return self.handle

    @property
    def avatar_url(self) -> str:
        """The address of this member's picture: the photo they gave, or the girih star of their id."""
        return f"/media/{self.avatar}" if self.avatar else f"/avatars/{self.handle}.svg"

    def set_unusable_password(self) -> None:
        """Make the account one that signs in by code, link, phone or passkey only."""
        self.password = make_password(None)


class RoleGrant(models.Model):
    """A role that someone gave: a row with who and when; it ends by a revocation, never by deletion."""

    ROLES = [
        (role, role)
        for role in ("owner", "admin", "moderator", "community_manager", "agent", "analyst", "finance", "ambassador")
    ]

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=ROLES)
    granted_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="roles_granted")
    granted_at = models.DateTimeField(auto_now_add=True)
    revoked_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="roles_revoked")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "role"], condition=Q(revoked_at__isnull=True), name="role_once_while_held"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.role}"


class StagedMember(models.Model):
    """A member who came with an import and has not claimed the account yet."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="staged")
    source = models.CharField(max_length=40)
    source_key = models.CharField(max_length=120)
    staged_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "source_key"], name="staged_once_per_source")]

    def __str__(self) -> str:
        return f"{self.source}:{self.source_key}"


class MemberFollow(models.Model):
    """One member follows, or mutes, another."""

    LEVELS = [("following", "following"), ("muted", "muted")]

    follower = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="follows")
    followed = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="followed_by")
    level = models.CharField(max_length=10, default="following", choices=LEVELS)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follower", "followed"], name="member_follow_once"),
            models.CheckConstraint(condition=~Q(follower=F("followed")), name="member_follow_not_self"),
        ]
        indexes = [
            models.Index(fields=["followed", "level", "id"], name="member_follow_by_followed"),
            models.Index(fields=["follower", "level", "id"], name="member_follow_by_follower"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} {self.level} {self.followed_id}"


class Brand(models.Model):
    """The one brand of this installation: its names, colours, mark and language."""

    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    tagline = models.CharField(max_length=160, blank=True, default="")
    tagline_en = models.CharField(max_length=160, blank=True, default="")
    colour = models.CharField(max_length=7, blank=True, default="")
    logo = models.CharField(max_length=120, blank=True, default="")
    language = models.CharField(max_length=2, default="fa", choices=Member.LANGUAGES)
    version = models.PositiveBigIntegerField(default=1)
    set_up_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    set_up_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="brand_is_one")]

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """Something a member should know: grouped, so that ten replies to a topic are one line with a count."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    actor = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=200, blank=True, default="")
    url = models.CharField(max_length=300)
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    happened_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "subject_kind", "subject_id"],
                condition=Q(read_at__isnull=True),
                name="notice_grouped_while_unread",
            ),
        ]
        indexes = [models.Index(fields=["member", "happened_at", "id"], name="notice_by_member")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.member_id}"


class NoticeSource(models.Model):
    """Which activities a notice already counted, so that a repeated task counts none twice."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="sources")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    activity_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "activity_id"], name="notice_source_once")]

    def __str__(self) -> str:
        return f"{self.activity_id} for {self.member_id}"


class DataCopy(models.Model):
    """What a member asked to take out: built by a worker into a ZIP that opens once, for its owner, within a day."""

    STATES = [("waiting", "waiting"), ("ready", "ready"), ("taken", "taken"), ("failed", "failed")]

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="data_copies")
    state = models.CharField(max_length=8, default="waiting", choices=STATES)
    token = models.CharField(max_length=40, unique=True)
    percent = models.PositiveSmallIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="data_copy_by_age")]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(state="waiting"), name="data_copy_one_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.state} copy for {self.member_id}"


class Leaving(models.Model):
    """A member who closed the account and has until `erase_at` to come back."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="leaving")
    with_text = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    erase_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.member_id} until {self.erase_at}"


class Erasure(models.Model):
    """That somebody was erased: a number and a pseudonym, nothing that says who; replayed over older backups."""

    member_number = models.BigIntegerField(unique=True)
    pseudonym = models.CharField(max_length=30)
    with_text = models.BooleanField(default=False)
    erased_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.pseudonym


class ErasedSource(models.Model):
    """A key under which an erased person stood in another house, as a keyed hash: no import brings them again."""

    digest = models.CharField(max_length=40, unique=True)
    member_number = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.digest
