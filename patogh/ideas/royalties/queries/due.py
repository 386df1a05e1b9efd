"""Which months are over and not closed yet, and what each waits for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from patogh.ideas import limits
from patogh.ideas.models import Agreement, Idea, IdeaProduct
from patogh.ideas.royalties import counting, months
from patogh.ideas.royalties.counting import Tie
from patogh.ideas.royalties.errors import NoAgreementYet, UnitNotKept
from patogh.ideas.royalties.months import Month

GRACE = dt.timedelta(days=limits.CLOSING_GRACE_DAYS)


@dataclass(frozen=True, slots=True)
class Due:
    """The next month of an idea; `refusal` says in words why it cannot be closed although its time has come."""

    idea_id: int
    title: str
    month: Month
    closes_at: dt.datetime
    refusal: str = ""


def due(now: dt.datetime) -> list[Due]:
    """Return the months whose time to be closed has come, oldest first."""
    return sorted((row for row in ahead() if row.closes_at <= now), key=lambda row: (row.closes_at, row.idea_id))


def ahead() -> Iterator[Due]:
    """Yield the next month of every idea with a product; two queries and one for each idea, more for one that is due."""
    now = timezone.now()
    viewer = months.brand_viewer()
    in_force = Agreement.objects.filter(idea=OuterRef("pk"), in_force_at__isnull=False)
    ideas = Idea.objects.filter(Exists(IdeaProduct.objects.filter(idea=OuterRef("pk"))))
    rows = ideas.annotate(last=Max("royalty_periods__ends_at"), is_agreed=Exists(in_force)).order_by("pk")
    for idea in rows.only("title").iterator(chunk_size=200):
        ties = counting.ties_of(idea, viewer)
        month = counting.next_month(ties, idea.last, viewer)
        if month is not None:
            refusal = "" if idea.is_agreed else str(NoAgreementYet.sentence)
            if not refusal and month.ends_at + GRACE <= now:
                refusal = _uncounted(ties, month)
            yield Due(idea.pk, idea.title, month, month.ends_at + GRACE, refusal)


def _uncounted(ties: Sequence[Tie], month: Month) -> str:
    """Return why what was sold in a month that is over cannot be counted, "" where it can."""
    try:
        counting.units_in(ties, month)
        counting.sold(ties, month.starts_at, month.ends_at)
    except UnitNotKept as refusal:
        return str(refusal)
    return ""
