"""Posts and all that hangs on one: revisions, reactions, pictures, link previews, polls, and where an import came from."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.hangout.models.places import Space, Topic

MEMBER = settings.AUTH_USER_MODEL
REACTIONS = ("thanks", "worked", "useful", "bravo", "same", "laughed", "welcome")


class Post(models.Model):
    """One contribution to a topic: the Markdown as written and its HTML beside it, rendered once."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="posts")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="posts")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField()
    html = models.TextField()
    is_followup = models.BooleanField(default=False)
    reactions = models.JSONField(default=dict)
    reactions_count = models.PositiveIntegerField(default=0)
    revisions_count = models.PositiveIntegerField(default=0)
    score = models.IntegerField(default=0)
    version = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    trashed_at = models.DateTimeField(null=True)
    # Set together with `trashed_at` (the topic's, for an opening post): whoever leaves out what is out of sight leaves this out.
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "number"], name="post_number_once")]
        indexes = [
            models.Index(fields=["author", "-created_at", "-id"], name="post_by_author"),
            models.Index(fields=["-created_at", "-id"], name="post_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id}/{self.number}"


class Revision(models.Model):
    """What a post said before an edit."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    title = models.CharField(max_length=200, blank=True, default="")
    edited_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    edited_at = models.DateTimeField()
    why = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="revision_once")]

    def __str__(self) -> str:
        return f"{self.post_id} r{self.number}"


class Reaction(models.Model):
    """One word from one member on one post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reaction_rows")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="reactions")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in REACTIONS])
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "post", "kind"], name="reaction_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind} {self.post_id}"


class Picture(models.Model):
    """A re-encoded picture without metadata; `space` is set once its post is sent, and decides who may see it."""

    token = models.CharField(max_length=40, unique=True)
    owner = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="pictures")
    space = models.ForeignKey(Space, null=True, on_delete=models.SET_NULL, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="pictures")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveIntegerField()
    alt = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.token


class LinkPreview(models.Model):
    """The text card of an outside page; text only, never foreign HTML or pictures."""

    STATES = [("waiting", "waiting"), ("ready", "ready"), ("failed", "failed")]

    url = models.CharField(max_length=2000)
    url_sha256 = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=8, default="waiting", choices=STATES)
    title = models.CharField(max_length=200, blank=True, default="")
    about = models.CharField(max_length=400, blank=True, default="")
    site = models.CharField(max_length=100, blank=True, default="")
    fetched_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.url


class PostLink(models.Model):
    """A link that stands alone in a post and gets a card."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="links")
    preview = models.ForeignKey(LinkPreview, on_delete=models.CASCADE, related_name="posts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "preview"], name="post_link_once")]

    def __str__(self) -> str:
        return f"{self.post_id} -> {self.preview_id}"


class Poll(models.Model):
    """A question with options that a topic carries."""

    topic = models.OneToOneField(Topic, on_delete=models.CASCADE, related_name="poll")
    question = models.CharField(max_length=200)
    is_multiple = models.BooleanField(default=False)
    closes_at = models.DateTimeField(null=True)
    voters_count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.question


class PollOption(models.Model):
    """One choice."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveIntegerField()
    text = models.CharField(max_length=120)
    votes_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "position"], name="poll_option_once")]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.text


class PollVote(models.Model):
    """One member's choice; where only one is allowed the database holds it."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes")
    option = models.ForeignKey(PollOption, on_delete=models.CASCADE, related_name="votes")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    is_only = models.BooleanField(default=True)
    voted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["option", "member"], name="poll_vote_once"),
            models.UniqueConstraint(fields=["poll", "member"], condition=Q(is_only=True), name="poll_vote_only_one"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.option_id}"


class OldAddress(models.Model):
    """Where something stood in the house it came from, path and query in their usual form; answered by a redirect."""

    KINDS = [(kind, kind) for kind in ("topic", "post", "member", "space", "tag")]

    path = models.CharField(max_length=300, unique=True)
    kind = models.CharField(max_length=6, choices=KINDS)
    thing_id = models.BigIntegerField()
    source = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.path} -> {self.kind} {self.thing_id}"


class ImportedThing(models.Model):
    """What an import made of which row, so that running it again changes nothing and old addresses can be answered."""

    source = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    thing_id = models.BigIntegerField()
    digest = models.CharField(max_length=64, blank=True, default="")
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "kind", "key"], name="imported_once")]

    def __str__(self) -> str:
        return f"{self.source}:{self.key}"
