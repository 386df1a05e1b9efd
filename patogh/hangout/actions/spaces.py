"""Opening spaces, changing them, and who may enter a private one."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from django.db.models import F

from patogh.activity import action, record, unchanged
from patogh.hangout.actions import found, stamps
from patogh.hangout.errors import BadSpace, SlugTaken
from patogh.hangout.models import Follow, Space, SpaceMember
from patogh.kit import persian
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.people.queries import may
from patogh.search import actions as search

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CHARS = {"name": 60, "name_en": 60, "about": 300, "about_en": 300}


@dataclass(frozen=True, slots=True)
class SpaceFacts:
    """How a space is called, what it is about, how it looks and who may enter."""

    slug: str
    name: str
    name_en: str = ""
    about: str = ""
    about_en: str = ""
    colour: str = "fir"
    access: str = "public"
    position: int = 100


@action
def open_space(words: SpaceFacts, *, by: Member) -> Space:
    """Open a space; whoever opens a private one is its first member. Raises BadSpace, SlugTaken or NotFound."""
    kept = _checked(words, by)
    if Space.objects.filter(slug=kept.slug).exists():
        raise SlugTaken
    space = Space.objects.create(**asdict(kept), created_by=by)
    if space.access == "private":
        SpaceMember.objects.create(space=space, member=by, added_by=by)
    found._put_space(space)
    record("hangout.space_opened", by=by, subject=space, audience=space.audience)
    return space


@action
def edit_space(space: Space, words: SpaceFacts, *, by: Member) -> Space:
    """Change a space; whoever may enter from now on decides who finds what was said in it. Raises BadSpace or SlugTaken."""
    kept = _checked(words, by)
    row = Space.objects.select_for_update().get(pk=space.pk)
    before = SpaceFacts(**{name: getattr(row, name) for name in asdict(kept)})
    if before == kept:
        return unchanged(row)
    if Space.objects.filter(slug=kept.slug).exclude(pk=row.pk).exists():
        raise SlugTaken
    for name, value in asdict(kept).items():
        setattr(row, name, value)
    row.save(update_fields=list(asdict(kept)))
    stamps._touch_space(row.pk)
    if before.access != row.access:
        if row.access == "private":
            SpaceMember.objects.get_or_create(space=row, member=by, defaults={"added_by": by})
        search.open_to(row.pk, before=_audience(row, before.access), after=row.audience)
    found._put_space(row)
    record("hangout.space_edited", by=by, subject=row, audience="staff", data={"access": [before.access, row.access]})
    return row


@action
def let_in(space: Space, member: Member, *, by: Member) -> SpaceMember:
    """Let somebody into a private space."""
    _may_manage(by)
    row, created = SpaceMember.objects.get_or_create(space=space, member=member, defaults={"added_by": by})
    if not created:
        return unchanged(row)
    stamps._touch_space(space.pk)
    record("hangout.space_member_added", by=by, subject=space, target=member, audience="staff")
    return row


@action
def show_out(space: Space, member: Member, *, by: Member) -> None:
    """Let somebody into a private space no longer; their follow of it ends too."""
    _may_manage(by)
    gone, _ = SpaceMember.objects.filter(space=space, member=member).delete()
    if not gone:
        return unchanged(None)
    left, _ = Follow.objects.filter(space=space, member=member, level="following").delete()
    stamps._touch_space(space.pk, followers_count=F("followers_count") - left)
    record("hangout.space_member_removed", by=by, subject=space, target=member, audience="staff")
    return None


def _audience(space: Space, access: str) -> str:
    """Return who could see a space when its access was this."""
    return f"space:{space.pk}" if access == "private" else access


def _may_manage(by: Member) -> None:
    """Refuse who may not manage spaces, as if the space were not there."""
    if not may(by, "manage_spaces"):
        raise NotFound


def _checked(words: SpaceFacts, by: Member) -> SpaceFacts:
    """Return the words as they are stored; raises BadSpace."""
    _may_manage(by)
    texts = {name: persian.name_clean(getattr(words, name))[:chars] for name, chars in _CHARS.items()}
    slug = words.slug.strip().lower()
    colours, accesses = dict(Space.COLOURS), dict(Space.ACCESS)
    if (
        not texts["name"]
        or words.colour not in colours
        or words.access not in accesses
        or not 0 <= words.position <= 10_000
    ):
        raise BadSpace
    if len(slug) > 40 or not _SLUG.fullmatch(slug) or slug == "new":
        raise BadSpace(field="slug")
    return SpaceFacts(slug=slug, colour=words.colour, access=words.access, position=words.position, **texts)
