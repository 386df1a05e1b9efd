"""Lists of ideas: six tabs, each along an index of its own, keyset-paged; the road of all ideas; counts that are stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from patogh.ideas import machine, roads
from patogh.ideas.models import Category, Creator, Idea, Programme, RuleVersion
from patogh.ideas.queries.authors import Author, authors
from patogh.ideas.terms import Terms, terms_of
from patogh.kit import pages, persian
from patogh.kit.pages import Order, Page

IDEAS_A_PAGE = 20
DOTS, NAMED = 60, 6
IN_REVIEW_COUNT_MAX = 200
HIDING_MAX = 500
_TELLING = frozenset({"missing", "pace"})
REVIEWED = (machine.IN_REVIEW, machine.CARRIED_OVER)
MADE = (machine.ON_SALE, machine.IN_DEVELOPMENT, machine.APPROVED)
ENDED = (machine.EXPIRED, machine.NOT_APPROVED, machine.ARCHIVED, machine.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its order, and the states that stand in it (none: every public one)."""

    order: Order
    states: tuple[str, ...] = ()
    kind: type = datetime


# The condition of the index of public ideas, letter by letter: SQLite does not see it in a list of parameters.
_IN_SIGHT = RawSQL("NOT (\"ideas_idea\".\"state\" IN ('draft', 'returned', 'submitted'))", (), BooleanField())


class _Gathering(RawSQL):
    """That an idea gathers, as the partial indexes say it; SQLite hears that most rows of the index do, and keeps its order."""

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        """Return the condition with its likelihood (https://www.sqlite.org/lang_corefunc.html#likelihood)."""
        sql, params = super().as_sql(compiler, connection)
        return f"likelihood({sql}, 0.9)", params


_GATHERS = _Gathering('"ideas_idea"."state" = \'gathering\'', (), BooleanField())


TABS = {
    "near": Tab(Order("missing", descending=False), (machine.GATHERING,), int),
    "pace": Tab(Order("pace"), (machine.GATHERING,), float),
    "new": Tab(Order("published_at")),
    "review": Tab(Order("state_since"), REVIEWED),
    "made": Tab(Order("state_since"), MADE),
    "ended": Tab(Order("state_since"), ENDED),
}


@dataclass(slots=True)
class Row:
    """One idea in a list."""

    id: int
    title: str
    lead: str
    picture: str
    author_id: int
    state: str
    state_since: datetime
    thresholds: list[Any]
    milestone: int
    next_threshold: int | None
    missing: int | None
    window_ends_at: datetime | None
    supporters_count: int
    comments_count: int
    programme_id: int
    rules_id: int
    published_at: datetime | None
    pace: float
    batch_name: str | None
    author: Author | None = None
    makers: list[str] = field(default_factory=list)
    terms: Terms | None = None

    @property
    def url(self) -> str:
        """The idea's address."""
        return idea_path(self.id, self.title)

    @property
    def stations(self) -> list[int]:
        """The numbers of this idea's stations."""
        return stations_of(self.thresholds, self.terms)

    @property
    def marks(self) -> tuple[float, ...]:
        """Where the stations stand on the short road."""
        return roads.marks(self.stations) or (1.0,)

    @property
    def hides_count(self) -> bool:
        """Whether the rules keep the number from everybody until the idea leaves gathering."""
        return bool(self.terms and self.terms.hides_counts and self.state == machine.GATHERING)

    @property
    def at(self) -> float:
        """Which part of the road is travelled; by stations alone where the count is hidden."""
        return at_of(self)

    @property
    def picture_url(self) -> str:
        """The address of a small picture, or nothing."""
        return picture_url(self.picture, small=True)


COLUMNS = (
    "id", "title", "lead", "picture", "author_id", "state", "state_since", "thresholds", "milestone", "next_threshold", "missing",
    "window_ends_at", "supporters_count", "comments_count", "programme_id", "rules_id", "published_at", "pace", "batch__name",
)  # fmt: skip


def idea_path(pk: int, title: str) -> str:
    """Return an idea's canonical address."""
    slug = persian.slug(title) or "idea"
    return f"/ideas/{pk}/{f'{slug}-' if slug in RESERVED else slug}"


