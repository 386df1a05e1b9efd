"""Spaces and tags."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query

from patogh.api import queries
from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.lists import page
from patogh.api.v1.shapes.common import Handle, PageAsk, Person, Rows, Slug, TagName
from patogh.api.v1.shapes.talk import Following, Space, SpaceFacts, Tag
from patogh.hangout import actions
from patogh.hangout.models import Follow, SpaceMember
from patogh.hangout.models import Space as SpaceRow
from patogh.hangout.models import Tag as TagRow
from patogh.hangout.queries import access
from patogh.kit.pages import Order, Page, paged
from patogh.people.models import Member

doors = Doors("spaces")
tags = Doors("tags")


@doors.get("/spaces", Rows[Space], "read:topics")
def list_spaces(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List the spaces that one may enter, in their order."""
    found = access.spaces_visible_to(request.member)
    rows: Page[SpaceRow] = paged(found, Order("position", descending=False), size=ask.limit, after=ask.after or None)
    levels = dict(Follow.objects.filter(member=request.member, space__in=list(rows)).values_list("space_id", "level"))
    return page(request, response, [_space(request, row, levels.get(row.pk, "")) for row in rows], rows.next)


@doors.post("/spaces", Space, "admin")
def open_space(request: Ask, body: SpaceFacts) -> Any:
    """Open a space; for those who manage spaces."""
    return _space(request, actions.open_space(actions.SpaceFacts(**body.model_dump()), by=request.member), "")


@doors.get("/spaces/{slug}", Space, "read:topics")
def read_space(request: Ask, slug: Slug) -> Any:
    """Read one space."""
    return _whole(request, access.one(access.spaces_visible_to(request.member), slug=slug))


@doors.put("/spaces/{slug}/facts", Space, "admin")
def change_space(request: Ask, slug: Slug, body: SpaceFacts) -> Any:
    """Change a space, all of its facts at once; for those who manage spaces."""
    space = access.one(access.spaces_managed_by(request.member), slug=slug)
    return _whole(request, actions.edit_space(space, actions.SpaceFacts(**body.model_dump()), by=request.member))


@doors.put("/spaces/{slug}/follow", Space, "write:topics")
def follow_space(request: Ask, slug: Slug, body: Following) -> Any:
    """Follow a space, or mute it."""
    space = access.one(access.spaces_visible_to(request.member), slug=slug)
    actions.follow(space, by=request.member, level=body.level)
    return _whole(request, space)


@doors.end("/spaces/{slug}/follow", None, "write:topics")
def unfollow_space(request: Ask, slug: Slug) -> Any:
    """Neither follow nor mute a space."""
    actions.unfollow(access.one(access.spaces_visible_to(request.member), slug=slug), by=request.member)


@doors.get("/spaces/{slug}/members", Rows[Person], "admin")
def list_space_members(request: Ask, response: HttpResponse, slug: Slug, ask: Query[PageAsk]) -> Any:
    """List who was let into a private space; for those who manage spaces."""
    space = access.one(access.spaces_managed_by(request.member), slug=slug, access="private")
    found = SpaceMember.objects.filter(space=space).select_related("member")
    rows: Page[SpaceMember] = paged(found, Order("id", descending=False), size=ask.limit, after=ask.after or None)
    return page(request, response, [queries.person(row.member) for row in rows], rows.next)


@doors.put("/spaces/{slug}/members/{handle}", None, "admin")
def let_into_space(request: Ask, slug: Slug, handle: Handle) -> Any:
    """Let a member into a private space; for those who manage spaces."""
    space = access.one(access.spaces_managed_by(request.member), slug=slug, access="private")
    who = access.one(Member.objects.filter(is_active=True), handle=handle.lower())
    actions.let_in(space, who, by=request.member)


@doors.end("/spaces/{slug}/members/{handle}", None, "admin")
def show_out_of_space(request: Ask, slug: Slug, handle: Handle) -> Any:
    """Let a member into a private space no longer; for those who manage spaces."""
    space = access.one(access.spaces_managed_by(request.member), slug=slug, access="private")
    who = access.one(Member.objects.all(), handle=handle.lower())
    actions.show_out(space, who, by=request.member)


@tags.get("/tags", Rows[Tag], "read:topics")
def list_tags(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List the tags that stand on a topic one may read, the most used first."""
    found = access.tags_visible_to(request.member).filter(topics_count__gt=0)
    rows: Page[TagRow] = paged(found, Order("topics_count"), size=ask.limit, after=ask.after or None)
    levels = dict(Follow.objects.filter(member=request.member, tag__in=list(rows)).values_list("tag_id", "level"))
    return page(request, response, [_tag(row, levels.get(row.pk, "")) for row in rows], rows.next)


@tags.get("/tags/{name}", Tag, "read:topics")
def read_tag(request: Ask, name: TagName) -> Any:
    """Read one tag, in whatever spelling."""
    return _own_tag(request, _found(request, name))


@tags.put("/tags/{name}/follow", Tag, "write:topics")
def follow_tag(request: Ask, name: TagName, body: Following) -> Any:
    """Follow a tag, or mute it."""
    tag = _found(request, name)
    actions.follow(tag, by=request.member, level=body.level)
    return _own_tag(request, tag)


@tags.end("/tags/{name}/follow", None, "write:topics")
def unfollow_tag(request: Ask, name: TagName) -> Any:
    """Neither follow nor mute a tag."""
    actions.unfollow(_found(request, name), by=request.member)


def _found(request: Ask, name: str) -> TagRow:
    return access.one(access.tags_visible_to(request.member), key=actions.tag_key(name))


def _own_tag(request: Ask, tag: TagRow) -> dict[str, Any]:
    return _tag(tag, _level(request, tag=tag))


def _tag(row: TagRow, level: str) -> dict[str, Any]:
    return {"name": row.name, "topics": row.topics_count, "follows": level}


def _whole(request: Ask, space: SpaceRow) -> dict[str, Any]:
    return _space(request, SpaceRow.objects.get(pk=space.pk), _level(request, space=space))


def _level(request: Ask, **thing: Any) -> str:
    return Follow.objects.filter(member=request.member, **thing).values_list("level", flat=True).first() or ""


def _space(request: Ask, row: SpaceRow, level: str) -> dict[str, Any]:
    language = request.viewer.language
    return {
        "slug": row.slug, "name": row.name_in(language), "about": row.about_in(language), "colour": row.colour, "access": row.access,
        "topics": row.topics_count, "posts": row.posts_count, "followers": row.followers_count, "active_at": row.active_at, "follows": level,
    }  # fmt: skip
