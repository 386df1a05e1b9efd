"""An idea, who makes it, what it shows, and every move that it made."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.ideas.machine import DRAFT, GATHERING, PRIVATE, STATES
from patogh.ideas.models.programmes import Category, Programme, RuleVersion

MEMBER = settings.AUTH_USER_MODEL
# The moves that odds and the adaptive last station count.
DECISIVE = ["approve", "decline", "qualify", "release"]
# What indexes of public ideas hold; what everybody may see was published besides: one withdrawn before that stays its makers'.
PUBLIC = ~Q(state__in=sorted(PRIVATE)) & Q(hidden_at__isnull=True)
IN_SIGHT = PUBLIC & Q(published_at__isnull=False)


class Idea(models.Model):
    """What somebody proposes. The `*_count` and `*_at` columns are copies kept by the actions.

    `milestone` counts the stations passed; `next_threshold` is the next one's number and `window_ends_at` when its time is up (both
    only while it gathers). `thresholds` are this idea's stations, fixed when it was published, the adaptive last one included.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="ideas")
    rules = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="ideas", db_index=False)
    category = models.ForeignKey(Category, null=True, on_delete=models.SET_NULL, related_name="ideas", db_index=False)
    author = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="ideas", db_index=False)
    title = models.CharField(max_length=120)
    lead = models.CharField(max_length=300, blank=True, default="")
    problem = models.TextField(blank=True, default="")
    proposal = models.TextField(blank=True, default="")
    problem_html = models.TextField(blank=True, default="")
    proposal_html = models.TextField(blank=True, default="")
    facts = models.JSONField(default=list)
    language = models.CharField(max_length=2, default="fa")
    picture = models.CharField(max_length=120, blank=True, default="")
    state = models.CharField(max_length=14, default=DRAFT, choices=[(name, name) for name in STATES])
    state_since = models.DateTimeField()
    thresholds = models.JSONField(default=list)
    milestone = models.PositiveSmallIntegerField(default=0)
    next_threshold = models.PositiveIntegerField(null=True)
    # Supporters that are still missing to the next station; NULL when none is ahead. A list of what is near a station reads it.
    missing = models.PositiveIntegerField(null=True)
    window_ends_at = models.DateTimeField(null=True)
    supporters_count = models.PositiveIntegerField(default=0)
    followers_count = models.PositiveIntegerField(default=0)
    comments_count = models.PositiveIntegerField(default=0)
    feedback_count = models.PositiveIntegerField(default=0)
    moves_count = models.PositiveIntegerField(default=0)
    # How fast it gathers: a decaying sum of supports (half-life one week), comparable between ideas at any moment.
    pace = models.FloatField(default=0)
    topic_id = models.BigIntegerField(null=True)
    batch = models.ForeignKey("ideas.Batch", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged_from", db_index=False
    )
    again_of = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="tried_again", db_index=False
    )
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    version = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=GATHERING) | Q(window_ends_at__isnull=True, missing__isnull=True),
                name="ideas_window_while_gathering",
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="ideas_known_state"),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="idea_by_age", condition=PUBLIC),
            models.Index(fields=["-pace", "-id"], name="idea_by_pace", condition=Q(state=GATHERING, hidden_at__isnull=True)),
            models.Index(fields=["missing", "id"], name="idea_by_missing", condition=Q(state=GATHERING, hidden_at__isnull=True)),
            models.Index(fields=["programme", "missing", "id"], name="idea_by_programme_missing", condition=Q(state=GATHERING, hidden_at__isnull=True)),
            models.Index(fields=["programme", "-pace", "-id"], name="idea_by_programme_pace", condition=Q(state=GATHERING, hidden_at__isnull=True)),
            models.Index(fields=["window_ends_at", "id"], name="idea_by_window", condition=Q(window_ends_at__isnull=False)),
            models.Index(fields=["state", "-state_since", "-id"], name="idea_by_state"),
            models.Index(fields=["programme", "state", "-state_since", "-id"], name="idea_by_programme_state"),
            models.Index(fields=["category", "-published_at", "-id"], name="idea_by_category", condition=PUBLIC),
            models.Index(fields=["author", "-created_at", "-id"], name="idea_by_author"),
            models.Index(fields=["batch"], name="idea_in_batch", condition=Q(batch__isnull=False)),
            models.Index(fields=["merged_into"], name="idea_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["topic_id"], name="idea_of_topic", condition=Q(topic_id__isnull=False)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_in_sight(self) -> bool:
        """Whether everybody may see it, its programme apart: it was published once, and is not hidden."""
        return self.published_at is not None and self.hidden_at is None


class Creator(models.Model):
    """Who makes an idea, and which part of the makers' share is theirs; the accepted parts of an idea sum to 10,000."""

    STATES = [(name, name) for name in ("invited", "agreed", "declined", "left")]

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="creators")
    member = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="idea_parts")
    share_bps = models.PositiveIntegerField()
    # What an invitation or a change of shares proposes, until everybody concerned agreed.
    proposed_bps = models.PositiveIntegerField(null=True)
    # Whether this maker has said yes to what is proposed; once everybody concerned has, it is their share.
    has_agreed = models.BooleanField(default=False, db_default=False)
    role = models.CharField(max_length=80, blank=True, default="")
    state = models.CharField(max_length=8, choices=STATES)
    position = models.PositiveSmallIntegerField(default=0)
    invited_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["idea", "member"], name="ideas_creator_once"),
            models.CheckConstraint(condition=Q(share_bps__lte=10_000), name="ideas_share_within_whole"),
        ]
        indexes = [models.Index(fields=["member", "state"], name="ideas_creator_by_member")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.idea_id}"


class Material(models.Model):
    """A picture, a sketch or a model file; pictures are re-encoded without metadata, model files kept as they came."""

    KINDS = [(name, name) for name in ("picture", "sketch", "model")]

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="materials")
    kind = models.CharField(max_length=7, choices=KINDS)
    token = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120, blank=True, default="")
    alt = models.CharField(max_length=300, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.token


class Move(models.Model):
    """One step of the machine, append-only: who, when, the public reason in both languages, and a note for the team alone.

    `move` is a step of `machine.STEPS`, or "station" when a milestone was passed (then both states are "gathering").
    """

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="moves", db_index=False)
    number = models.PositiveIntegerField()
    move = models.CharField(max_length=12)
    source = models.CharField(max_length=14)
    target = models.CharField(max_length=14)
    by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    as_team = models.BooleanField(default=False)
    rule = models.CharField(max_length=40, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    reason_en = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")
    milestone = models.PositiveIntegerField(null=True)
    supporters = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "number"], name="ideas_move_once")]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="ideas_move_by_age"),
            models.Index(fields=["move", "made_at"], name="ideas_move_decisive", condition=Q(move__in=DECISIVE)),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.source} -> {self.target}"


class Revision(models.Model):
    """What an idea said before an edit."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    said = models.JSONField()
    # How many stood behind the idea when it changed, and whether what it says became another thing by it.
    supporters = models.PositiveIntegerField(default=0, db_default=0)
    is_big = models.BooleanField(default=False, db_default=False)
    edited_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "number"], name="ideas_revision_once")]

    def __str__(self) -> str:
        return f"{self.idea_id} r{self.number}"