# What stands behind an idea's number in addresses of its own; a title that reads like one gets a dash.
RESERVED = frozenset(
    {
        "again", "agreement", "archive", "draft", "edit", "embed", "feedback", "follow", "history", "makers", "making", "materials",
        "merge", "publication", "questions", "return", "share", "submission", "support", "supporters", "supports", "survey", "talk",
        "updates", "withdrawal",
    }
)  # fmt: skip


def picture_url(name: str, *, small: bool = False) -> str:
    """Return the address of an idea's picture, or nothing where it has none."""
    if not name:
        return ""
    return f"/media/{name.replace('.webp', '-thumb.webp') if small else name}"


def stations_of(thresholds: Sequence[Any], terms: Terms | None) -> list[int]:
    """Return the numbers of an idea's stations: its own, fixed when it was published, else those of its rules."""
    own = [one if isinstance(one, int) else int(one["supporters"]) for one in thresholds]
    return own or [station.supporters for station in (terms.stations if terms else ())]


def at_of(idea: Any) -> float:
    """Return which part of its road an idea (a Row or an Idea with `terms`) has travelled."""
    stations = stations_of(idea.thresholds, idea.terms)
    if idea.state in (*REVIEWED, *machine.DECIDED):
        return 1.0
    if idea.terms and idea.terms.hides_counts and idea.state == machine.GATHERING:
        return float(idea.milestone / max(1, len(stations)))
    return float(max(roads.share_of(idea.supporters_count, stations), idea.milestone / max(1, len(stations))))


@dataclass(frozen=True, slots=True)
class Scope:
    """Which ideas a list is about: all public ones, narrowed to a programme or one of its categories."""

    programme_id: int | None = None
    category_id: int | None = None

    def ideas(self) -> QuerySet[Idea]:
        """Return the ideas of this scope that everybody may see."""
        found = Idea.objects.filter(hidden_at__isnull=True, published_at__isnull=False)
        if self.category_id is not None:
            return found.filter(category_id=self.category_id)
        return found.filter(programme_id=self.programme_id) if self.programme_id is not None else found


def ideas_in(
    scope: Scope, tab: str | Tab, *, after: str | None = None, before: str | None = None, size: int = IDEAS_A_PAGE
) -> Page[Row]:
    """Return one page of a tab; raises BadCursor. A fixed number of queries, each along an index."""
    shape = TABS[tab] if isinstance(tab, str) else tab
    backwards, given = bool(before) and not after, after or before
    beyond = _beyond(shape, given, backwards=backwards) if given else Q()
    found: list[Row] = []
    for place in _places(scope, shape):
        ordered = place.filter(beyond).order_by(*shape.order.columns(backwards=backwards))
        try:
            found += [Row(*row) for row in ordered.values_list(*COLUMNS)[: size + 1]]
        except (ValueError, TypeError, OverflowError) as error:
            raise pages.BadCursor from error
    descending = shape.order.descending != backwards
    found.sort(key=lambda row: (getattr(row, shape.order.field), row.id), reverse=descending)
    return pages.cut(dressed(found[: size + 1]), size, shape.order.of, came_from=given, backwards=backwards)


def _places(scope: Scope, shape: Tab) -> list[QuerySet[Idea]]:
    """Return a query a state, so that each walks the index of its state; the newest ideas have one index for all states."""
    if not shape.states:
        return [scope.ideas().filter(_IN_SIGHT)]
    if shape.order.field in _TELLING:
        open_ones = scope.ideas().exclude(rules__in=_hiding())
        return [open_ones.filter(_GATHERS, **{f"{shape.order.field}__isnull": False})]
    return [scope.ideas().filter(state=state) for state in shape.states]


def _hiding() -> list[int]:
    """Return the versions of rules that hide the counts: their place in an order by counts, or its cursor, would tell them."""
    return list(RuleVersion.objects.filter(terms__hides_counts=True).values_list("pk", flat=True)[:HIDING_MAX])


def _beyond(shape: Tab, given: str, *, backwards: bool) -> Q:
    cursor = pages.Cursor.decode(given)
    wanted = (int, float) if shape.kind is float else shape.kind
    if isinstance(cursor.value, bool) or not isinstance(cursor.value, wanted) or not isinstance(cursor.id, int):
        raise pages.BadCursor
    return shape.order.beyond(cursor, backwards=backwards)


