"""Which verbs any live rule asks about: remembered for a moment, because every activity asks."""

from __future__ import annotations

from collections import defaultdict
from typing import Final, NamedTuple

from patogh.kit.memory import Remembered
from patogh.segments import limits
from patogh.segments.errors import BadRule
from patogh.segments.models import Segment, SegmentVersion
from patogh.segments.rules.nodes import Agreed, Did, Leaf, Related, Rule, Says, When, leaves
from patogh.segments.rules.reading import known
from patogh.segments.vocabulary import Touch, of_both, vocabulary

CONSENT_VERBS = ("people.consent_given", "people.consent_withdrawn")


class Seen(NamedTuple):
    """What live rules ask about: whom each verb touches, which segments (slugs) rules of others ask for."""

    verbs: dict[str, frozenset[Touch]]
    slugs: frozenset[str]


def touches(verb: str) -> frozenset[Touch]:
    """Return how to find whom an activity of this verb touches; costs a query once in LOOKED_AT_S seconds."""
    return SEEN().verbs.get(verb, frozenset())


def asks_for(slug: str) -> bool:
    """Return whether a live rule asks for the people of the segment of this slug; costs as little."""
    return slug in SEEN().slugs


def rules_in_use() -> dict[int, tuple[Segment, Rule]]:
    """Return every segment that is kept live, with its rule; those whose rule cannot be read any more are left out."""
    found = {}
    rows = SegmentVersion.objects.filter(
        segment__retired_at=None, segment__state__in=("filling", "live")
    ).select_related("segment")
    for row in rows:
        if row.number == row.segment.version:
            try:
                found[row.segment_id] = (row.segment, known(row.text))
            except BadRule:
                continue
    return found


def verbs_of(rule: Rule) -> dict[str, Touch]:
    """Return the verbs that may change what a rule says, with whom each of them touches."""
    return {verb: touch for leaf in leaves(rule) for verb, touch in _verbs(leaf)}


def assume_none() -> None:
    """Take it that no rule asks for anything, until `forget`: for tests that count queries."""
    SEEN.assume(Seen({}, frozenset()))


def segments_of(rule: Rule) -> set[str]:
    """Return the segments (slugs) for whose people a rule asks."""
    relations = vocabulary().relations
    return {leaf.value for leaf in leaves(rule) if isinstance(leaf, Related) and relations[leaf.name].of_segment}


def _collected() -> Seen:
    found: defaultdict[str, set[Touch]] = defaultdict(set)
    rules = [rule for _, rule in rules_in_use().values()]
    for rule in rules:
        for leaf in leaves(rule):
            for verb, touch in _verbs(leaf):
                found[verb].add(touch)
    slugs = frozenset(slug for rule in rules for slug in segments_of(rule))
    return Seen({verb: frozenset(some) for verb, some in found.items()}, slugs)


SEEN: Final = Remembered(_collected, limits.LOOKED_AT_S)
forget = SEEN.forget


def _verbs(leaf: Leaf) -> list[tuple[str, Touch]]:
    words = vocabulary()
    if isinstance(leaf, Did):
        word = words.words[leaf.word]
        return [(verb, word.touched) for verb in word.verbs]
    if isinstance(leaf, Related):
        relation = words.relations[leaf.name]
        return [(verb, relation.touched) for verb in relation.verbs]
    if isinstance(leaf, Agreed):
        return [(verb, of_both) for verb in CONSENT_VERBS]
    if isinstance(leaf, When) or (isinstance(leaf, Says) and leaf.kind == "fact"):
        fact = words.facts[leaf.name]
        return [(verb, fact.touched) for verb in fact.verbs]
    return []
