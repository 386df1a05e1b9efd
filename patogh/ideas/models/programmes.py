"""Programmes, the versions of their rules, their categories, and how the last threshold was set."""

from django.conf import settings
from django.db import models

MEMBER = settings.AUTH_USER_MODEL


class Programme(models.Model):
    """A call for ideas with rules of its own; `rules` is the version that new ideas are bound to."""

    STATES = [(name, name) for name in ("preparing", "open", "paused", "closed")]

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True, default="")
    about = models.CharField(max_length=600, blank=True, default="")
    about_en = models.CharField(max_length=600, blank=True, default="")
    state = models.CharField(max_length=9, default="preparing", choices=STATES)
    position = models.PositiveIntegerField(default=100)
    rules = models.ForeignKey("ideas.RuleVersion", null=True, on_delete=models.PROTECT, related_name="+")
    # What a new idea's last station is now: the rules' own, or more where the board could not answer so many (ThresholdTurn).
    last_threshold = models.PositiveIntegerField(default=10_000)
    ideas_count = models.PositiveIntegerField(default=0)
    gathering_count = models.PositiveIntegerField(default=0)
    reviewed_count = models.PositiveIntegerField(default=0)
    made_count = models.PositiveIntegerField(default=0)
    version = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class RuleVersion(models.Model):
    """The rules of a programme as they stood from `made_at` on: never changed (trigger), and each idea is bound to one."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    terms = models.JSONField()
    note = models.CharField(max_length=300, blank=True, default="")
    note_en = models.CharField(max_length=300, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="ideas_rules_once")]

    def __str__(self) -> str:
        return f"{self.programme_id} v{self.number}"


class Category(models.Model):
    """A shelf of a programme."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="categories")
    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True, default="")
    position = models.PositiveIntegerField(default=100)
    is_offered = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "categories"
        constraints = [models.UniqueConstraint(fields=["programme", "slug"], name="ideas_category_once")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class ThresholdTurn(models.Model):
    """One turn of the last station: what it became and the figures that it was computed from."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="turns")
    threshold = models.PositiveIntegerField()
    before = models.PositiveIntegerField()
    qualified = models.PositiveIntegerField()
    capacity = models.PositiveIntegerField()
    since = models.DateTimeField()
    turned_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["programme", "-turned_at"], name="ideas_turn_by_age")]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.before} -> {self.threshold}"
