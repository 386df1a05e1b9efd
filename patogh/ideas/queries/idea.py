"""What an idea's page shows, in a fixed number of queries: the idea, its moves with names, its makers, materials and newest supporters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from patogh.ideas import machine
from patogh.ideas.models import Creator, Idea, IdeaProduct, Material, Move, Revision, Support
from patogh.ideas.queries.authors import Author, authors
from patogh.ideas.queries.lists import at_of, idea_path, picture_url, stations_of
from patogh.ideas.terms import Terms, terms_of
from patogh.ledger.models import Submission
from patogh.shop.models import Product

NEWEST_SUPPORTERS = 8
MOVES_MAX = 200
MATERIALS_MAX = 40
REVISIONS_MAX = 50
MERGED_MAX = 10
# Moves that only lead back and forth before anybody decided; they stand in the history of the makers and the team alone.
QUIET = frozenset({"recall"})


@dataclass(slots=True)
class Shown:
    """An idea with everything that its shared page needs."""

    idea: Idea
    terms: Terms
    stations: list[int]
    moves: list[Move]
    creators: list[Creator]
    materials: list[Material]
    people: dict[int, Author]
    newest: list[tuple[int, datetime]]
    products: list[Product]
    lines: dict[str, int] = field(default_factory=dict)
    merged_from: list[tuple[int, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The canonical address."""
        return idea_path(self.idea.pk, self.idea.title)

    @property
    def at(self) -> float:
        """Which part of the road is travelled."""
        return at_of(_Standing(self.idea, self.terms))

    @property
    def hides_count(self) -> bool:
        """Whether the rules keep the number of supporters from everybody for now."""
        return self.terms.hides_counts and self.idea.state == machine.GATHERING

    @property
    def is_gathering(self) -> bool:
        """Whether it takes supports."""
        return self.idea.state in machine.SUPPORTABLE and self.idea.hidden_at is None

    @property
    def picture_url(self) -> str:
        """The big picture, or nothing."""
        return picture_url(self.idea.picture)

    @property
    def makers(self) -> list[Author]:
        """Who makes it, the author first; an erased author stands under the pseudonym."""
        found = [self.people[one.member_id] for one in self.creators if one.member_id in self.people]
        author = self.people.get(self.idea.author_id)
        return found or ([author] if author else [])

    def person(self, pk: int | None) -> Author | None:
        """Return one of the page's people."""
        return self.people.get(pk or 0)

    def line_of(self, move: Move) -> int | None:
        """Return the line of the open book that tells of a move."""
        return self.lines.get(_line_key(self.idea.pk, move.number))


class _Standing:
    """An idea with its terms, as `at_of` wants it."""

    def __init__(self, idea: Idea, terms: Terms) -> None:
        self.state, self.milestone, self.thresholds = idea.state, idea.milestone, idea.thresholds
        self.supporters_count, self.terms = idea.supporters_count, terms


def shown(idea_id: int) -> Shown | None:
    """Return an idea with what its page needs; whether the reader may see it is asked before (queries.stamps)."""
    idea = Idea.objects.select_related("programme", "rules", "category", "batch").filter(pk=idea_id).first()
    if idea is None:
        return None
    terms = terms_of(idea.rules)
    moves = list(Move.objects.filter(idea=idea).exclude(move__in=QUIET).order_by("-number")[:MOVES_MAX])
    creators = list(Creator.objects.filter(idea=idea, state="agreed").order_by("position", "id"))
    newest = newest_supporters(idea.pk) if not terms.hides_counts or idea.state != machine.GATHERING else []
    people = authors(
        [idea.author_id, *(m.by_id for m in moves), *(c.member_id for c in creators), *(pk for pk, _at in newest)]
    )
    on_shelf = IdeaProduct.objects.filter(idea=idea, until__isnull=True, product__hidden_at=None)
    ties = on_shelf.select_related("product").order_by("pk")[:5]
    return Shown(
        idea, terms, stations_of(idea.thresholds, terms), moves, creators, list(Material.objects.filter(idea=idea)[:MATERIALS_MAX]),
        people, newest, [tie.product for tie in ties], lines_of_moves(idea.pk, moves),
        list(Idea.objects.filter(merged_into=idea, state=machine.MERGED).order_by("pk").values_list("pk", "title")[:MERGED_MAX]),
    )  # fmt: skip


def newest_supporters(idea_id: int, size: int = NEWEST_SUPPORTERS) -> list[tuple[int, datetime]]:
    """Return (member, when) of the newest supporters."""
    found = Support.objects.filter(idea_id=idea_id, withdrawn_at__isnull=True).order_by("-given_at", "-id")
    return list(found.values_list("member_id", "given_at")[:size])


def lines_of_moves(idea_id: int, moves: Sequence[Move]) -> dict[str, int]:
    """Return the line of the open book by the key of each move that stands in it; one query."""
    keys = [_line_key(idea_id, move.number) for move in moves]
    found = Submission.objects.filter(key__in=keys, leaf__isnull=False, log__state="open")
    return {str(key): int(leaf) for key, leaf in found.values_list("key", "leaf") if leaf is not None}


def _line_key(idea_id: int, number: int) -> str:
    """Return the key under which `ideas.book` enters a move."""
    return f"idea:{idea_id}:move:{number}"


def history(idea_id: int, since: datetime | None = None) -> list[Revision]:
    """Return what the idea said before its edits, the newest first; only what stood at `since` or later, where that is given.

    What it said before it was published is its makers' and the team's: nobody else ever saw it.
    """
    found = Revision.objects.filter(idea_id=idea_id).select_related("edited_by").order_by("-number")
    return list((found.filter(edited_at__gte=since) if since is not None else found)[:REVISIONS_MAX])


def linked_name(product: Any, language: str) -> str:
    """Return a product's name in `language`."""
    return str(product.name_en if language == "en" and product.name_en else product.name)
