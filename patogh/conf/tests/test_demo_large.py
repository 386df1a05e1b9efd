"""The large demo's own part: one conversation without an end, written by its own loop."""

import datetime as dt

from patogh.conf import integrity
from patogh.conf.demo import plan
from patogh.conf.demo.loading import load
from patogh.hangout.models import Topic
from patogh.search.models import Document

NOW = dt.datetime(2026, 11, 22, 13, 46, tzinfo=dt.UTC)


def test_the_large_size_has_one_endless_conversation(db, monkeypatch, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setitem(plan.SIZES, "large", plan.Size(members=80, topics=75, giant_posts=400, unique_titles=False))
    load("large", now=NOW, data=tmp_path)
    giant = Topic.objects.order_by("-last_number").first()
    assert giant.last_number == giant.posts.count() == 400
    assert giant.replies_count == 399
    assert [finding for finding in integrity.findings() if not finding["code"].startswith("picture")] == []
    assert Document.objects.filter(topic_id=giant.pk, kind="post").count() == 399
