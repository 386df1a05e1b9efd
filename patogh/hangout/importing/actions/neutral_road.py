"""The road of a neutral folder: copied step by step, or told from the rows where the folder brings none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.utils import timezone

from patogh.activity import upkeep
from patogh.activity.models import Activity
from patogh.hangout.importing.actions.neutral import _put
from patogh.hangout.models import ImportedThing, Post, Topic
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
    return len(_put(Activity, _FIELDS, [_row(step, doers.get(step["member"])) for step in steps]))


def _row(step: dict[str, Any], identity_id: int | None) -> tuple[Any, ...]:
    """Return the values of _FIELDS."""
    is_money = step["value"] is not None and bool(step["currency"])
    return (
        step["id"], step["verb"] or "", identity_id, step["subject_kind"] or "", step["subject_id"] or "", step["target_kind"] or "",
        step["target_id"] or "", step["audience"] or "", step["channel"] or "import", step["happened_at"], step["recorded_at"],
        step["value"] if is_money else None, step["currency"] if is_money else "",
        step["data"] if isinstance(step["data"], dict) else {}, step["source"] or "", step["key"] or None,
    )  # fmt: skip


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
        facts = ("pk", "number", "author_id", "created_at", "topic_id")
        posts = list(Post.objects.filter(pk__in=some).values_list(*facts))
        topics = Topic.objects.select_related("space").in_bulk({topic_id for *_rest, topic_id in posts})
        yield [_step(source, told) for *post, topic_id in posts for told in _of_post(tuple(post), topics[topic_id])]


def _of_post(post: tuple[Any, ...], topic: Topic) -> Iterator[tuple[str, int, Any, tuple[str, int, str, Any], str]]:
    """Yield what a post tells: that it was written, and that it was accepted."""
    (pk, number, author_id, at), audience = post, topic.space.audience
    answer = ("hangout.post", pk, "hangout.topic", topic.pk)
    if number == 1:
        things = ("hangout.topic", topic.pk, "hangout.space", topic.space_id)
        yield "hangout.topic_opened", author_id, at, things, audience
    else:
        yield "hangout.reply_posted", author_id, at, answer, audience
    if topic.accepted_post_id == pk:
        yield "hangout.answer_accepted", topic.author_id, at, answer, audience


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
