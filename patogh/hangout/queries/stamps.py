"""How fresh a page is and who may see it, in one or two raw queries: the only reads that a page from memory costs.

Every write of the hangout moves `topic.version` or `space.version` in its own transaction, so whoever reads these after
the commit, in any process, sees that a remembered page is old. `house` (the brand's version) moves when a name, picture,
role or space changes; a remembered page then compares what it was made of before it is used again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from patogh.hangout.queries.lists import Muted, Scope
from patogh.kit.rows import rows

_TOPIC = """
SELECT t.version, t.space_id, t.trashed_at IS NOT NULL, t.merged_into_id, s.access,
       EXISTS (SELECT 1 FROM hangout_spacemember m WHERE m.space_id = t.space_id AND m.member_id = %s),
       (SELECT b.version FROM people_brand b WHERE b.id = 1), t.author_id
  FROM hangout_topic t JOIN hangout_space s ON s.id = t.space_id
 WHERE t.id = %s
"""
_KEY_MAX = 2**63 - 1  # no row has a higher key, and SQLite refuses to look for one
_SPACES = """
SELECT s.id, s.access, s.version, m.id IS NOT NULL, (SELECT b.version FROM people_brand b WHERE b.id = 1), s.slug
  FROM hangout_space s LEFT JOIN hangout_spacemember m ON m.space_id = s.id AND m.member_id = %s
 ORDER BY s.id
"""
_MUTED = """
SELECT 's', f.space_id FROM hangout_follow f WHERE f.member_id = %s AND f.level = 'muted' AND f.space_id IS NOT NULL
UNION ALL SELECT 't', f.topic_id FROM hangout_follow f WHERE f.member_id = %s AND f.level = 'muted' AND f.topic_id IS NOT NULL
UNION ALL SELECT 'g', f.tag_id FROM hangout_follow f WHERE f.member_id = %s AND f.level = 'muted' AND f.tag_id IS NOT NULL
UNION ALL SELECT 'm', f.followed_id FROM people_memberfollow f WHERE f.follower_id = %s AND f.level = 'muted'
"""


@dataclass(frozen=True, slots=True)
class TopicStamp:
    """A topic's freshness and whether this reader may see it."""

    version: int
    space_id: int
    is_trashed: bool
    merged_into: int | None
    access: str
    is_inside: bool
    house: int | None
    author_id: int

    def is_open_to(self, member_id: int | None, *, moderates: bool = False) -> bool:
        """Return whether a reader may see the topic: by the space, and a trashed one only by those who can restore it."""
        if self.is_trashed and not moderates:
            return False
        if self.access == "private":
            return self.is_inside
        return self.access == "public" or member_id is not None


def topic_stamp(topic_id: int, member_id: int | None) -> TopicStamp | None:
    """Return the stamp of a topic, or None if there is none with this id."""
    found = rows(_TOPIC, (member_id or 0, topic_id)) if topic_id <= _KEY_MAX else []
    return TopicStamp(*found[0]) if found else None


@dataclass(frozen=True, slots=True)
class Sight:
    """The spaces that a reader may see, and how fresh they are."""

    spaces: tuple[int, ...]
    hidden: tuple[int, ...]
    versions: tuple[int, ...]
    house: int | None
    slugs: tuple[str, ...] = ()

    def scope(self, muted: Muted = Muted(), **narrowed: int) -> Scope:  # noqa: B008 - a frozen value
        """Return a list's scope within what this reader may see."""
        return Scope(self.spaces, self.hidden, muted, **narrowed)


def sight(member_id: int | None) -> Sight:
    """Return what a member (or a stranger) may see: public spaces, members' ones, and the private ones they are in."""
    found = rows(_SPACES, (member_id or 0,))
    seen = [row for row in found if row[1] == "public" or (member_id is not None and (row[1] == "members" or row[3]))]
    ids = tuple(row[0] for row in seen)
    hidden = tuple(row[0] for row in found if row[0] not in ids)
    return Sight(
        ids, hidden, tuple(row[2] for row in seen), found[0][4] if found else None, tuple(row[5] for row in seen)
    )


def sight_from(space_id: int) -> Sight:
    """Return what everybody who may see this space may see besides: a page that all of them share shows no more."""
    found = rows(_SPACES, (0,))
    access = next((row[1] for row in found if row[0] == space_id), "private")
    open_to = {"public"} if access == "public" else {"public", "members"}
    seen = [row for row in found if row[1] in open_to or row[0] == space_id]
    ids = tuple(row[0] for row in seen)
    return Sight(
        ids,
        tuple(row[0] for row in found if row[0] not in ids),
        tuple(row[2] for row in seen),
        found[0][4] if found else None,
    )


def muted_by(member_id: int) -> Muted:
    """Return what a member muted, in one query."""
    kinds: dict[str, set[int]] = {"s": set(), "t": set(), "g": set(), "m": set()}
    for kind, pk in rows(_MUTED, (member_id,) * 4):
        kinds[kind].add(pk)
    return Muted(frozenset(kinds["s"]), frozenset(kinds["g"]), frozenset(kinds["t"]), frozenset(kinds["m"]))


def makings(member_ids: Iterable[int], space_id: int) -> tuple[Any, ...]:
    """Return what a remembered page took from elsewhere: the versions and roles of its people and its space's name."""
    ids = sorted(set(member_ids)) or [0]
    marks = ",".join(["%s"] * len(ids))
    sql = (
        "SELECT SUM(version), SUM(LENGTH(roles)), (SELECT name || name_en || colour || access || slug FROM hangout_space WHERE id = %s)"
        " FROM people_member WHERE id IN (MARKS)"
    )
    return rows(sql.replace("MARKS", marks), [space_id, *ids])[0]
