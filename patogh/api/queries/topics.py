"""One topic with all that the API says of it."""

from __future__ import annotations

from typing import Any

from patogh.api.queries.polls import poll_said
from patogh.api.queries.posts import topic_said
from patogh.hangout.models import Topic
from patogh.hangout.queries import lists
from patogh.hangout.queries.authors import authors
from patogh.hangout.queries.mine import marks_on
from patogh.hangout.queries.topic import poll_of
from patogh.people.models import Member


def whole_topic(topic: Topic, viewer: Member) -> dict[str, Any]:
    """Return a topic that the caller has found for this viewer, with poll and marks: four or five queries."""
    row = lists.Row(*Topic.objects.filter(pk=topic.pk).values_list(*lists.COLUMNS)[0])
    people = authors([row.author_id, row.last_poster_id])
    row.author, row.last_poster = people.get(row.author_id), people.get(row.last_poster_id or 0)
    poll = poll_of(topic.pk)
    marks = marks_on(viewer.pk, topic.pk, [], poll.pk if poll else None)
    more = Topic.objects.values("accepted_post_id", "merged_into_id", "trashed_at").get(pk=topic.pk)
    return {
        **topic_said(row), "accepted_post": more["accepted_post_id"], "merged_into": more["merged_into_id"],
        "is_trashed": more["trashed_at"] is not None, "follows": marks.follows, "read_up_to": marks.last_read,
        "poll": poll_said(poll, topic.pk, marks.votes, viewer) if poll else None,
    }  # fmt: skip
