"""The public ideas of one member, for their profile."""

from django.db.models import QuerySet

from patogh.ideas.models import Idea
from patogh.ideas.models.ideas import IN_SIGHT
from patogh.ideas.queries import lists
from patogh.ideas.queries.lists import Row
from patogh.kit.pages import Order, Page, paged

COUNTED_MAX = 100
_BY_AGE = Order("created_at")


def ideas_count(member_id: int) -> int:
    """Return how many public ideas a member proposed, counted no further than COUNTED_MAX."""
    return len(_public(member_id).values_list("pk", flat=True)[:COUNTED_MAX])


def ideas_by(member_id: int, *, after: str | None = None, before: str | None = None) -> Page[Row]:
    """Return a page of them, the newest first; raises BadCursor."""
    page: Page[Idea] = paged(
        _public(member_id).only("pk", "created_at"), _BY_AGE, size=lists.IDEAS_A_PAGE, after=after, before=before
    )
    ids = [idea.pk for idea in page.items]
    rows = {row.id: row for row in lists.rows_of(Idea.objects.filter(pk__in=ids), len(ids))} if ids else {}
    return Page([rows[pk] for pk in ids if pk in rows], page.next, page.previous)


def _public(member_id: int) -> QuerySet[Idea]:
    return Idea.objects.filter(IN_SIGHT, author_id=member_id)
