"""A member's notices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from patogh.kit import limits
from patogh.kit.hooks import plugins
from patogh.kit.pages import Order, Page, paged
from patogh.people.models import Member, Notice
from patogh.people.notice_kinds import is_hushed_when_gone


def notices_page(
    member: Member, *, after: str | None = None, before: str | None = None, size: int = limits.PAGE_ROWS
) -> Page[Notice]:
    """Return a page of a member's notices, newest first, with who caused each.

    What was public when a notice was given may have gone out of sight since: its title is then no longer told.
    """
    mine = Notice.objects.filter(member=member).select_related("actor")
    page: Page[Notice] = paged(mine, Order("happened_at"), after=after, before=before, size=size)
    _hush(page, member)
    return page


def has_notice(member: Member, notice_id: int) -> bool:
    """Return whether a notice is this member's."""
    return Notice.objects.filter(pk=notice_id, member=member).exists()


def _hush(notices: Iterable[Notice], member: Member) -> None:
    """Take the titles away of those whose room no longer shows their subject to the member; a query a kind of subject."""
    subjects: defaultdict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        if is_hushed_when_gone(notice):
            subjects[notice.subject_kind].append(notice)
    for kind, about in subjects.items():
        keys = sorted({notice.subject_id for notice in about})
        shown = set().union(*plugins.hook.subjects_named(kind=kind, keys=keys, viewer=member))
        for notice in about:
            if notice.subject_id not in shown and notice.title:
                notice.title = _("something that is no longer in sight")
