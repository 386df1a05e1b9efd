"""What stands beside a topic: similar ones, people who solved such things, and how things stand with its asker.

Only what everybody who may see the topic may see, since its page is shared. The work is bounded whatever the size of
the hangout: search gives those with a like title, each of the tags its newest topics, and the rest is counted among those.
"""

import time
from array import array
from collections import Counter
from dataclasses import dataclass, field

from patogh.hangout.models import Topic, TopicTag
from patogh.hangout.queries.authors import Author, authors
from patogh.hangout.queries.lists import Row, Scope, rows_of
from patogh.hangout.queries.stamps import sight_from
from patogh.hangout.queries.topic import Head
from patogh.kit.rows import rows
from patogh.looks.assembly import Store, part
from patogh.search import queries as search

NEWEST_A_TAG = 60
SIMILAR, EXPERTS = 4, 3
CANDIDATES_S = 900
nearby = Store(ready_bytes_max=1_500_000, packed_bytes_max=1)

_SOLVERS = """
SELECT p.author_id, COUNT(*) FROM hangout_topic t JOIN hangout_post p ON p.id = t.accepted_post_id
 WHERE t.id IN ({marks}) AND t.trashed_at IS NULL AND +t.space_id IN ({spaces}) GROUP BY p.author_id ORDER BY 2 DESC, 1 LIMIT 4
"""


@dataclass(slots=True)
class Beside:
    """The side of a topic."""

    similar: list[Row] = field(default_factory=list)
    experts: list[tuple[Author, int]] = field(default_factory=list)


def beside(top: Head) -> Beside:
    """Return the side of a topic, in a fixed number of queries."""
    scope = sight_from(top.space_id).scope()
    near = _candidates(top)
    if not near or not scope.spaces:
        return Beside()
    return Beside(_similar(scope, near), _experts(top, scope, near))


def _candidates(top: Head) -> list[int]:
    """Return the ids of topics that may be like this one, remembered for some minutes: what is shown of them is read anew each time."""
    key, stamp = ("near", top.pk), (top.title, tuple(top.tag_names), top.space_access, top.space_id)
    kept = nearby.get(key, stamp, time.time())
    if kept is None:
        near = list(dict.fromkeys(pk for pk in (*_like(top), *_near(top.pk)) if pk != top.pk))[: NEWEST_A_TAG * 2]
        kept = nearby.put(
            key, stamp, part("", valid_until_s=time.time() + CANDIDATES_S, facts={"near": array("Q", near)})
        )
    return list(kept.facts["near"])


def _like(top: Head) -> list[int]:
    """Return the ids of topics whose titles share the rarer words of this one's: what everybody who sees it may see."""
    audiences = {"public": ["public"], "members": ["public", "members"]}.get(
        top.space_access, ["public", "members", f"space:{top.space_id}"]
    )
    found = search.similar(top.title, audiences=audiences, limit=SIMILAR, without=top.pk)
    return [hit.thing_id for hit in found]


def _near(topic_id: int) -> list[int]:
    """Return the ids of topics that share tags with this one, those that share most and the newest first."""
    tags = list(TopicTag.objects.filter(topic_id=topic_id).values_list("tag_id", flat=True)[:6])
    if not tags:
        return []
    one = "SELECT topic_id FROM (SELECT topic_id FROM hangout_topictag WHERE tag_id = %s ORDER BY id DESC LIMIT {size}) AS newest"
    found = rows(" UNION ALL ".join([one.format(size=NEWEST_A_TAG)] * len(tags)), tags)
    shared = Counter(row[0] for row in found)
    return sorted(shared, key=lambda pk: (-shared[pk], -pk))


def _similar(scope: Scope, near: list[int]) -> list[Row]:
    best = near[: SIMILAR * 4]
    found = {
        row.id: row
        for row in rows_of(
            scope, Topic.objects.filter(pk__in=best, trashed_at__isnull=True, merged_into__isnull=True), len(best)
        )
    }
    return [found[pk] for pk in best if pk in found][:SIMILAR]


def _experts(top: Head, scope: Scope, near: list[int]) -> list[tuple[Author, int]]:
    ids = near
    marks, spaces = ",".join(["%s"] * len(ids)), ",".join(["%s"] * len(scope.spaces))
    found = rows(_SOLVERS.format(marks=marks, spaces=spaces), [*ids, *scope.spaces])
    people = authors(row[0] for row in found)
    return [(people[pk], count) for pk, count in found if pk in people and pk != top.author_id][:EXPERTS]
