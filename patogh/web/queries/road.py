"""The road beside home: the last things that happened which the reader may see, in their verbs' own phrases."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from patogh.activity import verbs
from patogh.hangout.queries.authors import Author, authors
from patogh.hangout.queries.stamps import Sight
from patogh.hangout.queries.things import Thing, posts_named, spaces_named, topics_named
from patogh.kit.rows import rows, utc
from patogh.people.models import Member

STOPS = 14
_LOOKED_AT = 60
_ROAD = """
SELECT verb, identity_id, subject_kind, subject_id, target_kind, target_id, happened_at
  FROM (SELECT verb, identity_id, subject_kind, subject_id, target_kind, target_id, happened_at FROM activity_activity
         WHERE audience = %s AND verb NOT IN ({quiet}) ORDER BY happened_at DESC, id DESC LIMIT {size}) AS newest
"""
# What a passer-by need not hear of one by one: many small marks that the pages themselves already show.
QUIET = frozenset(
    {
        "hangout.reaction_given",
        "hangout.reaction_taken_back",
        "hangout.post_bookmarked",
        "people.member_unfollowed",
        "hangout.vote_cast",
    }
)


@dataclass(slots=True)
class Stop:
    """One thing on the road: who did it, the phrase with its names, what was said, when."""

    verb: str
    at: datetime
    actor: Author | None
    phrase: str
    names: dict[str, Any] = field(default_factory=dict)
    says: str = ""


def audiences(sight: Sight, *, is_member: bool) -> list[str]:
    """Return the audiences that a reader belongs to, in the road's words."""
    inside = [f"space:{pk}" for pk in sight.spaces] if is_member else []
    return ["public", "members", *inside] if is_member else ["public"]


def road(sight: Sight, language: str, *, is_member: bool) -> list[Stop]:
    """Return the newest stops of the road that the reader may see; a fixed number of queries."""
    heard = audiences(sight, is_member=is_member)
    sql = " UNION ALL ".join(
        [_ROAD.format(size=_LOOKED_AT, quiet=", ".join(f"'{name}'" for name in sorted(QUIET)))] * len(heard)
    )
    found = sorted(rows(sql, heard), key=lambda row: utc(row[6]), reverse=True)[:_LOOKED_AT]
    actors = _actors({row[1] for row in found if row[1] is not None})
    things = _things(found, sight, language)
    stops = (_stop(row, actors, things, language) for row in found)
    return [stop for stop in stops if stop is not None][:STOPS]


def _stop(
    row: tuple[Any, ...], actors: dict[int, Author], things: dict[tuple[str, str], Thing], language: str
) -> Stop | None:
    """Return a row as a stop, or None where its subject is out of this reader's sight or its verb is gone."""
    name, identity, subject_kind, subject_id, target_kind, target_id, at = row
    known, actor = verbs().get(name), actors.get(identity or 0)
    subject = things.get((subject_kind, subject_id))
    target = things.get((target_kind, target_id))
    if (
        known is None
        or known.visible == "staff"
        or actor is None
        or subject is None
        or (target_kind and target is None)
    ):
        return None
    says = subject.says if subject_kind == "hangout.post" and name.endswith(("posted", "replied", "written")) else ""
    return Stop(name, utc(at), actor, known.phrase(language), {"subject": subject, "target": target or subject}, says)


def _actors(identities: set[int]) -> dict[int, Author]:
    pairs = list(Member.objects.filter(identity_id__in=identities, is_active=True).values_list("identity_id", "pk"))
    people = authors(pk for _, pk in pairs)
    return {identity: people[pk] for identity, pk in pairs if pk in people}


def _things(found: list[tuple[Any, ...]], sight: Sight, language: str) -> dict[tuple[str, str], Thing]:
    """Return everything named on these rows that the reader may see, by (kind, id)."""
    ids: dict[str, set[int]] = {}
    for row in found:
        for kind, pk in ((row[2], row[3]), (row[4], row[5])):
            if kind and str(pk).isdigit():
                ids.setdefault(kind, set()).add(int(pk))
    named: dict[tuple[str, str], Thing] = {}
    readers = {
        "hangout.topic": lambda some: topics_named(some, sight),
        "hangout.post": lambda some: posts_named(some, sight),
        "hangout.space": lambda some: spaces_named(some, sight, language),
        "people.member": _members_named,
    }
    for kind, read in readers.items():
        named.update({(kind, pk): thing for pk, thing in read(ids.get(kind, set())).items()})
    return named


def _members_named(ids: set[int]) -> dict[str, Thing]:
    found = Member.objects.filter(pk__in=ids, is_active=True).values_list("pk", "name", "handle")
    return {str(pk): Thing(name, f"/@{handle}") for pk, name, handle in found}