def dressed(found: list[Row]) -> list[Row]:
    """Put people and rules on rows: three queries, however many rows."""
    ids = [row.id for row in found]
    people = authors(row.author_id for row in found)
    rules = RuleVersion.objects.in_bulk({row.rules_id for row in found})
    others = Creator.objects.filter(idea_id__in=ids, state="agreed").order_by("position", "id")
    names: dict[int, list[str]] = {}
    for idea_id, member_id, name in others.values_list("idea_id", "member_id", "member__name"):
        names.setdefault(idea_id, []).append(name)
        del member_id
    for row in found:
        row.author, row.terms = people.get(row.author_id), terms_of(rules[row.rules_id])
        row.makers = names.get(row.id) or ([row.author.name] if row.author else [])
    return found


def rows_of(found: QuerySet[Idea], size: int) -> list[Row]:
    """Return the first `size` ideas of an ordered query as rows with their people."""
    return dressed([Row(*row) for row in found.values_list(*COLUMNS)[:size]])


@dataclass(slots=True)
class Everybody:
    """The road of all ideas: some by name, the others as dots."""

    stations: list[int]
    days: list[int]
    named: list[Row]
    dots: list[tuple[float, int]]


def everybody_on_the_road(near: Sequence[Row], scope: Scope, terms: Terms | None) -> Everybody:
    """Return the road of all ideas in two queries of at most `DOTS` rows: those with a picture near a station by name."""
    lively = scope.ideas().filter(_GATHERS).order_by("-pace", "-id")
    rows = [row for row in rows_of(lively, DOTS) if not row.hides_count]
    reviewed = scope.ideas().filter(state=machine.IN_REVIEW).order_by("-state_since", "-id")
    rows += rows_of(reviewed, 3)
    named = _apart([row for row in (*near, *rows) if row.picture and not row.hides_count])
    ids = {row.id for row in named}
    spots = _lanes([row.at for row in rows if row.id not in ids], [row.at for row in named])
    stations = [station.supporters for station in terms.stations] if terms else []
    return Everybody(stations, [station.days for station in terms.stations] if terms else [], named, spots)


def _apart(rows: list[Row]) -> list[Row]:
    """Return up to NAMED rows that stand far enough from each other to carry a name."""
    chosen: list[Row] = []
    for row in rows:
        if len(chosen) < NAMED and all(abs(row.at - other.at) > 0.11 for other in chosen):
            chosen.append(row)
    return sorted(chosen, key=lambda row: row.at)


def _lanes(places: list[float], taken: list[float]) -> list[tuple[float, int]]:
    """Return (place, lane -1, 0 or 1) of dots, those under a named idea left out."""
    used: dict[int, int] = {}
    spots = []
    for place in sorted(places):
        if any(abs(place - other) < 0.024 for other in taken):
            continue
        slot = round(place * 70)
        used[slot] = used.get(slot, 0) + 1
        spots.append((place, used[slot] % 3 - 1))
    return spots


@dataclass(slots=True)
class Counts:
    """The numbers of the opening lines, from stored counters and one bounded look."""

    published: int
    gathering: int
    reviewed: int
    made: int
    in_review: int

    @property
    def ended(self) -> int:
        """How many ended without being made."""
        return max(0, self.published - self.gathering - self.made - self.in_review)


def counts(programmes: Sequence[Programme], scope: Scope) -> Counts:
    """Return the counts over these programmes; one query, no further than IN_REVIEW_COUNT_MAX rows."""
    waiting = scope.ideas().filter(state__in=REVIEWED).values_list("pk", flat=True)[:IN_REVIEW_COUNT_MAX]
    return Counts(
        sum(one.ideas_count for one in programmes), sum(one.gathering_count for one in programmes),
        sum(one.reviewed_count for one in programmes), sum(one.made_count for one in programmes), len(waiting),
    )  # fmt: skip


def programmes() -> list[Programme]:
    """Return the programmes that everybody may see, with their rules, in one query."""
    return list(Programme.objects.exclude(state="preparing").select_related("rules").order_by("position", "id")[:100])


def categories(programme_id: int) -> list[Category]:
    """Return the shelves of a programme."""
    return list(Category.objects.filter(programme_id=programme_id).order_by("position", "id")[:100])
