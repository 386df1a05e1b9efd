"""The road of a neutral folder: copied step by step, or told from the rows where the folder brings none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.utils import timezone

from patogh.activity import upkeep
from patogh.activity.models import Activity
from patogh.hangout.importing.actions.neutral import _put
from patogh.hangout.models import ImportedThing, Post
from patogh.kit import ids
from patogh.people.models import Member

STEP: Final = 500
_FIELDS: Final = (
    "pk", "verb", "identity_id", "subject_kind", "subject_id", "target_kind", "target_id", "audience", "channel", "happened_at",
    "recorded_at", "value", "currency", "data", "source", "key",
)  # fmt: skip


@upkeep
def copy(steps: list[dict[str, Any]]) -> int:
    """Append steps as they were, each once; neither watchers nor tasks follow. Return how many came."""
    members = [step["member"] for step in steps if step["member"]]
    doers = dict(Member.objects.filter(pk__in=members).values_list("pk", "identity_id"))
    rows = []
    for step in steps:
        named = {
            **step,
            "pk": step["id"],
            "identity_id": doers.get(step["member"]),
            "channel": step["channel"] or "import",
        }
        if named["value"] is None or not named["currency"]:
            named |= {"value": None, "currency": ""}
        named |= {"data": step["data"] if isinstance(step["data"], dict) else {}, "key": step["key"] or None}
        rows.append(
            tuple(
                named[name] if named[name] is not None or name in {"value", "key", "identity_id"} else ""
                for name in _FIELDS
            )
        )
    return len(_put(Activity, _FIELDS, rows))


def retell(source: str, say: Callable[[str, int, int], None]) -> int:
    """Append a step for each member, topic, reply and accepted answer that came from `source`; return how many."""
    came = 0
    for batch in _told(source):
        came += copy(batch)
        say("Telling", came, came)
    return came


def _told(source: str) -> Iterator[list[dict[str, Any]]]:
    """Yield the steps that the rows tell of."""
    for some in _ids(source, "member"):
        members = Member.objects.filter(pk__in=some)
        things = [
            ("people.member_staged", one.pk, one.joined_at, ("people.member", one.pk, "", ""), "staff")
            for one in members
        ]
        yield [_step(source, thing) for thing in things]
    for some in _ids(source, "post"):
        yield [
            _step(source, told)
            for post in Post.objects.select_related("topic__space").filter(pk__in=some)
            for told in _of_post(post)
        ]


def _of_post(post: Post) -> Iterator[tuple[str, int, Any, tuple[str, int, str, Any], str]]:
    """Yield what a post tells: that it was written, and that it was accepted."""
    topic = post.topic
    audience = topic.space.audience
    if post.number == 1:
        things = ("hangout.topic", topic.pk, "hangout.space", topic.space_id)
        yield "hangout.topic_opened", post.author_id, post.created_at, things, audience
    else:
        yield (
            "hangout.reply_posted",
            post.author_id,
            post.created_at,
            ("hangout.post", post.pk, "hangout.topic", topic.pk),
            audience,
        )
    if topic.accepted_post_id == post.pk:
        things = ("hangout.post", post.pk, "hangout.topic", topic.pk)
        yield "hangout.answer_accepted", topic.author_id, post.created_at, things, audience


def _step(source: str, told: tuple[str, int, Any, tuple[str, int, str, Any], str]) -> dict[str, Any]:
    """Return one step, whose id follows from what it says."""
    verb, by, at, things, audience = told
    key = f"{verb}:{things[1]}"
    digest = hashlib.sha256(f"{source} {key}".encode()).digest()
    return {
        "id": ids.uuid7_at(at, counter=int.from_bytes(digest[:2], "big"), noise=int.from_bytes(digest[2:10], "big")),
        "verb": verb, "member": by, "subject_kind": things[0], "subject_id": str(things[1]),
        "target_kind": things[2], "target_id": str(things[3]), "audience": audience, "channel": "import", "happened_at": at,
        "recorded_at": timezone.now(), "value": None, "currency": "", "data": {}, "source": source, "key": key,
    }  # fmt: skip


def _ids(source: str, kind: str) -> Iterator[list[int]]:
    """Yield the numbers here of what came as one kind."""
    last = 0
    marks = ImportedThing.objects.filter(source=source, kind=kind).order_by("thing_id")
    while some := list(marks.filter(thing_id__gt=last).values_list("thing_id", flat=True)[:STEP]):
        last = some[-1]
        yield some
