"""The log of erasures beside the database: numbers and pseudonyms, so that an older backup does not bring anybody back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from patogh.people.models import ErasedSource, Erasure, Member

NAME: Final = "erasures.jsonl"
DIGEST_CHARS: Final = 40


def append(erasure: Erasure, identities: Sequence[int] = ()) -> None:
    """Write one erasure down, on disk when this returns; with the numbers of the identities of who had no account."""
    line: dict[str, Any] = {
        "member": erasure.member_number, "pseudonym": erasure.pseudonym, "with_text": erasure.with_text,
        "erased_at": erasure.erased_at.isoformat(), "sources": list(_digests(erasure)),
    }  # fmt: skip
    if identities:
        line["identities"] = sorted(identities)
    with _path().open("a", encoding="ascii") as file:
        print(json.dumps(line), file=file, flush=True)
        os.fsync(file.fileno())


def sources() -> dict[int, list[str]]:
    """Return what the log says of the keys that erased people had elsewhere, by the numbers of their accounts."""
    found: dict[int, list[str]] = {}
    for entry in lines():
        said = entry.get("sources")
        digests = (
            [one for one in said if isinstance(one, str) and len(one) == DIGEST_CHARS] if isinstance(said, list) else []
        )
        if digests:
            found.setdefault(entry["member"], []).extend(digests)
    return found


def _digests(erasure: Erasure) -> Iterator[str]:
    rows = ErasedSource.objects.filter(member_number=erasure.member_number).order_by("pk")
    yield from rows.values_list("digest", flat=True)


def lines() -> Iterator[dict[str, Any]]:
    """Yield what was written down; a line that was cut off is passed over."""
    path = _path()
    if not path.exists():
        return
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and isinstance(entry.get("member"), int) and isinstance(entry.get("pseudonym"), str):
            yield entry


def outstanding() -> list[tuple[Member, dict[str, Any]]]:
    """Return members whom the log calls erased and who are here all the same: out of an older backup."""
    entries = {entry["member"]: entry for entry in lines()}
    found = Member.objects.filter(pk__in=list(entries)).exclude(
        handle__in=[one["pseudonym"] for one in entries.values()]
    )
    done = set(Erasure.objects.filter(member_number__in=list(entries)).values_list("member_number", flat=True))
    return [
        (member, entries[member.pk])
        for member in found
        if member.pk not in done
        and member.joined_at.isoformat() <= str(entries[member.pk].get("erased_at") or timezone.now().isoformat())
    ]


def persons() -> dict[int, tuple[str, list[int]]]:
    """Return the pseudonym and the identities of each erased person who had no account, by the number of the erasure."""
    found = {}
    for entry in lines():
        said = entry.get("identities")
        if entry["member"] < 0 and isinstance(said, list):
            found[entry["member"]] = (entry["pseudonym"][:30], [one for one in said if isinstance(one, int)])
    return found


def _path() -> Path:
    return Path(settings.DATA) / NAME
