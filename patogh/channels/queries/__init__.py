"""What this room reads."""

from patogh.channels.queries.digests import next_batch, preview_of
from patogh.channels.queries.judging import Verdict, activities_of, judged
from patogh.channels.queries.wishes import Event, counted, matrix, recent_deliveries, terms_of, unreachable

__all__ = [
    "Event",
    "Verdict",
    "activities_of",
    "counted",
    "judged",
    "matrix",
    "next_batch",
    "preview_of",
    "recent_deliveries",
    "terms_of",
    "unreachable",
]
