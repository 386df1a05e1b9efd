"""Nothing happens in the shadow: what happened to a member's texts and account, and what the public may know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from patogh.kit.pages import Order, Page, paged
from patogh.people.models import Member
from patogh.trust import limits
from patogh.trust.models import Appeal, Decision, Held, ReviewItem, Sanction
from patogh.trust.nouns import Event, LogLine, Reason, Shown, Subject
from patogh.trust.queries.appeals import is_open_to_appeal
from patogh.trust.queries.review import shown_many

_ORDER = Order("decided_at")


@dataclass(frozen=True, slots=True)
class History:
    """What happened to a member, newest first, and what of it still waits."""

    events: list[Event]
    next: str | None


def history_of(member: Member, *, after: str | None = None) -> History:
    """Return every decision, hold and sanction that met a member, with the reason and who: "moderator" or "house".

    What waits (held texts, things hidden by flags) stands on the first page; moderators have no names here.
    """
    page: Page[Decision] = paged(_decisions_about(member), _ORDER, size=limits.HISTORY_ROWS, after=after)
    waiting = [] if after else [*_held(member), *_hidden(member)]
    until = {row.decision_id: row for row in Sanction.objects.filter(decision__in=page.items)}
    held_ids = [int(row.subject_id) for row in page.items if row.subject_kind == "trust.held"]
    held = Held.objects.filter(author=member).in_bulk(held_ids)
    about = [Subject(row.subject_kind, row.subject_id) for row in page.items]
    named = shown_many([*about, *(event.subject for event in waiting if event.subject)], member)
    events = [_of_decision(row, until.get(row.pk), held, named) for row in page.items]
    return History([*(_titled(event, named) for event in waiting), *events], page.next)


def event_on(subject: Subject, author: Member) -> Event | None:
    """Return the newest thing that happened to one text of a member, for the note beside the text itself."""
    item = ReviewItem.objects.filter(subject_kind=subject.kind, subject_id=subject.id, member=author, is_hidden=True)
    if row := item.filter(state="open").first():
        return _waiting_event(row)
    rows = _decisions_about(author).filter(subject_kind=subject.kind, subject_id=subject.id, lifted_at=None)
    decision = rows.order_by("-decided_at", "-pk").first()
    return _of_decision(decision, None, {}, {}) if decision is not None else None


def public_log(
    *,
    after: str | None = None,
    before: str | None = None,
    reason: str = "",
    month: tuple[dt.datetime, dt.datetime] | None = None,
    size: int = limits.HISTORY_ROWS,
) -> Page[LogLine]:
    """Return the public log, newest first: what was decided where, why and with what outcome; no names, no words of
    members, the day only. Decisions that left everything as it was are not in it, nor are private spaces' numbers told.
    """
    rows = _public(reason, month).select_related("appeal", "item")
    page: Page[Decision] = paged(rows, _ORDER, size=size, after=after, before=before)
    return Page([_line(row) for row in page.items], page.next, page.previous)


def log_lines(
    most: int, *, reason: str = "", month: tuple[dt.datetime, dt.datetime] | None = None
) -> Iterator[tuple[dt.date, str, str, str, str, str, bool, str]]:
    """Yield the newest lines of the public log for a table, at most so many: day, what, sanction, reason, public reason,
    kind, whether the house decided, outcome.
    """
    rows = _public(reason, month).order_by("-decided_at", "-pk")
    fields = (
        "decided_at",
        "what",
        "sanction",
        "reason",
        "public_reason",
        "item__kind",
        "by_id",
        "lifted_at",
        "appeal__outcome",
    )
    for at, what, sanction, why, public_reason, kind, by, lifted, said in rows.values_list(*fields)[:most].iterator():
        outcome = "lifted" if lifted else {"upheld": "upheld"}.get(said, "")
        yield at.date(), what, sanction, why, public_reason, kind or "member", by is None, outcome


def _public(reason: str, month: tuple[dt.datetime, dt.datetime] | None) -> QuerySet[Decision]:
    """Return the decisions that the public log tells of."""
    rows = Decision.objects.exclude(what="none", sanction="")
    rows = rows.exclude(subject_kind="trust.held", what="approve").exclude(lifted_why="undo")
    if reason in dict(Decision.REASONS):
        rows = rows.filter(reason=reason)
    if month is not None:
        rows = rows.filter(decided_at__gte=month[0], decided_at__lt=month[1])
    return rows


def decision_met_by(member: Member, decision_id: int) -> Decision | None:
    """Return a decision about a member herself."""
    return Decision.objects.select_related("appeal", "item").filter(member=member, pk=decision_id).first()


def log_counts(since: dt.datetime) -> dict[str, int]:
    """Return how many decisions each reason had since a moment, for the heading of the public log; at most 5,000 rows."""
    found: dict[str, int] = {}
    rows = Decision.objects.filter(decided_at__gte=since).exclude(lifted_why="undo").order_by("-decided_at")
    for reason in rows.values_list("reason", flat=True)[:5_000]:
        found[reason] = found.get(reason, 0) + 1
    return found


def _decisions_about(member: Member) -> QuerySet[Decision]:
    return Decision.objects.select_related("appeal").filter(member=member).exclude(lifted_why="undo")


def _held(member: Member) -> Iterator[Event]:
    """Yield what waits for a moderator."""
    for row in Held.objects.filter(author=member, state="waiting").order_by("-held_at")[: limits.HISTORY_ROWS]:
        yield Event(
            at=row.held_at, code=f"held_{row.kind}", who="house", subject=Subject(row.place_kind, row.place_id), title=row.title,
            reasons=reasons_of(row), held_id=row.pk, words=row.text,
        )  # fmt: skip


def _hidden(member: Member) -> Iterator[Event]:
    """Yield what flags took out of sight and nobody has decided yet."""
    rows = ReviewItem.objects.filter(member=member, state="open", is_hidden=True).order_by("-opened_at")
    for row in rows[: limits.HISTORY_ROWS]:
        yield _waiting_event(row)


def _waiting_event(row: ReviewItem) -> Event:
    return Event(
        at=row.opened_at, code="hidden_by_flags", who="house", reason="flags", subject=Subject(row.subject_kind, row.subject_id),
    )  # fmt: skip


def reasons_of(held: Held) -> tuple[Reason, ...]:
    """Return why something is held."""
    return tuple(Reason(str(one["code"]), float(one["score"]), dict(one["facts"])) for one in held.reasons)


def _of_decision(row: Decision, sanction: Sanction | None, held: dict[int, Held], named: dict[Subject, Shown]) -> Event:
    """Return one decision as its member reads it."""
    text = held.get(int(row.subject_id)) if row.subject_kind == "trust.held" and row.subject_id.isdigit() else None
    subject = Subject(row.subject_kind, row.subject_id)
    thing = named.get(subject)
    code = row.sanction or (f"held_{row.what}" if text else row.what)
    said = getattr(row, "appeal", None)
    return Event(
        at=row.decided_at, code=code, who="moderator" if row.by_id or row.item_id is None else "house", reason=row.reason, words=row.words,
        subject=subject, title=thing.title if thing else text.title if text else "", url=thing.url if thing else "",
        until=sanction.until if sanction else None, reasons=reasons_of(text) if text else (), decision_id=row.pk,
        held_id=text.pk if text else None, appeal=_appeal_state(said), can_appeal=said is None and is_open_to_appeal(row),
        is_over=row.lifted_at is not None or (sanction is not None and _is_over(sanction)),
    )  # fmt: skip


def _is_over(sanction: Sanction) -> bool:
    return sanction.lifted_at is not None or (sanction.until is not None and sanction.until <= timezone.now())


def _appeal_state(said: Appeal | None) -> str:
    return "" if said is None else said.outcome or "open"


def _titled(event: Event, named: dict[Subject, Shown]) -> Event:
    """Return an event with the name and address of its thing."""
    thing = named.get(event.subject) if event.subject else None
    if thing is None:
        return event
    return Event(
        at=event.at, code=event.code, who=event.who, reason=event.reason, words=event.words, subject=event.subject,
        title=event.title or thing.title, url=thing.url, reasons=event.reasons, held_id=event.held_id,
    )  # fmt: skip


def _line(row: Decision) -> LogLine:
    """Return one decision as the public reads it."""
    said = getattr(row, "appeal", None)
    outcome = "lifted" if row.lifted_at else {"upheld": "upheld"}.get(_appeal_state(said), "")
    kind = row.item.kind if row.item is not None else "member"
    return LogLine(
        id=row.pk, day=row.decided_at.date(), what=row.what, sanction=row.sanction, reason=row.reason, public_reason=row.public_reason,
        kind=kind, space_id=row.space_id, by_house=row.by_id is None, outcome=outcome,
    )  # fmt: skip
