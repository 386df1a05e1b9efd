"""Reading the index: `search` for pages, `suggest` while typing, `similar` for new titles, `search_plain` for tools."""

from patogh.search.queries.candidates import Filters
from patogh.search.queries.finding import Results, search
from patogh.search.queries.hits import Hit
from patogh.search.queries.plain import search_plain
from patogh.search.queries.sights import audiences_of, place_called, spaces_in_sight
from patogh.search.queries.typing import similar, suggest

__all__ = [
    "Filters",
    "Hit",
    "Results",
    "audiences_of",
    "place_called",
    "search",
    "search_plain",
    "similar",
    "spaces_in_sight",
    "suggest",
]
