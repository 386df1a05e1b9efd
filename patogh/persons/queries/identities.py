"""What belongs to a person and who said so: each identity with its decisions, and another person laid beside, field by field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from patogh.people.models import IdentityLink, Member, Person
from patogh.persons import limits, survivors
from patogh.persons.actions.together import elder
from patogh.persons.matching import finding, words
from patogh.persons.matching.facts import known_of
from patogh.persons.models import Merge
from patogh.persons.queries import team
from patogh.persons.queries.persons import differing
from patogh.persons.resolving import scoring
from patogh.persons.survivors import Survived


@dataclass(frozen=True)
class Decision:
    """One link of an identity: the row, who decided (None: a machine, or the identity itself), and the reason that was given."""

    link: IdentityLink
    by: Member | None
    reason: str


@dataclass(frozen=True)
class History:
    """One identity and the decisions about whose it is, the newest first."""

    chip: team.Chip
    decisions: list[Decision]


@dataclass(frozen=True)
class Beside:
    """Two persons side by side: the one that would stay first, what speaks for one person, what differs, what must be explained."""

    kept: team.Shown
    folded: team.Shown
    reasons: list[words.Told]
    probability: float | None
    fields: list[tuple[str, Survived, Survived]]
    needs_reason: bool


def histories(face: team.Shown) -> list[History]:
    """Return each identity of a person with its newest decisions; two queries however many there are."""
    rows = IdentityLink.objects.filter(identity__in=[one.identity.pk for one in face.chips])
    links = list(rows.select_related("by_identity__member").order_by("-pk")[: limits.LINKS_SHOWN_MAX])
    merges = Merge.objects.in_bulk({number for link in links if (number := _merge_of(link))})
    of: defaultdict[int, list[Decision]] = defaultdict(list)
    for link in links:
        of[link.identity_id].append(_decision(link, merges))
    return [History(chip, of[chip.identity.pk][: limits.LINKS_OF_IDENTITY_MAX]) for chip in face.chips]


def beside(person: Person, other: Person, language: str) -> Beside:
    """Return two persons as they would be joined: whoever is known longer, or has an account, stays."""
    kept, folded = elder(person, other)
    faces = {one.person.pk: one for one in team.shown([kept, folded], language)}
    left, right = faces[kept.pk], faces[folded.pk]
    seen = survivors.views({kept.pk: left.identities, folded.pk: right.identities})
    fields = survivors.differing_fields(seen[kept.pk], seen[folded.pk])[: limits.JOINED_FIELDS_MAX]
    reasons, probability = _scored(kept, folded)
    needs_reason = differing(left.identities, right.identities) is not None
    return Beside(left, right, reasons, probability, fields, needs_reason)


def found_by(text: str, besides: Person, language: str) -> list[team.Shown]:
    """Return the persons that these words find, without one of them."""
    rows, _more = team.person_list(text)
    return team.shown([one for one in rows if one.pk != besides.pk], language)


def _scored(kept: Person, folded: Person) -> tuple[list[words.Told], float | None]:
    """Return what agrees and what differs, and how likely that is one person; nothing where one of them has no record yet."""
    known = known_of([kept.pk, folded.pk])
    if len(known) < 2:
        return [], None
    scored = scoring.score(known[kept.pk], known[folded.pk], finding.current_weights())
    return words.told(finding.reasons_of(scored)), None if scored.veto else scored.probability


def _decision(link: IdentityLink, merges: dict[int, Merge]) -> Decision:
    maker = link.by_identity
    by = getattr(maker, "member", None) if maker is not None and maker.pk != link.identity_id else None
    merge = merges.get(_merge_of(link))
    said: Sequence[Any] = (
        link.evidence.get("reason"),
        merge.undo_reason if merge and link.undoes_id else merge and merge.reason,
    )
    return Decision(link, by, next((str(one) for one in said if one), ""))


def _merge_of(link: IdentityLink) -> int:
    """Return the number of the merge that wrote this link, or 0."""
    number = link.evidence.get("merge") if isinstance(link.evidence, dict) else None
    return number if isinstance(number, int) else 0
