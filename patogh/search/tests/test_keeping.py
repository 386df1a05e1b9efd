"""Putting in, moving and taking out."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.search import actions
from patogh.search.actions import Entry
from patogh.search.models import Document

pytestmark = pytest.mark.django_db


def entry(thing_id: int, title: str, text: str = "", **rest) -> Entry:
    known = {"kind": "topic", "url": f"/t/{thing_id}", "audience": "public", "happened_at": timezone.now(), "topic_id": thing_id, **rest}
    return Entry(thing_id=thing_id, title=title, text=text, **known)


def test_a_document_is_put_once_and_rewritten_after():
    actions.put(entry(1, "زنجیر"))
    actions.put(entry(1, "زنجیر دوچرخه"))
    assert [row.title for row in Document.objects.all()] == ["زنجیر دوچرخه"]
