"""What this room reads."""

from patogh.channels.queries.digests import next_batch, preview_of
from patogh.channels.queries.judging import Verdict, activities_of, judged
from patogh.channels.queries.wishes import Event, counted, is_closed, matrix, recent_deliveries, terms_of, unreachable

__all__ = [
    "Event",
    "Verdict",
    "activities_of",
    "counted",
    "is_closed",
    "judged",
    "matrix",
    "next_batch",
    "preview_of",
    "recent_deliveries",
    "terms_of",
    "unreachable",
]
