"""Rows that somebody changed who may drop triggers: one tampering of each kind, on the database of this run.

`patogh drill tampering` does all of them, on SQLite.
"""

from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from patogh.ledger.actions import sealing
from patogh.ledger.actions.keeping import init_log
from patogh.ledger.models import Witness
from patogh.ledger.tests.witnesses import our_witness
from tests.drills.tampers import rows

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]


def test_one_tampering_of_each_kind_is_found_in_the_rows(settings, tmp_path, brand):
    settings.DATA, settings.BOOK_ORIGIN = tmp_path, "test.example/book"
    sealing.forget_comparison()
    with our_witness(tmp_path / "w", [init_log().vkey]) as standing:
        settings.WITNESSES_INSIDE = urlsplit(standing.url).netloc
        Witness.objects.create(name=standing.name, vkey=standing.vkey, url=standing.url, added_at=timezone.now())
        rows.lived()
    assert rows.tried(lambda _hand: None).codes == ()
    first = {kind: (name, do) for kind, name, do in reversed(list(rows.tamperings()))}
    missed = [f"{kind}: {name}" for kind, (name, do) in first.items() if not rows.tried(do).status]
    assert (missed, len(first)) == ([], 13)
