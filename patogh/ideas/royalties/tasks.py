"""What the worker does for the makers' share, again and again; safe to repeat."""

from __future__ import annotations

import logging

from django.utils import timezone

from patogh.activity import every, task
from patogh.ideas import limits
from patogh.ideas.models import Idea
from patogh.ideas.royalties.actions.closing import close_period
from patogh.ideas.royalties.actions.paying import pay_witnessed
from patogh.ideas.royalties.queries.due import due
from patogh.kit.errors import PatoghError

logger = logging.getLogger(__name__)

every("ideas.close_shares", 3600)
every("ideas.pay_shares", limits.SHARES_TURN_S)


@task("ideas.close_shares")
def close_due() -> None:
    """Close every month that is over, its days of grace too; what has to wait says why on the team's page."""
    left = limits.CLOSED_A_TURN_MAX
    for row in due(timezone.now()):
        if row.refusal or left <= 0:
            continue
        try:
            close_period(Idea(pk=row.idea_id), row.month.name)
        except PatoghError as error:
            logger.warning("idea %s, %s: %s", row.idea_id, row.month.name, error.code)
        left -= 1


@task("ideas.pay_shares")
def pay_due() -> None:
    """Pay what witnesses have seen."""
    pay_witnessed()
