"""Reads of people, through the viewer."""

from patogh.people.queries.brands import brand, forget_brand, is_set_up
from patogh.people.queries.identities import (
    accounts_of,
    claimable_by,
    homes_of,
    identities_of,
    own_identities,
    person_of_links,
)
from patogh.people.queries.members import follow_between, followers_page, member_at, members_page, road_page
from patogh.people.queries.notices import has_notice, notices_page
from patogh.people.queries.rights import ROLE_NAMES, is_team, may, roles_of, team, those_who_may

__all__ = [
    "ROLE_NAMES",
    "accounts_of",
    "brand",
    "claimable_by",
    "follow_between",
    "followers_page",
    "forget_brand",
    "has_notice",
    "homes_of",
    "identities_of",
    "is_set_up",
    "is_team",
    "may",
    "member_at",
    "members_page",
    "notices_page",
    "own_identities",
    "person_of_links",
    "road_page",
    "roles_of",
    "team",
    "those_who_may",
]
