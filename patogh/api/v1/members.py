"""Members: listed, read, followed, muted."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from patogh.api import queries
from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.lists import page
from patogh.api.v1.shapes.common import Handle, PageAsk, Person, Rows
from patogh.api.v1.shapes.people import Member, Written
from patogh.api.v1.shapes.talk import Following, Topic
from patogh.hangout.queries import profiles, stamps
from patogh.kit.pages import Order, Page, paged
from patogh.people import actions
from patogh.people.models import Member as MemberRow
from patogh.people.models import MemberFollow
from patogh.people.queries import follow_between, member_at, members_page

doors = Doors("members")


class MembersAsk(PageAsk):
    """Which members, and in which order."""

    order: Literal["newest", "name", "helpful", "seen"] = Field("newest", description="How the list is sorted.")
    beginning: Annotated[str, Field(max_length=60)] = Field(
        "", description="Only names (or, after @, handles) that begin so."
    )


@doors.get("/members", Rows[Person], "read:members")
def list_members(request: Ask, response: HttpResponse, ask: Query[MembersAsk]) -> Any:
    """List members."""
    rows = members_page(
        by=ask.order, viewer=request.member, beginning=ask.beginning, after=ask.after or None, size=ask.limit
    )
    return page(request, response, [queries.person(row) for row in rows], rows.next)


@doors.get("/members/{handle}", Member, "read:members")
def read_member(request: Ask, handle: Handle) -> Any:
    """Read what everybody may read about a member."""
    return _whole(request, member_at(handle, request.member))


@doors.get("/members/{handle}/topics", Rows[Topic], "read:topics")
def list_topics_of_member(request: Ask, response: HttpResponse, handle: Handle, ask: Query[PageAsk]) -> Any:
    """List the conversations that a member opened, as far as one may read them, the newest first."""
    member = member_at(handle, request.member)
    rows = profiles.topics_by(member.pk, stamps.sight(request.member.pk), after=ask.after or None, size=ask.limit)
    return page(request, response, [queries.topic_said(row) for row in rows], rows.next)


@doors.get("/members/{handle}/posts", Rows[Written], "read:posts")
def list_posts_of_member(request: Ask, response: HttpResponse, handle: Handle, ask: Query[PageAsk]) -> Any:
    """List the replies that a member wrote, as far as one may read them, the newest first."""
    member = member_at(handle, request.member)
    rows = profiles.posts_by(member.pk, stamps.sight(request.member.pk), after=ask.after or None, size=ask.limit)
    said = [
        {
            "id": row.id, "number": row.number, "topic": row.topic_id, "title": row.title, "url": row.url, "excerpt": row.excerpt,
            "created_at": row.created_at,
        }
        for row in rows
    ]  # fmt: skip
    return page(request, response, said, rows.next)


@doors.get("/members/{handle}/followers", Rows[Person], "read:members")
def list_followers(request: Ask, response: HttpResponse, handle: Handle, ask: Query[PageAsk]) -> Any:
    """List who follows a member, the newest first."""
    rows = member_at(handle, request.member).followed_by.filter(level="following", follower__is_active=True)
    found: Page[MemberFollow] = paged(
        rows.select_related("follower"), Order("id"), size=ask.limit, after=ask.after or None
    )
    return page(request, response, [queries.person(row.follower) for row in found], found.next)


@doors.get("/members/{handle}/following", Rows[Person], "read:members")
def list_following(request: Ask, response: HttpResponse, handle: Handle, ask: Query[PageAsk]) -> Any:
    """List whom a member follows, the newest first."""
    rows = member_at(handle, request.member).follows.filter(level="following", followed__is_active=True)
    found: Page[MemberFollow] = paged(
        rows.select_related("followed"), Order("id"), size=ask.limit, after=ask.after or None
    )
    return page(request, response, [queries.person(row.followed) for row in found], found.next)


@doors.put("/members/{handle}/follow", Member, "write:members")
def follow_member(request: Ask, handle: Handle, body: Following) -> Any:
    """Follow a member, or mute somebody, who is not told."""
    member = member_at(handle, request.member)
    (actions.mute_member if body.level == "muted" else actions.follow_member)(member, by=request.member)
    return _whole(request, MemberRow.objects.get(pk=member.pk))


@doors.end("/members/{handle}/follow", None, "write:members")
def unfollow_member(request: Ask, handle: Handle) -> Any:
    """Neither follow nor mute a member."""
    actions.unfollow_member(member_at(handle, request.member), by=request.member)


def described(member: MemberRow, viewer: MemberRow, level: str) -> dict[str, Any]:
    """Return what a viewer may read about a member; of those under 16 nobody else reads words, place and links."""
    is_shown = not member.is_minor or member.pk == viewer.pk
    return {
        **(queries.person(member) or {}), "team_title": member.team_title, "bio": member.bio if is_shown else "",
        "place": member.place if is_shown else "", "links": member.links if is_shown else [], "trust_level": member.trust_level,
        "topics": member.topics_count, "posts": member.posts_count, "accepted": member.accepted_count, "thanks": member.thanks_count,
        "followers": member.followers_count, "following": member.following_count, "joined_at": member.joined_at, "follows": level,
    }  # fmt: skip


def _whole(request: Ask, member: MemberRow) -> dict[str, Any]:
    return described(member, request.member, follow_between(request.member, member))
