"""Old addresses of members, spaces and tags, and of what came in earlier batches."""

from __future__ import annotations

from patogh.activity import upkeep
from patogh.hangout.models import OldAddress


@upkeep
def remember_addresses(rows: list[tuple[str, str, int]], source: str) -> int:
    """Keep (path, kind, id here); the first meaning of a path stays. Returns how many were given."""
    OldAddress.objects.bulk_create(
        [OldAddress(path=path, kind=kind, thing_id=pk, source=source) for path, kind, pk in rows],
        ignore_conflicts=True,
        batch_size=400,
    )
    return len(rows)
