"""How long what is kept is kept: the words of the inventories as rules that a recurring task enforces.

One line for each table whose inventory names hours, days or years. `tests/house/test_retention.py` holds the two against each
other. Tables with more to them than an age (a file beside the row, a sanction that still holds) name their room's own sweep,
which a rule then runs; the rule still says what is overdue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db.models import DateField, DateTimeField, IntegerField, Model, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.module_loading import import_string

from patogh.people.actions import retiring

STEP: Final = 500
STEPS_MAX: Final = 200
_EPOCH: Final = dt.date(1970, 1, 1)
_ALWAYS: Final = Q()


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of `label` go (or their columns `empties` do) once one of the moments in `columns` is `days` ago."""

    label: str
    columns: tuple[str, ...]
    days: int
    where: Q = _ALWAYS
    empties: tuple[str, ...] = ()
    sweep: str = ""

    @property
    def model(self) -> type[Model]:
        """The table."""
        return apps.get_model(self.label)

    @property
    def name(self) -> str:
        """How a report calls it."""
        return f"{self.label}.{'+'.join(self.empties)}" if self.empties else self.label

    def overdue(self, now: dt.datetime | None = None) -> QuerySet[Any]:
        """Return the rows whose time is over."""
        before = (now or timezone.now()) - dt.timedelta(days=self.days)
        old = Q()
        for column in self.columns:
            old |= Q((f"{column}__lt", _as_column(self.model, column, before)))
        filled = Q()
        for name in self.empties:
            filled |= ~Q((name, None)) if self.model._meta.get_field(name).null else ~Q((name, ""))  # noqa: SLF001
        return self.model._default_manager.filter(old, self.where, filled).order_by()  # noqa: SLF001 - Django's documented name


_CASES: Final = "patogh.trust.actions.forget_old_cases"
_STILL: Final = Q(sanctioned__until__gt=Now(), sanctioned__lifted_at=None)
RULES: Final = (
    Rule("activity.Outbox", ("created_at",), 7, Q(state="sequenced"), sweep="patogh.activity.relay.sweep"),
    Rule("api.Token", ("revoked_at", "expires_at"), 365),
    Rule("api.KeptAnswer", ("kept_at",), 2),
    Rule("api.WebhookEndpoint", ("secret_old_until",), 0, empties=("secret_old",)),
    Rule("api.WebhookAttempt", ("at",), 30),
    Rule("api.WebhookDelivery", ("created_at",), 30),
    Rule("api.WebhookMessage", ("created_at",), 30),
    Rule("channels.Delivery", ("ended_at",), 90, Q(state__in=("sent", "skipped", "dead"))),
    Rule("channels.Reach", ("bounced_at",), 30, Q(stopped_at=None)),
    Rule("channels.InboundMail", ("arrived_at",), 7, empties=("raw",)),
    Rule("channels.InboundMail", ("arrived_at",), 90),
    Rule("channels.Transcript", ("asked_at",), 1, sweep="patogh.channels.chat.actions.transcripts.forget_old"),
    Rule("channels.DeadLetter", ("came_at",), 30, sweep="patogh.channels.connectors.actions.dead.forget_letters"),
    Rule("api.IntakeTally", ("day",), 400, sweep="patogh.api.intake.actions.taking.tidy"),
    Rule("api.IntakeSample", ("at",), 7, sweep="patogh.api.intake.actions.taking.tidy"),
    Rule(
        "ideas.Support",
        ("given_at",),
        30,
        empties=("network",),
        sweep="patogh.ideas.actions.supporting.forget_old_networks",
    ),
    Rule("people.RoleGrant", ("revoked_at",), 730),
    Rule("people.NoticeSource", ("notice__happened_at",), 365),
    Rule("people.Notice", ("happened_at",), 365, sweep="patogh.people.actions.retiring.drop_old_notices"),
    Rule("people.DataCopy", ("ready_at",), 1, Q(state="ready"), sweep="patogh.people.leaving.going.drop_old_copies"),
    Rule("people.Leaving", ("asked_at",), 14, sweep="patogh.people.leaving.going.erase_due"),
    Rule("trust.Pace", ("day",), 2),
    Rule("trust.SaidBefore", ("said_at",), 14),
    Rule("trust.MemberDay", ("day",), 101),
    Rule("trust.Appeal", ("decision__decided_at",), 730, ~Q(decision__sanctioned__until__gt=Now()), sweep=_CASES),
    Rule("trust.Sanction", ("decision__decided_at",), 730, Q(until=None) | ~Q(until__gt=Now()), sweep=_CASES),
    Rule(
        "trust.SecondOpinion", ("decision__decided_at",), 730, ~Q(decision__sanctioned__until__gt=Now()), sweep=_CASES
    ),
    Rule("trust.Decision", ("decided_at",), 730, ~_STILL, sweep=_CASES),
    Rule("trust.Flag", ("item__decided_at",), 730, Q(item__state="decided", item__decisions=None), sweep=_CASES),
    Rule("trust.ReviewItem", ("decided_at",), 730, Q(state="decided", decisions=None), sweep=_CASES),
    Rule("trust.Held", ("settled_at",), 730, ~Q(state="waiting"), sweep=_CASES),
    Rule("sessions.Session", ("expire_date",), 0),
    Rule("usersessions.UserSession", ("last_seen_at",), 60),
)


def enforce(*, dry_run: bool = False, say: Callable[[Rule, int], None] | None = None) -> dict[str, int]:
    """Let go of what is older than its rule says; return how many rows by rule. A dry run only counts."""
    found: dict[str, int] = {}
    for rule in RULES:
        overdue = rule.overdue().count()
        if overdue and not dry_run:
            _let_go(rule)
            overdue -= rule.overdue().count()
        found[rule.name] = overdue
        if say:
            say(rule, overdue)
    return found


def _let_go(rule: Rule) -> None:
    """Let go of what one rule names, a batch at a time."""
    if rule.sweep:
        sweep = import_string(rule.sweep)
        for _turn in range(STEPS_MAX):
            if not sweep():
                return
    for keys in _batches(rule):
        retiring.retire(rule.model, keys, rule.empties)


def _batches(rule: Rule) -> Iterator[list[Any]]:
    for _turn in range(STEPS_MAX):
        keys = list(rule.overdue().values_list("pk", flat=True)[:STEP])
        if not keys:
            return
        yield keys


def _as_column(model: type[Model], path: str, moment: dt.datetime) -> Any:
    """Return a moment as a column keeps it: a time, a day, or the number of a day."""
    column: Any = None
    for name in path.split("__"):
        column = (column.related_model if column is not None else model)._meta.get_field(name)  # noqa: SLF001 - the same
    if isinstance(column, IntegerField):
        return (moment.date() - _EPOCH).days
    return moment if isinstance(column, DateTimeField) or not isinstance(column, DateField) else moment.date()
