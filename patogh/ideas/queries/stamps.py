"""How fresh an idea's page is, who may see it, and what on it is one reader's own: one raw query each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from patogh.ideas import machine
from patogh.kit.rows import rows

_IDEA = """
SELECT i.version, i.state, i.published_at IS NULL OR i.hidden_at IS NOT NULL, i.merged_into_id, i.author_id, p.version, p.state,
       EXISTS (SELECT 1 FROM ideas_creator c WHERE c.idea_id = i.id AND c.member_id = %s AND c.state IN ('invited', 'agreed')),
       (SELECT b.version FROM people_brand b WHERE b.id = 1)
  FROM ideas_idea i JOIN ideas_programme p ON p.id = i.programme_id WHERE i.id = %s
"""
_HOUSE = """
SELECT (SELECT COALESCE(SUM(p.version), 0) FROM ideas_programme p), (SELECT COUNT(*) FROM ideas_programme p),
       (SELECT b.version FROM people_brand b WHERE b.id = 1)
"""
_MINE = """
SELECT (SELECT s.id FROM ideas_support s WHERE s.idea_id = %s AND s.member_id = %s AND s.withdrawn_at IS NULL),
       EXISTS (SELECT 1 FROM ideas_follow f WHERE f.idea_id = %s AND f.member_id = %s),
       EXISTS (SELECT 1 FROM ideas_surveyanswer a WHERE a.idea_id = %s AND a.member_id = %s),
       EXISTS (SELECT 1 FROM ideas_feedback g WHERE g.idea_id = %s AND g.member_id = %s),
       (SELECT c.state FROM ideas_creator c WHERE c.idea_id = %s AND c.member_id = %s)
"""
_MAKINGS = "SELECT COALESCE(SUM(version), 0), COALESCE(SUM(LENGTH(roles)), 0), COUNT(*) FROM people_member WHERE id IN ({marks})"


@dataclass(frozen=True, slots=True)
class IdeaStamp:
    """An idea's freshness and whether this reader may see it."""

    version: int
    state: str
    is_private: bool
    merged_into: int | None
    author_id: int
    programme_version: int
    programme_state: str
    is_maker: bool
    house: int | None

    def is_open_to(self, member_id: int | None, *, is_team: bool = False) -> bool:
        """Return whether a reader may see the idea: a draft only its makers, one that is looked at or hidden these and the team."""
        if member_id is not None and (self.is_maker or self.author_id == member_id):
            return True
        if is_team:
            return self.state != machine.DRAFT
        return not self.is_private and self.programme_state != "preparing"


@dataclass(frozen=True, slots=True)
class Mine:
    """What on an idea's page is one reader's own."""

    support_id: int | None
    follows: bool
    answered: bool
    gave_feedback: bool
    creator_state: str | None


def idea_stamp(idea_id: int, member_id: int | None) -> IdeaStamp | None:
    """Return the stamp of an idea, or None if there is none with this id."""
    found = rows(_IDEA, (member_id or 0, idea_id))
    if not found:
        return None
    version, state, hidden, merged, author, p_version, p_state, maker, house = found[0]
    return IdeaStamp(version, state, bool(hidden), merged, author, p_version, p_state, bool(maker), house)


def house_stamp() -> tuple[Any, ...]:
    """Return what moves when any idea of any programme moved (a programme's version counts its ideas' moves) or the brand did."""
    found: tuple[Any, ...] = rows(_HOUSE)[0]
    return found


def mine_on(idea_id: int, member_id: int) -> Mine:
    """Return a member's own marks on one idea, in one query."""
    support, follows, answered, feedback, creator = rows(_MINE, (idea_id, member_id) * 5)[0]
    return Mine(support, bool(follows), bool(answered), bool(feedback), creator)


def makings(member_ids: Iterable[int]) -> tuple[Any, ...]:
    """Return what a remembered page took from its people: their versions and roles."""
    ids = sorted(set(member_ids)) or [0]
    found: tuple[Any, ...] = rows(_MAKINGS.format(marks=",".join(["%s"] * len(ids))), ids)[0]
    return found
