"""What a member's flag is worth: level, and how often moderators agreed before."""

from __future__ import annotations

from typing import Final

from patogh.people.models import Member
from patogh.trust.models import Record
from patogh.trust.queries.standing import level_of

BY_LEVEL: Final = {0: 0.5, 1: 1.0, 2: 1.25, 3: 1.5, 4: 3.0}


def flag_weight(member: Member) -> float:
    """Return the weight of a flag by this member now: by level, times 0.3 to 1.7 by accuracy."""
    row = Record.objects.filter(pk=member.pk).values_list("flags_agreed", "flags_disagreed").first() or (0, 0)
    return round(BY_LEVEL[level_of(member)] * (0.3 + 1.4 * accuracy(*row)), 3)


def accuracy(agreed: int, disagreed: int) -> float:
    """Return the share of flags that moderators agreed with, drawn to one half while there are few (Laplace, 2 + 2)."""
    return (agreed + 2) / (agreed + disagreed + 4)
