"""Persons as the team sees them: names, masked identities, a list that can be searched, and the queue of suggestions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from patogh.kit import persian
from patogh.kit.errors import NotFound
from patogh.kit.pages import BadCursor, Order, Page, paged
from patogh.people import kinds
from patogh.people.identifying import is_erased, masked
from patogh.people.models import Identity, Member, Person
from patogh.persons import limits
from patogh.persons.matching import facts, finding, words
from patogh.persons.models import Merge, Suggestion, Trait
from patogh.persons.queries.persons import merges_of, moved
from patogh.persons.resolving.fields import Record
from patogh.persons.resolving.forms import compared

BY_WEIGHT = Order("weight")
# Kinds whose values mean nothing to anybody.
KEYS_ONLY: Final = frozenset({"cookie", "chat", "segment-anonymous"})


@dataclass(frozen=True)
class Chip:
    """One identity as it is shown: its kind's icon and name, its masked value, and whether it was proved."""

    identity: Identity
    icon: str
    kind: str
    words: str
    is_verified: bool


@dataclass(frozen=True)
class Shown:
    """One person as a row: a name, a picture or tile, the chips of the identities."""

    person: Person
    name: str
    member: Member | None
    chips: list[Chip]

    @property
    def avatar_url(self) -> str:
        """The picture: the member's own, or a tile from the person's key."""
        return self.member.avatar_url if self.member else f"/avatars/{self.person.pk.hex}.svg"

    @property
    def is_team(self) -> bool:
        """Whether this person speaks for the team."""
        return bool(self.member and self.member.is_team)

    @property
    def identities(self) -> list[Identity]:
        """The identities behind the chips."""
        return [one.identity for one in self.chips]


@dataclass(frozen=True)
class Pair:
    """One suggestion as it is shown: both sides, its sentences, and whether a merge of the two was taken back before."""

    suggestion: Suggestion
    left: Shown
    right: Shown
    reasons: list[words.Told]
    was_undone: bool


def chip(identity: Identity, language: str) -> Chip:
    """Return how an identity is shown."""
    known = kinds.kinds().get(identity.kind)
    name = known.title(language) if known else identity.kind
    return Chip(identity, known.icon if known else "hash", name, masked(identity), identity.verified_at is not None)


def shown(persons: Sequence[Person], language: str) -> list[Shown]:
    """Return persons as rows, of two accounts that of the kept side; four queries at most however many there are."""
    rows = _kept_first(Identity.objects.filter(person__in=persons).select_related("member").order_by("pk"))
    of: defaultdict[Any, list[Identity]] = defaultdict(list)
    for row in rows:
        of[row.person_id].append(row)
    names = names_of([row for some in of.values() for row in some])
    return [_row(person, of[person.pk], names, language) for person in persons]


def _kept_first(found: Iterable[Identity]) -> list[Identity]:
    """Return identities with the accounts that a merge brought behind all others, where somebody has two."""
    rows = list(found)
    accounts = Counter(row.person_id for row in rows if row.kind == "member")
    several = [row.pk for row in rows if row.kind == "member" and accounts[row.person_id] > 1]
    brought = set(moved(several)) if several else set()
    return sorted(rows, key=lambda one: (one.pk in brought, one.pk))


def person_list(text: str = "", after: str = "") -> tuple[list[Person], str]:
    """Return one page of the persons, the newest first, or those that a name, handle, address or number finds; and the next cursor."""
    there = Identity.objects.filter(person=OuterRef("pk")).exclude(value__startswith="former_", value__contains=":")
    rows = Person.objects.filter(Exists(there))  # of somebody erased nothing is left but a pseudonym
    if text.strip():
        rows = rows.filter(pk__in=found_by(text))
    if after:
        try:
            rows = rows.filter(pk__lt=UUID(after))
        except ValueError as error:
            raise BadCursor from error
    page = list(rows.order_by("-pk")[: limits.PERSONS_PAGE_ROWS + 1])
    more = str(page[limits.PERSONS_PAGE_ROWS - 1].pk) if len(page) > limits.PERSONS_PAGE_ROWS else ""
    return page[: limits.PERSONS_PAGE_ROWS], more


def found_by(text: str) -> list[UUID]:
    """Return the persons that these words find: an address, number, handle or key exactly, a name in either script."""
    text = _typed(text)
    if not text:
        return []
    wanted = Q(pk__in=[])
    for name in kinds.kinds():
        if value := kinds.readable(name, text):
            wanted |= Q(kind=name, value=value)
    found = list(Identity.objects.filter(wanted, person__isnull=False).values_list("person_id", flat=True)[:100])
    return list(dict.fromkeys(one for one in [*found, *_named(text)] if one is not None))[:200]


def _typed(text: str) -> str:
    """Return what was typed without what nobody sees: marks of direction that come along with a copied number, halves of letters."""
    seen = (letter for letter in text[:200] if letter.isprintable() or letter in persian.ZWNJ + "\u200d")
    return "".join(seen).strip()[:120]


def suggestions(*, after: str | None = None, before: str | None = None) -> Page[Suggestion]:
    """Return one page of the pairs that wait, the strongest first. Those of whom a side stands behind somebody else are left out."""
    rows = waiting_pairs().select_related("left", "right")
    return paged(rows, BY_WEIGHT, after=after, before=before, size=limits.SUGGESTIONS_PAGE_ROWS)


