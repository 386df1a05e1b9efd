"""What runs now and then: old answers are thrown away."""

from __future__ import annotations

from patogh.activity import task
from patogh.api import actions


@task("api.forget_answers")
def forget_answers() -> None:
    """Throw away what was kept for Idempotency-Keys two days ago."""
    actions.forget_answers()
