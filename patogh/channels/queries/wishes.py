"""What the page of notices shows: the matrix of events and channels, the terms, and what became of the last mails."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max

from patogh.channels import registry
from patogh.channels.actions.choosing import default_of
from patogh.channels.models import Choice, Delivery, Reach, Terms
from patogh.people.models import Member
from patogh.people.notice_kinds import notice_kinds

DELIVERIES_SHOWN_MAX = 20


@dataclass(frozen=True)
class Event:
    """A line of the matrix: an event and when it is told where; each cell is (channel, when, offered)."""

    kind: str
    icon: str
    label: str
    cells: list[tuple[str, str, tuple[str, ...]]]

    @property
    def in_app(self) -> bool:
        """Whether the bell tells of it."""
        return self.cells[0][1] != "never"


def terms_of(member: Member) -> Terms:
    """Return a member's terms, the defaults if none were set."""
    return Terms.objects.filter(member=member).first() or Terms(member=member)


def matrix(member: Member, language: str) -> list[Event]:
    """Return every event with what this member chose, the bell first; one query."""
    chosen = {(one.kind, one.channel): one.when for one in Choice.objects.filter(member=member)}
    offered = {registry.IN_APP: ("now", "never")} | {one.name: one.whens for one in registry.channels().values()}
    return [
        Event(
            kind.name,
            kind.icon,
            kind.label(language),
            [
                (channel, chosen.get((kind.name, channel), default_of(kind.name, channel)), whens)
                for channel, whens in offered.items()
            ],
        )
        for kind in notice_kinds().values()
        if kind.outside
    ]


def recent_deliveries(member: Member) -> list[Delivery]:
    """Return the last things that left, or did not, for this member."""
    return list(
        Delivery.objects.filter(member=member).select_related("notice__actor").order_by("-pk")[:DELIVERIES_SHOWN_MAX]
    )


def unreachable(member: Member) -> Reach | None:
    """Return the address of this member that sends our mails back, if one does."""
    return Reach.objects.filter(member=member, stopped_at__isnull=False).order_by("-stopped_at").first()


def is_closed(address: str) -> bool:
    """Tell whether mail to an address, in small letters, came back for good."""
    return Reach.objects.filter(address=address, stopped_at__isnull=False).exists()


def counted() -> list[dict[str, object]]:
    """Return how many deliveries of each channel, state and reason there are, with one of the errors; for the operator."""
    found = Delivery.objects.values("channel", "state", "why").annotate(count=Count("pk"), error=Max("last_error"))
    return [dict(row) for row in found.order_by("channel", "state", "why")]
