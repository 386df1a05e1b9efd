"""Files: kept, planned, read chunk by chunk with the place where each ended, and let go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import timezone

from patogh.activity import action, enqueue, record, upkeep
from patogh.activity.bulk import insert_rows
from patogh.people.models import Member
from patogh.shop.actions.batches import _check_right, source_name
from patogh.shop.actions.orders import _put_orders
from patogh.shop.actions.products import _put_products
from patogh.shop.actions.returns import _put_returns
from patogh.shop.errors import NotWaiting
from patogh.shop.facts import Refused, Taken
from patogh.shop.models import Import, Refusal

READ: Final = "shop.read_file"
_PUT: Final[dict[str, Callable[[str, Sequence[Any], Import], Taken]]] = {
    "orders": _put_orders,
    "returns": _put_returns,
    "products": _put_products,
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies in the data folder (`file`), or one that stays where it is (no `file`)."""

    source: str
    kind: str
    name: str
    sha256: str
    size: int
    file: str = ""


@dataclass(slots=True)
class Chunk:
    """Rows `start` + 1 to `end` of a file: what they say, and which of them could not be read."""

    start: int
    end: int
    bytes_read: int
    facts: list[Any] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


@upkeep
def keep_file(kept: Kept, *, by: Member | None) -> Import:
    """Remember a file that waits for its columns to be chosen; `by` None is the operator's command. Raises NotForYou, BadSource."""
    if by is not None:
        _check_right(by)
    return Import.objects.create(
        source=source_name(kept.source), kind=kept.kind, name=kept.name[:200], sha256=kept.sha256, file=kept.file,
        bytes_total=kept.size, brought_by=by, started_at=timezone.now(),
    )  # fmt: skip


@upkeep
def begin_reading(brought: Import, plan: dict[str, Any], *, by: Member | None, in_background: bool = True) -> Import:
    """Read a file by this plan from now on; raises NotForYou or NotWaiting."""
    if by is not None:
        _check_right(by)
    changed = Import.objects.filter(pk=brought.pk, state="asked").update(state="reading", plan=plan)
    if not changed:
        raise NotWaiting
    if in_background:
        enqueue(READ, key=f"{READ}:{brought.pk}", import_id=brought.pk)
    brought.refresh_from_db()
    return brought


@upkeep
def go_on(brought: Import) -> None:
    """Let a worker go on with a file that is not at its end."""
    enqueue(READ, key=f"{READ}:{brought.pk}", import_id=brought.pk)


@upkeep
def read_some(import_id: int, chunk: Chunk) -> Import | None:
    """Write one chunk and where it ended, both or neither; None where somebody else has read these rows already."""
    brought = Import.objects.select_for_update().get(pk=import_id)
    if brought.state != "reading" or brought.rows_count != chunk.start:
        return None
    taken = _PUT[brought.kind](brought.source, chunk.facts, brought) if chunk.facts else Taken()
    refused = sorted([*chunk.refused, *taken.refused], key=lambda one: one.row)
    lines = [(brought.pk, one.row, one.part, one.code, one.is_taken) for one in refused]
    insert_rows(Refusal, ("brought", "row", "part", "code", "is_taken"), lines)
    brought.rows_count, brought.bytes_read = chunk.end, chunk.bytes_read
    brought.new_count += taken.new
    brought.changed_count += taken.changed
    brought.same_count += taken.same
    brought.refused_count += sum(not one.is_taken for one in refused)
    brought.save()
    return brought


@action
def end_import(brought: Import, *, by: Member | None) -> Import:
    """Say that a file is read to its end."""
    brought = _ended(brought, "ended", "")
    data = {
        "kind": brought.kind, "source": brought.source, "rows": brought.rows_count, "new": brought.new_count,
        "changed": brought.changed_count, "refused": brought.refused_count,
    }  # fmt: skip
    record("shop.import_ended", by=by, subject=brought, channel="job", data=data)
    return brought


@action
def stop_import(brought: Import, why: str, *, by: Member | None) -> Import:
    """Stop reading a file, because of what is wrong with it (a key of `words.FILE_WORDS`); what was taken stays."""
    brought = _ended(brought, "stopped", why)
    record("shop.import_stopped", by=by, subject=brought, channel="job", data={"why": why, "rows": brought.rows_count})
    return brought


@upkeep
def drop_import(brought: Import, *, by: Member) -> None:
    """Forget a file that was not begun; raises NotForYou or NotWaiting."""
    _check_right(by)
    count, _ = Import.objects.filter(pk=brought.pk, state="asked").delete()
    if not count:
        raise NotWaiting


def _ended(brought: Import, state: str, why: str) -> Import:
    """Write down how the reading of a file ended; the file itself is let go."""
    brought = Import.objects.select_for_update().get(pk=brought.pk)
    if brought.state != "reading":
        raise NotWaiting
    brought.state, brought.stopped_why, brought.file, brought.ended_at = state, why, "", timezone.now()
    brought.bytes_read = brought.bytes_total if state == "ended" else brought.bytes_read
    brought.save()
    return brought
