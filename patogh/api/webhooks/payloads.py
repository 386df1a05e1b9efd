"""What a message says of an activity: ids, addresses, who, and the beginning of a post. Thin: the API has the rest."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from patogh.activity.models import Activity
from patogh.api.webhooks import limits
from patogh.channels.places import absolute
from patogh.hangout.models import Post, Space, Topic
from patogh.hangout.queries import things
from patogh.ideas.models import Question, Update
from patogh.ideas.queries import access
from patogh.ideas.queries.lists import idea_path
from patogh.people.models import Member
from patogh.shop.models import Code, Order, Product
from patogh.shop.queries.products import PUBLIC

Thing = dict[str, Any]


def body_of(activity: Activity) -> str:
    """Return the JSON of a message: `type`, `timestamp` and `data`, as Standard Webhooks has it."""
    data = {
        "activity_id": str(activity.pk),
        "actor": actor(activity.identity_id),
        "subject": thing(activity.subject_kind, activity.subject_id),
        "target": thing(activity.target_kind, activity.target_id) if activity.target_kind else None,
        "audience": activity.audience,
        "channel": activity.channel,
    }
    return envelope(activity.verb, _moment(activity.happened_at), data)


def envelope(kind: str, timestamp: str, data: dict[str, Any]) -> str:
    """Return a message's JSON, Unicode as written."""
    return json.dumps({"type": kind, "timestamp": timestamp, "data": data}, ensure_ascii=False, separators=(",", ":"))


def actor(identity_id: int | None) -> Thing | None:
    """Return who acted, or None where no member did or the account is closed."""
    found = Member.objects.filter(identity_id=identity_id, is_active=True) if identity_id else Member.objects.none()
    row = found.values("pk", "handle", "name").first()
    return (
        {"id": row["pk"], "handle": row["handle"], "name": row["name"], "url": absolute(f"/@{row['handle']}")}
        if row
        else None
    )


def thing(kind: str, key: str) -> Thing:
    """Return what something is called and where it is; of what is out of sight by now only its kind and id."""
    found: Thing = {"kind": kind, "id": key}
    reader = _READERS.get(kind)
    more = reader(int(key)) if reader and key.isdigit() else None
    return {**found, **more} if more else found


def is_private(activity: Activity) -> bool:
    """Return whether an activity is about something in a private space, whoever may hear of it."""
    if activity.audience.startswith("space:"):
        return True
    pairs = [(activity.subject_kind, activity.subject_id), (activity.target_kind, activity.target_id)]
    return any(_access(kind, int(key)) == "private" for kind, key in pairs if key.isdigit())


def _access(kind: str, key: int) -> str | None:
    """Return the access of the space in which a thing is."""
    if kind == "hangout.post":
        return Post.objects.filter(pk=key).values_list("topic__space__access", flat=True).first()
    if kind == "hangout.topic":
        return Topic.objects.filter(pk=key).values_list("space__access", flat=True).first()
    if kind == "hangout.space":
        return Space.objects.filter(pk=key).values_list("access", flat=True).first()
    return None


def _topic(key: int) -> Thing | None:
    row = Topic.objects.filter(pk=key, trashed_at=None).values("title", "kind", "space__slug").first()
    if row is None:
        return None
    first = Post.objects.filter(topic_id=key, number=1, trashed_at=None).values_list("html", flat=True).first()
    return {
        "url": absolute(f"/t/{key}"), "title": row["title"], "topic_kind": row["kind"], "space": row["space__slug"],
        "excerpt": things.said(first or "", limits.EXCERPT_CHARS_MAX),
    }  # fmt: skip


def _post(key: int) -> Thing | None:
    found = Post.objects.filter(pk=key, trashed_at=None, topic__trashed_at=None)
    row = found.values("number", "topic_id", "topic__title", "html").first()
    if row is None:
        return None
    return {
        "url": absolute(f"/t/{row['topic_id']}/p/{row['number']}"), "topic_id": row["topic_id"], "number": row["number"],
        "title": row["topic__title"], "excerpt": things.said(row["html"], limits.EXCERPT_CHARS_MAX),
    }  # fmt: skip


