"""Reads of people, through the viewer."""

from patogh.people.queries.brands import brand, forget_brand, is_set_up
from patogh.people.queries.identities import claimable_by, identities_of, person_of_links
from patogh.people.queries.members import follow_between, followers_page, member_at, members_page, road_page
from patogh.people.queries.notices import has_notice, notices_page
from patogh.people.queries.rights import ROLE_NAMES, is_team, may, roles_of, team

__all__ = [
    "ROLE_NAMES",
    "brand",
    "claimable_by",
    "follow_between",
    "followers_page",
    "forget_brand",
    "has_notice",
    "identities_of",
    "is_set_up",
    "is_team",
    "may",
    "member_at",
    "members_page",
    "notices_page",
    "person_of_links",
    "road_page",
    "roles_of",
    "team",
]
