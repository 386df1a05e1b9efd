"""Who may see an idea, who makes it, and who may stand behind it. Every row that a view touches comes from here."""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from patogh.ideas.errors import LevelTooLow, NotGathering, NotVerified, OwnIdea, TooYoung
from patogh.ideas.machine import DECIDED, DRAFT, ENDED, GATHERING, PRIVATE, RETURNED, SUBMITTED
from patogh.ideas.models import Creator, Idea, Programme
from patogh.ideas.models.ideas import IN_SIGHT
from patogh.ideas.terms import AGE_BANDS, Terms, terms_of
from patogh.kit.errors import NotFound, PatoghError
from patogh.people.models import Member
from patogh.people.queries import may
from patogh.trust.queries import check_may_write, level_of

EDITABLE: Final = frozenset({DRAFT, SUBMITTED, RETURNED, GATHERING})
_WITH: Final = ("programme", "rules", "category", "author")
_RIGHTS: Final = ("ideas.triage", "ideas.review", "ideas.decide")


def public() -> QuerySet[Idea]:
    """Return the ideas that everybody may see; lists read these, by their partial indexes."""
    return Idea.objects.select_related(*_WITH).filter(IN_SIGHT, ~Q(programme__state="preparing"))


def visible(viewer: Member | None) -> QuerySet[Idea]:
    """Return the ideas that somebody may see: public ones, those they make, and for the team all but others' drafts."""
    found = Idea.objects.select_related(*_WITH)
    open_to_all = IN_SIGHT & ~Q(programme__state="preparing")
    if viewer is None:
        return found.filter(open_to_all)
    makes = Creator.objects.filter(idea=OuterRef("pk"), member=viewer, state__in=("invited", "agreed"))
    own = Q(author=viewer) | Exists(makes)
    return found.filter((~Q(state=DRAFT) if is_team(viewer) else open_to_all) | own)


def one(rows: QuerySet[Idea], idea_id: int) -> Idea:
    """Return the idea with this id among some; raises NotFound, whatever the reason."""
    found = rows.filter(pk=idea_id).first() if 0 < idea_id < 2**63 else None
    if found is None:
        raise NotFound
    return found


def programmes(viewer: Member | None) -> QuerySet[Programme]:
    """Return the programmes that somebody may see: all but those in preparation, which are the team's."""
    found = Programme.objects.select_related("rules")
    return found if is_team(viewer) or may(viewer, "ideas.rules") else found.exclude(state="preparing")


def is_team(viewer: Member | None) -> bool:
    """Whether somebody triages, reviews or decides about ideas."""
    return any(may(viewer, right) for right in _RIGHTS)


def is_maker(idea: Idea, viewer: Member | None) -> bool:
    """Whether somebody is the author or a maker who agreed; one query for everybody but the author."""
    if viewer is None:
        return False
    return viewer.pk == idea.author_id or idea.creators.filter(member=viewer, state="agreed").exists()


def may_edit(idea: Idea, viewer: Member | None) -> bool:
    """Whether somebody may change what an idea says: its makers, until it leaves gathering."""
    return idea.state in EDITABLE and is_maker(idea, viewer)


def shows_count(idea: Idea) -> bool:
    """Whether the number of supporters may be shown: always, unless the rules hide it and the idea still gathers."""
    return idea.state != GATHERING or not terms_of(idea.rules).hides_counts


def is_running(idea: Idea) -> bool:
    """Whether an idea is under way: neither private, nor decided, nor ended."""
    return idea.state not in PRIVATE | DECIDED | ENDED


def old_enough(terms: Terms, member: Member) -> bool:
    """Whether a member's age band satisfies the rules; one who did not say their age only satisfies rules that ask none."""
    return AGE_BANDS.index(member.age_band) >= AGE_BANDS.index(terms.min_age_band)


def is_verified(member: Member) -> bool:
    """Whether a member confirmed an address or a number."""
    return member.identity.verified_at is not None or member.phone_verified_at is not None


def check_taking_part(terms: Terms, level: int, member: Member) -> None:
    """Raise the refusal of trust, level or age that keeps a member from taking part, if one does."""
    check_may_write(member)
    if level_of(member) < level:
        raise LevelTooLow(level=level)
    if not old_enough(terms, member):
        raise TooYoung


def check_may_support(idea: Idea, viewer: Member, *, makes: bool | None = None) -> None:
    """Raise why somebody may not support an idea, if anything speaks against it; the window is `stations.check_window`'s.

    `makes` says whether they make it, where that was asked already.
    """
    if idea.state != GATHERING or idea.hidden_at is not None:
        raise NotGathering
    if is_maker(idea, viewer) if makes is None else makes:
        raise OwnIdea
    terms = terms_of(idea.rules)
    check_taking_part(terms, terms.support_level, viewer)
    if not is_verified(viewer):
        raise NotVerified


def may_support(idea: Idea, viewer: Member) -> str | None:
    """Return the sentence that tells somebody why they may not support an idea, or None if they may."""
    try:
        check_may_support(idea, viewer)
    except PatoghError as refusal:
        return str(refusal)
    return None
