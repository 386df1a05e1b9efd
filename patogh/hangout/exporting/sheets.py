"""The sheets of the neutral folder: one for each table, its columns drawn from the model, in the order in which they are read.

A sheet with `keyed` names each row by `id`, and other sheets point at it by that. Stored counters, rendered HTML and
other copies are left out: they are made anew where the folder is read.
"""

# ruff: noqa: SLF001 - Django's documented _meta and _default_manager

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.db import models

from patogh.kit.hooks import plugins

VERSION: Final = 1
KIND_CHARS_MAX: Final = 12
_KINDS: Final = (
    (models.ForeignKey, "ref"),
    (models.BooleanField, "flag"),
    (models.DateTimeField, "time"),
    (models.DateField, "day"),
    (models.JSONField, "json"),
    (models.UUIDField, "text"),
    (models.IntegerField, "number"),
    (models.FloatField, "real"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `kind` is text, number, real, flag, time, day, json or ref; `to` is the sheet that a ref points at."""

    name: str
    kind: str
    to: str = ""
    required: bool = False
    chars_max: int = 0
    choices: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sheet:
    """One file of the folder.

    `same_by` names a column by which a row may be there already (a tag's key), `points` pairs of columns that name a
    thing by its kind and number, `named` JSON columns whose keys are numbers of another sheet, `numbers` plain columns
    that hold one, `within` a word of a JSON column that holds one. `forward` names columns that point at later rows.

    `only` narrows what goes out. `stays` keeps rows of somebody who was erased here, under the pseudonym. `ready` completes a row
    that comes in, and says why it cannot ("" if it can); `load` writes rows that no plain insert can; `stored` names the
    file of a row, and `take` takes one over from the folder (or says why not).
    """

    name: str
    label: str
    skip: tuple[str, ...] = ()
    keyed: bool = False
    same_by: str = ""
    required: tuple[str, ...] = ()
    points: tuple[tuple[str, str], ...] = ()
    named: tuple[tuple[str, str], ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    within: tuple[tuple[str, str, str], ...] = ()
    forward: tuple[str, ...] = ()
    only: Mapping[str, Any] = field(default_factory=dict)
    stays: bool = False
    ready: Callable[[dict[str, Any]], str] | None = None
    load: Callable[[list[str], list[tuple[Any, ...]]], int] | None = None
    stored: Callable[[dict[str, Any]], str] | None = None
    take: Callable[[Path | None, dict[str, Any]], str] | None = None

    @property
    def model(self) -> type[models.Model]:
        """The model behind the sheet."""
        return apps.get_model(self.label)

    @property
    def kind(self) -> str:
        """How marks of an import name this sheet."""
        return _SINGULAR.get(self.name, self.name)[:KIND_CHARS_MAX]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns, `id` first."""
        key = (Column("id", "text", required=True, chars_max=120),) if self.keyed else ()
        fields = [field for field in self.model._meta.concrete_fields if not field.primary_key or field.related_model]
        return key + tuple(
            column_of(field, is_required=field.name in self.required)
            for field in fields
            if field.name not in self.skip and self._is_carried(field)
        )

    def _is_carried(self, field: Any) -> bool:
        """Whether a column can be read elsewhere: references to tables that have no sheet cannot."""
        return not isinstance(field, models.ForeignKey) or field.related_model._meta.label in _labels()


def column_of(field: Any, *, is_required: bool) -> Column:
    """Return the column of a model field."""
    kind = next((kind for of, kind in _KINDS if isinstance(field, of)), "text")
    to = _labels()[field.related_model._meta.label] if kind == "ref" else ""
    choices = frozenset(str(value) for value, _ in (field.choices or ()))
    return Column(field.name, kind, to, is_required, getattr(field, "max_length", None) or 0, choices)


MEMBERS: Final = "members"
ACTIVITIES: Final = "activities"
_SINGULAR: Final = {"members": "member", "spaces": "space", "tags": "tag", "topics": "topic", "posts": "post"}
_COUNTERS: Final = ("version", "topics_count", "posts_count", "followers_count")
_TOPIC_COPIES: Final = (
    "version", "followers_count", "replies_count", "reactions_count", "tag_names", "excerpt", "picture", "last_poster", "accepted_post_id",
    "merged_into",
)  # fmt: skip
_OWN: Final = (
    Sheet("member_follows", "people.MemberFollow", required=("follower", "followed")),
    Sheet("roles", "people.RoleGrant", keyed=True, required=("member", "role")),
    Sheet("spaces", "hangout.Space", (*_COUNTERS, "active_at"), keyed=True, same_by="slug", required=("name",)),
    Sheet("space_members", "hangout.SpaceMember", required=("space", "member")),
    Sheet("tags", "hangout.Tag", ("topics_count",), keyed=True, same_by="key", required=("name",)),
    Sheet("topics", "hangout.Topic", _TOPIC_COPIES, keyed=True, required=("title", "author", "created_at")),
    Sheet(
        "posts", "hangout.Post", ("version", "html", "reactions", "reactions_count", "revisions_count"), keyed=True,
        required=("topic", "author", "text", "created_at"),
    ),
    Sheet("revisions", "hangout.Revision", required=("post", "number", "text")),
    Sheet("reactions", "hangout.Reaction", required=("post", "member", "kind")),
    Sheet("pictures", "hangout.Picture", keyed=True, same_by="token", required=("token", "owner")),
    Sheet("link_previews", "hangout.LinkPreview", keyed=True, same_by="url_sha256", required=("url", "url_sha256")),
    Sheet("post_links", "hangout.PostLink", required=("post", "preview")),
    Sheet("polls", "hangout.Poll", ("voters_count",), keyed=True, required=("topic", "question")),
    Sheet("poll_options", "hangout.PollOption", ("votes_count",), keyed=True, required=("poll", "position", "text")),
    Sheet("poll_votes", "hangout.PollVote", required=("poll", "option", "member")),
    Sheet(
        "poll_records", "hangout.PollRecord", ("is_sealed", "phase", "starts_at"), required=("poll", "ref", "created_at"),
        only={"is_sealed": True},  # a simple poll goes on as one without a book
    ),
    Sheet("follows", "hangout.Follow", required=("member",)),
    Sheet("bookmarks", "hangout.Bookmark", required=("member", "post")),
    Sheet("read_markers", "hangout.ReadMarker", required=("member", "topic")),
    Sheet("pins", "hangout.Pin", keyed=True, required=("topic",)),
    Sheet("closures", "hangout.Closure", keyed=True, required=("topic",)),
    Sheet("topic_trashes", "hangout.TopicTrash", keyed=True, required=("topic",)),
    Sheet("post_trashes", "hangout.PostTrash", keyed=True, required=("post",)),
    Sheet("accepted_answers", "hangout.AcceptedAnswer", keyed=True, required=("topic", "post")),
    Sheet("topic_moves", "hangout.TopicMove", keyed=True, required=("topic", "from_space", "to_space")),
    Sheet(
        "topic_merges", "hangout.TopicMerge", keyed=True, required=("source", "target"), named=(("numbers", "posts"),)
    ),
    Sheet("promises", "hangout.Promise", keyed=True, required=("topic", "due_on")),
)  # fmt: skip
_LATER: Final = (
    Sheet("post_hides", "hangout.PostHide", keyed=True, required=("post",)),
    Sheet("redirects", "hangout.OldAddress", required=("path",), points=(("kind", "thing_id"),)),
)
_ABOUT: Final = (("subject_kind", "subject_id"),)
_IN_SPACE: Final = (("space_id", "spaces"),)
_TRUST: Final = (
    Sheet("trust_records", "trust.Record", required=("member",)),
    Sheet("trust_days", "trust.MemberDay", required=("member", "day")),
    Sheet("trust_replied", "trust.RepliedTopic", required=("member", "topic_id"), numbers=(("topic_id", "topics"),)),
    Sheet("listed_words", "trust.ListedWord", keyed=True, required=("word", "key")),
    Sheet("blocks", "trust.Block", required=("member", "blocked")),
    Sheet(
        "held", "trust.Held", keyed=True, required=("kind", "author"), numbers=_IN_SPACE,
        points=(("place_kind", "place_id"), ("published_kind", "published_id")), within=(("payload", "post", "posts"),),
    ),
    Sheet("review_items", "trust.ReviewItem", keyed=True, points=_ABOUT, numbers=_IN_SPACE),
    Sheet("flags", "trust.Flag", keyed=True, required=("item", "reason"), points=_ABOUT),
    Sheet("decisions", "trust.Decision", keyed=True, required=("what",), points=_ABOUT, numbers=_IN_SPACE),
    Sheet("sanctions", "trust.Sanction", keyed=True, required=("decision", "member", "kind")),
    Sheet("appeals", "trust.Appeal", keyed=True, required=("decision", "by", "words")),
    Sheet("second_opinions", "trust.SecondOpinion", keyed=True, required=("item", "decision")),
)  # fmt: skip
_EXTRA_TOPIC_COLUMNS: Final = (
    Column("tags", "json"),
    Column("accepted", "ref", "posts"),
    Column("merged_into", "ref", "topics"),
)
MEMBER_COLUMNS: Final = (
    Column("id", "text", required=True, chars_max=120),
    Column("handle", "text", chars_max=30),
    Column("name", "text", required=True, chars_max=60),
    Column("joined_at", "time"),
    Column("is_active", "flag"),
    Column("is_staged", "flag"),
    Column("bio", "text", chars_max=400),
    Column("place", "text", chars_max=60),
    Column("links", "json"),
    Column("avatar", "text", chars_max=120),
    Column("team_title", "text", chars_max=60),
    Column("language", "text", choices=frozenset({"fa", "en"})),
    Column("calendar", "text", choices=frozenset({"jalali", "gregorian"})),
    Column("zone", "text", chars_max=40),
    Column("trust_level", "number"),
    Column("silenced_until", "time"),
    Column("suspended_until", "time"),
    Column("last_seen_at", "time"),
)
CONTACT_COLUMNS: Final = (
    Column("email", "text", chars_max=254),
    Column("phone", "text", chars_max=20),
    Column("age_band", "text", choices=frozenset({"", "under16", "16to17", "adult"})),
)
ACTIVITY_COLUMNS: Final = (
    Column("id", "text", required=True, chars_max=36),
    Column("verb", "text", required=True, chars_max=64),
    Column("by", "ref", MEMBERS),
    Column("subject_kind", "text", chars_max=40),
    Column("subject", "text", chars_max=120),
    Column("target_kind", "text", chars_max=40),
    Column("target", "text", chars_max=120),
    Column("audience", "text", chars_max=40),
    Column("channel", "text", chars_max=24),
    Column("happened_at", "time", required=True),
    Column("recorded_at", "time"),
    Column("value", "number"),
    Column("currency", "text", chars_max=8),
    Column("data", "json"),
    Column("source", "text", chars_max=40),
    Column("key", "text", chars_max=255),
)


def plain() -> list[Sheet]:
    """Return the sheets of tables, in the order in which they are written and read: what others tell of comes before them."""
    hooked = [Sheet(**sheet) for sheets in plugins.hook.export_sheets() for sheet in sheets]
    return [*_OWN, *hooked, *(sheet for sheet in (*_LATER, *_TRUST) if _is_installed(sheet.label))]


def columns_of(name: str, *, contacts: bool = True) -> tuple[Column, ...]:
    """Return the columns of any sheet of the folder; raises LookupError for a name that is none."""
    if name == MEMBERS:
        return MEMBER_COLUMNS + (CONTACT_COLUMNS if contacts else ())
    if name == ACTIVITIES:
        return ACTIVITY_COLUMNS
    sheet = next((sheet for sheet in plain() if sheet.name == name), None)
    if sheet is None:
        raise LookupError(name)
    return sheet.columns + (_EXTRA_TOPIC_COLUMNS if name == "topics" else ())


def names() -> list[str]:
    """Return the names of all sheets, in order."""
    return [MEMBERS, *(sheet.name for sheet in plain()), ACTIVITIES]


@cache
def _labels() -> dict[str, str]:
    """Return which sheet each model that rows may point at has."""
    return {"people.Member": MEMBERS} | {sheet.model._meta.label: sheet.name for sheet in plain() if sheet.keyed}


def _is_installed(label: str) -> bool:
    try:
        apps.get_model(label)
    except LookupError:
        return False
    return True