def waiting_pairs() -> QuerySet[Suggestion]:
    """Return the pairs that wait and of whom no side stands behind somebody else."""
    left, right = Identity.objects.filter(person=OuterRef("left")), Identity.objects.filter(person=OuterRef("right"))
    return Suggestion.objects.filter(Exists(left), Exists(right), state="waiting")


def waiting_count(most: int = 100) -> int:
    """Return how many pairs wait, up to `most`."""
    return len(waiting_pairs().values_list("pk", flat=True)[:most])


def suggestion(pk: int) -> Suggestion:
    """Return one suggestion; raises NotFound."""
    found = Suggestion.objects.select_related("left", "right").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def suggestions_of(person: Person) -> list[Suggestion]:
    """Return the pairs of a person that wait, the strongest first; at most ten."""
    rows = waiting_pairs().filter(Q(left=person) | Q(right=person)).select_related("left", "right")
    return list(rows.order_by("-weight", "-pk")[:10])


def pairs(rows: Sequence[Suggestion], language: str) -> list[Pair]:
    """Return suggestions as they are shown; four queries however many there are."""
    persons = {one.pk: one for row in rows for one in (row.left, row.right)}
    faces = {one.person.pk: one for one in shown(list(persons.values()), language)}
    undone = {
        frozenset(pair)
        for pair in Merge.objects.filter(kept__in=persons, folded__in=persons, undone_at__isnull=False).values_list(
            "kept", "folded"
        )
    }
    return [
        Pair(
            row,
            faces[row.left_id],
            faces[row.right_id],
            words.told(row.reasons),
            frozenset((row.left_id, row.right_id)) in undone,
        )
        for row in rows
    ]


def identity_facts(person: Person, language: str) -> dict[str, Any]:
    """Return what `persons/_identities.html` shows: chips, the pairs that wait, the merges that stand."""
    face = shown([person], language)[0]
    waiting = suggestions_of(person)
    others = [row.right if row.left_id == person.pk else row.left for row in waiting]
    faces = {one.person.pk: one for one in shown(others, language)} if others else {}
    maybe = [(row, faces[other.pk], words.summary(row.reasons)) for row, other in zip(waiting, others, strict=True)]
    return {"face": face, "maybe": maybe, "merges": list(merges_of(person)[:20])}


def merge(pk: int) -> Merge:
    """Return one merge; raises NotFound."""
    found = Merge.objects.select_related("kept", "folded", "by").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def identity(pk: int) -> Identity:
    """Return one identity that is somebody's; raises NotFound."""
    found = Identity.objects.select_related("person").filter(pk=pk, person__isnull=False).first()
    if found is None or is_erased(found):
        raise NotFound
    return found


def names_of(rows: Iterable[Identity]) -> dict[Any, str]:
    """Return the names of persons by their keys: a member's own, else what was said last; one query beside the rows' members."""
    every = list(rows)
    of = {row.pk: row.person_id for row in every}
    found: dict[Any, dict[str, str]] = defaultdict(dict)
    for trait in Trait.objects.filter(identity_id__in=list(of), name__in=list(facts.TRAITS)).order_by("said_at", "pk"):
        field = facts.TRAITS[trait.name]
        if field in {"name", "given", "family"} and isinstance(trait.value, str):
            found[of[trait.identity_id]][field] = trait.value.strip()[:120]
    names = {
        who: said.get("name") or f"{said.get('given', '')} {said.get('family', '')}".strip()
        for who, said in found.items()
    }
    for row in reversed(every):
        member = getattr(row, "member", None)
        if member is not None:
            names[row.person_id] = member.name
    return names


def _row(person: Person, rows: list[Identity], names: dict[Any, str], language: str) -> Shown:
    """Return one person as a row; whoever has no name is called by the oldest identity, or by its kind where it tells nothing."""
    member = next((found for row in rows if (found := getattr(row, "member", None)) is not None), None)
    chips = [chip(row, language) for row in rows if not is_erased(row)]
    first = chips[0] if chips else None
    unnamed = "—" if first is None else first.kind if first.identity.kind in KEYS_ONLY else first.words
    name = names.get(person.pk) or unnamed
    return Shown(person, name, member, chips)


def _named(text: str) -> list[UUID]:
    """Return persons by name: members by the beginning of theirs, everybody else by the keys of the live index."""
    key = persian.key(text)[:80]
    if not key:
        return []
    starts = Q(name_key__gte=key, name_key__lt=f"{key}\U0010ffff")
    members = Member.objects.filter(starts, identity__person__isnull=False).order_by("name_key", "pk")
    found = list(members.values_list("identity__person_id", flat=True)[:60])
    first, _, rest = text.partition(" ")
    if rest.strip():
        found += finding.candidates(compared(Record("", given=first, family=rest.strip())), None)
    else:
        said = Trait.objects.filter(name__in=["name", "first_name", "last_name"], value=text)
        found += said.values_list("identity__person_id", flat=True)[:60] if _is_small() else []
    return [one for one in found if one is not None]


def _is_small() -> bool:
    """Return whether traits are few enough to be looked through."""
    return (
        Trait.objects.order_by("-pk").values_list("pk", flat=True)[:1].first() is None
        or not Trait.objects.filter(pk__gt=50_000).exists()
    )
