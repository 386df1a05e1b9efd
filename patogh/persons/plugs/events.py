"""What other systems tell of a person: traits, events, pages; their verbs, and the job that weighs which identities came together."""

from __future__ import annotations

import logging
from typing import Any, Final

from patogh.activity import task, verb
from patogh.kit.errors import PatoghError
from patogh.kit.hooks import hookimpl
from patogh.people.leaving.belonging import identities_of
from patogh.people.models import Identity, Member
from patogh.persons.actions.events import forget_events
from patogh.persons.hookspecs import Group, Told

IDENTIFIERS_MAX: Final = 1_000  # of a profile, as Segment's guardrail
TOLD: Final = {"persons.event_tracked": "event", "persons.page_viewed": "name"}  # the name of each, in its data
TOLD_CHARS_MAX: Final = 160
logger = logging.getLogger(__name__)

for _name, _type, _fa, _en in (
    ("event_tracked", "Create", "کاری کرد که سامانه‌ای دیگر خبرش را داد", "did something that another system told of"),
    ("traits_said", "Update", "ویژگی‌هایی از او گفته شد", "was described by another system"),
    ("page_viewed", "View", "صفحه‌ای را دید", "viewed a page"),
    ("group_joined", "Join", "به گروهی پیوست", "joined a group"),
    ("alias_said", "Update", "با نامی دیگر شناخته شد", "came to be known by another name"),
):
    verb(f"persons.{_name}", type=_type, fa=_fa, en=_en, visible="staff")


@task("persons.join_claims")
def join_claims(pairs: list[dict[str, Any]]) -> None:
    """Weigh which identities one message named together: proved ones are linked, mere claims become suggestions."""
    from patogh.persons.merging import say_together

    found = Identity.objects.in_bulk({pk for pair in pairs for pk in (pair["a"], pair["b"])})
    for pair in pairs:
        a, b = found.get(pair["a"]), found.get(pair["b"])
        if a is None or b is None or _is_full(a) or _is_full(b):
            continue
        try:
            say_together(
                a,
                b,
                by=None,
                why="verified" if pair["is_proved"] else "claimed",
                evidence={key: pair[key] for key in ("source", "verb")},
                is_proved=pair["is_proved"],
            )
        except PatoghError as refusal:
            logger.info("identities %s and %s stay apart: %s", a.pk, b.pk, refusal.code)


def _is_full(identity: Identity) -> bool:
    """Whether somebody is known by as many names as one may be."""
    if identity.person_id is None:
        return False
    return Identity.objects.filter(person=identity.person_id)[IDENTIFIERS_MAX - 1 : IDENTIFIERS_MAX].exists()


@hookimpl
def road_groups() -> list[Group]:
    """Give what other systems tell a lane of its own."""
    verbs = (
        "persons.event_tracked",
        "persons.page_viewed",
        "persons.traits_said",
        "persons.group_joined",
        "persons.alias_said",
    )
    return [Group("events", "رویدادها", "Events", "smartphone", verbs)]


@hookimpl
def activities_told(activities: list[Any], viewer: Any) -> dict[Any, Told]:  # noqa: ARG001 - the page's right is all
    """Tell events and pages by the names that the other system gave them, and which system it was; no query."""
    return {one.pk: _told(one.data) for one in activities if one.verb in TOLD and _said(one.data, TOLD[one.verb])}


def _told(data: dict[str, Any]) -> Told:
    properties = data.get("properties")
    about = properties if isinstance(properties, dict) else {}
    title = _said(data, "event") or _said(data, "name")
    words = next((said for name in ("name", "title", "path") if (said := _said(about, name)) and said != title), "")
    return Told(title, words=words, note=_said(data, "source"))


def _said(data: Any, name: str) -> str:
    """Return a text of what another system told, whatever it is; "" for none."""
    found = data.get(name) if isinstance(data, dict) else None
    return found.strip()[:TOLD_CHARS_MAX] if isinstance(found, str) else ""


@hookimpl
def erase_extras(member: Member) -> None:
    """Forget what other systems said of a member."""
    forget_events(identities_of(member))
