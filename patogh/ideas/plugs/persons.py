"""What the ideas say on the page of a person: their own, and those that they stand behind."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patogh.ideas.models import Idea, Support
from patogh.ideas.queries import access, lists
from patogh.ideas.views.reading_words import STATE_WORDS
from patogh.kit.hooks import hookimpl
from patogh.kit.numbers import number
from patogh.people.models import Identity, Member
from patogh.persons.hookspecs import Card, Clause, Fact, Group, Told

SHOWN: Final = 4
COUNTED_MAX: Final = 100
KIND: Final = "ideas.idea"


@hookimpl
def road_groups() -> list[Group]:
    """Give ideas a lane of their own."""
    return [Group("ideas", "ایده‌ها", "Ideas", "lightbulb", ("ideas.*",), "fir")]


@hookimpl
def activities_told(activities: list[Any], viewer: Member) -> dict[UUID, Told]:
    """Name the ideas with the state they are in now, as far as the viewer may see them; one query."""
    places = {one.pk: _idea_of(one) for one in activities if one.verb.startswith("ideas.")}
    wanted = {pk for pk in places.values() if pk}
    if not wanted:
        return {}
    rows = access.visible(viewer).filter(pk__in=wanted).values_list("pk", "title", "state")
    found = {pk: (title, state) for pk, title, state in rows}
    return {key: _told(pk, *found[pk]) for key, pk in places.items() if pk in found}


def _idea_of(activity: Any) -> int:
    """Return the idea that an activity is about, or 0."""
    for kind, key in ((activity.subject_kind, activity.subject_id), (activity.target_kind, activity.target_id)):
        if kind == KIND and key.isdecimal():
            return int(key)
    return 0


def _told(pk: int, title: str, state: str) -> Told:
    words, tint, _icon = STATE_WORDS[state]
    return Told(title, "", lists.idea_path(pk, title), str(words), tint)


@hookimpl
def person_cards(person: Any, identities: list[Identity], viewer: Member) -> list[Card]:  # noqa: ARG001 - the hook's words
    """Show their own ideas, and how many they stand behind; two queries."""
    members = _members(identities)
    if not members:
        return []
    mine = list(access.visible(viewer).filter(author__in=members).order_by("-created_at", "-pk")[:SHOWN])
    facts = [Fact(idea.title, str(STATE_WORDS[idea.state][0]), lists.idea_path(idea.pk, idea.title)) for idea in mine]
    behind = Support.objects.filter(member__in=members, withdrawn_at=None).values_list("idea_id", flat=True)
    if count := len(behind[:COUNTED_MAX]):
        words = ngettext("%(n)s idea", "%(n)s ideas", count) % {"n": number(count, viewer.viewer)}
        facts.append(Fact(_("Stands behind"), words))
    return [Card("ideas", _("Their ideas"), "start", facts, rank=30)] if facts else []


@hookimpl
def person_clauses(person: Any, identities: list[Identity], viewer: Member) -> list[Clause]:  # noqa: ARG001 - the hook's words
    """Say that an idea of theirs is made or on sale; one query."""
    members = _members(identities)
    rows = Idea.objects.filter(author__in=members, state="on_sale", hidden_at=None) if members else Idea.objects.none()
    made = rows.order_by("-state_since").values_list("pk", "title").first() if members else None
    if made is None:
        return []
    link = _('had the idea of <a href="%(url)s"><b>%(title)s</b></a>')
    return [Clause(link % {"url": lists.idea_path(*made), "title": f"<bdi>{escape(made[1])}</bdi>"}, rank=15)]


def _members(identities: list[Identity]) -> list[int]:
    return [one.member.pk for one in identities if one.kind == "member" and hasattr(one, "member")]
