"""What search knows of a member: called within the action that made or changed them."""

from __future__ import annotations

from collections.abc import Sequence

from patogh.people.models import Member
from patogh.search import actions as search
from patogh.search.actions import Entry
from patogh.search.tokens import text_tokens


def keep_findable(members: Sequence[Member]) -> None:
    """Bring the search documents of these members to what their rows say; closed accounts are forgotten."""
    search.put_many(entry_of(member) for member in members if member.is_active)
    if closed := [member.pk for member in members if not member.is_active]:
        search.forget("member", closed)


def new_findable(members: Sequence[Member]) -> None:
    """Put the search documents of members who never had one."""
    found = (entry_of(member) for member in members)
    search.put_new_many((entry, " ".join(text_tokens(entry.text))) for entry in found)


def entry_of(member: Member) -> Entry:
    """Return a member as search keeps her: by name and handle; place and bio too, unless she is under 16."""
    about = [] if member.is_minor else [member.team_title, member.place, member.bio]
    return Entry(
        "member",
        member.pk,
        member.url,
        "public",
        member.joined_at,
        title=member.name,
        text=" · ".join(filter(None, about)),
        author_id=member.pk,
        tags=(member.handle,),
        weight=min(member.accepted_count, 50),
        data={"avatar": member.avatar_url, "team": member.is_team},
    )
