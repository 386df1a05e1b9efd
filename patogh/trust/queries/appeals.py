"""Which decisions a member may speak against, and the signed way in for those who cannot sign in."""

from __future__ import annotations

import datetime as dt

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils import timezone

from patogh.people.models import Member
from patogh.trust import limits
from patogh.trust.models import Appeal, Decision, Sanction, SecondOpinion

_SALT = "patogh.trust.appeal"
_TOKEN_S_MAX = 3600


def is_open_to_appeal(decision: Decision) -> bool:
    """Whether a decision weighs on its member, still stands and is not older than APPEAL_DAYS_MAX days."""
    weighs = bool(decision.sanction) or decision.what in {"hide", "edit", "delete"}
    age = timezone.now() - decision.decided_at
    return weighs and decision.lifted_at is None and age <= dt.timedelta(days=limits.APPEAL_DAYS_MAX)


def decisions_appealable_by(member: Member) -> QuerySet[Decision]:
    """Return the decisions about a member that may still be appealed."""
    since = timezone.now() - dt.timedelta(days=limits.APPEAL_DAYS_MAX)
    weighs = ~Q(sanction="") | Q(what__in=("hide", "edit", "delete"))
    return Decision.objects.filter(weighs, member=member, lifted_at=None, decided_at__gte=since, appeal=None)


def sanctions_on(member: Member) -> list[Sanction]:
    """Return the sanctions that hold now, the longest first."""
    now = timezone.now()
    rows = Sanction.objects.select_related("decision").filter(member=member, lifted_at=None, until__gt=now)
    return list(rows.order_by("-until")[: limits.SANCTIONS_SHOWN_MAX])


def sanctions_of(member: Member) -> list[Sanction]:
    """Return a member's newest sanctions, warnings and ended ones too, for the moderator's card."""
    rows = Sanction.objects.select_related("decision", "decision__by", "lifted_by").filter(member=member)
    return list(rows.order_by("-since", "-pk")[: limits.SANCTIONS_SHOWN_MAX])


def suspension_token(member: Member) -> str:
    """Return the word that lets a suspended member see why and appeal, for an hour after a right sign-in."""
    return signing.dumps(member.pk, salt=_SALT)


def suspended_by_token(token: str) -> Member | None:
    """Return whom such a token names, while the suspension holds."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=_TOKEN_S_MAX)
    except signing.BadSignature:
        return None
    return Member.objects.filter(pk=pk, suspended_until__gt=timezone.now()).first()


def appeals_decidable_by(moderator: Member) -> QuerySet[Appeal]:
    """Return the open appeals that this moderator may answer: not her own, not against her own decisions."""
    rows = Appeal.objects.select_related("decision", "by").filter(outcome="")
    return rows.exclude(by=moderator).exclude(against=moderator)


def opinions_open_to(moderator: Member) -> QuerySet[SecondOpinion]:
    """Return the items on which this moderator may give a blind second opinion, oldest first."""
    rows = SecondOpinion.objects.select_related("item").filter(given_at=None)
    return rows.exclude(first_by=moderator).exclude(item__member=moderator).order_by("asked_at", "pk")
