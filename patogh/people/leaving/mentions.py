"""The handle of somebody who went, in what others said and did: found by reading, changed a few rows at a time.

The erasure itself leaves a job behind it, so that a house that is killed in between goes on where it stood. Doing it again
changes nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import TextField
from django.db.models.functions import Cast

from patogh.activity.models import Activity
from patogh.kit.hooks import plugins
from patogh.people.actions import erasing
from patogh.search.actions.unlearning import unlearn

STEP: Final = 200


def rename(handle: str, pseudonym: str) -> None:
    """Put the pseudonym in place of a handle wherever others named it, batch by batch."""
    for steps in _on_the_road(handle):
        erasing.rename_on_road(steps, handle, pseudonym)
    plugins.hook.rename_mentions(handle=handle, pseudonym=pseudonym)
    unlearn([handle])
    erasing.forget_renaming(pseudonym)


def _on_the_road(handle: str) -> Iterator[list[Any]]:
    """Yield the keys of steps whose facts name a handle."""
    said = Activity.objects.annotate(words=Cast("data", TextField())).filter(words__contains=f'"{handle}"')
    last: Any = None
    while True:
        some = said if last is None else said.filter(pk__gt=last)
        keys = list(some.order_by("pk").values_list("pk", flat=True)[:STEP])
        if not keys:
            return
        last = keys[-1]
        yield keys
