"""What the chat writes beside messages: that a hash was wrong."""

from __future__ import annotations

from patogh.activity import upkeep
from patogh.channels.models import Setup


@upkeep
def note_wrong_hash(setup_id: int) -> None:
    """Count a hash that did not fit, for the team."""
    row = Setup.objects.select_for_update().filter(pk=setup_id).first()
    if row is not None:
        row.cursor = {**row.cursor, "wrong_hashes": int(row.cursor.get("wrong_hashes") or 0) + 1}
        row.save(update_fields=["cursor"])
