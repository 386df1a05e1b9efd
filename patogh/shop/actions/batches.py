"""What taking orders, returns and products share."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.db import connection
from django.db.models import F
from django.utils import timezone

from patogh.kit import persian
from patogh.people.models import Member
from patogh.people.queries import may
from patogh.shop import limits
from patogh.shop.errors import BadSource, NotForYou
from patogh.shop.models import Import, Product

RIGHT = "shop.edit"


def _batch(source: str, kind: str, by: Member) -> Import:
    """Open the record of a batch that somebody brings now; raises NotForYou or BadSource."""
    _check_right(by)
    now = timezone.now()
    return Import.objects.create(
        source=source_name(source), kind=kind, state="ended", brought_by=by, started_at=now, ended_at=now
    )


def _check_right(by: Member) -> None:
    if not may(by, RIGHT):
        raise NotForYou


def source_name(source: str) -> str:
    """Return the name of a source as it is kept; raises BadSource."""
    name = persian.name_clean(source)
    if not name or len(name) > limits.SOURCE_CHARS_MAX:
        raise BadSource(most=limits.SOURCE_CHARS_MAX)
    return name


def _one_at_a_time(source: str) -> None:
    """Let batches of one source come one after the other, so that none is taken twice and no line given back twice."""
    if connection.vendor == "postgresql":
        key = int.from_bytes(hashlib.sha256(source.encode()).digest()[:7], "big")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _sold_more(units: Mapping[int, int]) -> None:
    """Move the counters of products, in one order so that two batches never wait for each other."""
    for pk, count in sorted(units.items()):
        if count:
            Product.objects.filter(pk=pk).update(units_sold=F("units_sold") + count, version=F("version") + 1)
