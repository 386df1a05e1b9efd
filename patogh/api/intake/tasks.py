"""What follows the intake: tidying up, and orders that came as events."""

from __future__ import annotations

from patogh.activity import task
from patogh.activity.models import Activity
from patogh.api.intake import orders
from patogh.api.intake.actions import taking
from patogh.api.models import IntakeSource


@task("api.tidy_intake")
def tidy() -> None:
    """Forget old samples and counts."""
    taking.tidy()


@task(taking.ORDERS)
def take_orders(source: int, activities: list[str]) -> None:
    """Hand the orders and returns among these events to the shop, which knows those it has."""
    row = IntakeSource.objects.select_related("made_by").filter(pk=source, takes_orders=True).first()
    if row is not None and row.made_by is not None:
        orders.hand_on(row, list(Activity.objects.filter(pk__in=activities).order_by("happened_at", "pk")))
