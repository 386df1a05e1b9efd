"""The one narrow door through the append-only trigger."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from patogh.activity.models import ErasureDoor


@contextmanager
def erasing() -> Iterator[None]:
    """Let the running transaction change or delete activities, until this block ends.

    Only an erasure that the law or a person asks for goes through here. Raises RuntimeError outside a transaction:
    a door that were committed open would stay open for everybody.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the erasure door opens inside a transaction only")
    door = ErasureDoor.objects.create()
    try:
        yield
    finally:
        if not connection.needs_rollback:
            door.delete()