def _space(key: int) -> Thing | None:
    row = Space.objects.filter(pk=key).values("slug", "name").first()
    return {"url": absolute(f"/s/{row['slug']}"), "name": row["name"], "slug": row["slug"]} if row else None


def _member(key: int) -> Thing | None:
    row = Member.objects.filter(pk=key, is_active=True).values("handle", "name").first()
    return {"url": absolute(f"/@{row['handle']}"), "handle": row["handle"], "name": row["name"]} if row else None


def _idea(key: int) -> Thing | None:
    """Return the public facts of an idea; `supporters` is null while its rules hide the number."""
    row = access.public().filter(pk=key).first() if key < _KEY_MAX else None
    if row is None:
        return None
    return {
        "url": absolute(idea_path(row.pk, row.title)), "title": row.title, "state": row.state, "programme": row.programme.slug,
        "supporters": row.supporters_count if access.shows_count(row) else None, "excerpt": row.lead[: limits.EXCERPT_CHARS_MAX],
    }  # fmt: skip


def _programme(key: int) -> Thing | None:
    row = access.programmes(None).filter(pk=key).first() if key < _KEY_MAX else None
    return {"url": absolute(f"/ideas/programmes/{row.slug}"), "name": row.name, "slug": row.slug} if row else None


def _update(key: int) -> Thing | None:
    row = Update.objects.filter(pk=key, hidden_at=None).first() if key < _KEY_MAX else None
    idea = _idea(row.idea_id) if row else None
    if row is None or idea is None:
        return None
    said = things.said(row.html, limits.EXCERPT_CHARS_MAX)
    return {"url": f"{idea['url']}#update-{row.pk}", "idea_id": row.idea_id, "title": idea["title"], "excerpt": said}


def _question(key: int) -> Thing | None:
    row = Question.objects.filter(pk=key).first() if key < _KEY_MAX else None
    idea = _idea(row.idea_id) if row else None
    if row is None or idea is None:
        return None
    said = {"question": row.text[: limits.EXCERPT_CHARS_MAX], "excerpt": row.answer[: limits.EXCERPT_CHARS_MAX]}
    return {"url": absolute(f"/ideas/{row.idea_id}/questions"), "idea_id": row.idea_id, "title": idea["title"], **said}


def _product(key: int) -> Thing | None:
    row = Product.objects.filter(pk=key).filter(PUBLIC).first() if key < _KEY_MAX else None
    return (
        {"url": absolute(f"/products/{row.slug}"), "name": row.name, "sku": row.sku, "state": row.state}
        if row
        else None
    )


def _code(key: int) -> Thing | None:
    row = Code.objects.filter(pk=key).first() if key < _KEY_MAX else None
    if row is None:
        return None
    ends_at = _moment(row.ends_at) if row.ends_at else None
    return {"code": row.code, "uses": row.uses_count, "uses_max": row.uses_max, "ends_at": ends_at}


def _order(key: int) -> Thing | None:
    """Return an order without its buyer."""
    row = Order.objects.filter(pk=key).first() if key < _KEY_MAX else None
    return (
        {"source": row.source, "number": row.number, "state": row.state, "net_minor": row.net_minor, "unit": row.unit}
        if row
        else None
    )


def _moment(at: dt.datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


_KEY_MAX = 2**63
_READERS = {
    "hangout.topic": _topic, "hangout.post": _post, "hangout.space": _space, "people.member": _member, "ideas.idea": _idea,
    "ideas.programme": _programme, "ideas.update": _update, "ideas.question": _question, "shop.product": _product,
    "shop.code": _code, "shop.order": _order,
}  # fmt: skip
