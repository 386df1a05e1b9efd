"""What the stored counters should say, counted from the rows: the tests compare the two after whatever was done."""

from __future__ import annotations

from django.db.models import Count, Q, Sum

from patogh.hangout.models import Follow, Poll, PollOption, PollVote, Post, Reaction, Space, Tag, Topic
from patogh.people.models import Member
from patogh.search.models import Document

SEEN = Q(trashed_at=None, topic__trashed_at=None)


def wrong_counters() -> list[str]:
    """Name every stored counter that does not say what the rows say."""
    return [*_topics(), *_spaces(), *_members(), *_posts(), *_polls(), *_tags(), *_documents()]


def _differ(name: str, stored: object, real: object) -> list[str]:
    return [] if stored == real else [f"{name}: stored {stored}, real {real}"]


def _topics() -> list[str]:
    found = []
    for topic in Topic.objects.filter(merged_into=None):
        posts = Post.objects.filter(topic=topic, trashed_at=None)
        last = posts.order_by("-number").first()
        found += _differ(f"topic {topic.pk} replies", topic.replies_count, posts.filter(number__gt=1).count())
        found += _differ(
            f"topic {topic.pk} reactions", topic.reactions_count, posts.aggregate(n=Sum("reactions_count"))["n"] or 0
        )
        found += _differ(f"topic {topic.pk} score", topic.score, topic.replies_count + topic.reactions_count)
        found += _differ(f"topic {topic.pk} last poster", topic.last_poster_id, last.author_id if last else None)
        found += _differ(f"topic {topic.pk} active", topic.active_at, posts.order_by("-created_at").first().created_at)
        found += _differ(
            f"topic {topic.pk} followers",
            topic.followers_count,
            Follow.objects.filter(topic=topic, level="following").count(),
        )
        top = Post.objects.filter(topic=topic).order_by("-number").first()
        found += (
            []
            if topic.last_number >= top.number
            else [f"topic {topic.pk} last number {topic.last_number} < {top.number}"]
        )
        found += _differ(
            f"topic {topic.pk} pin", topic.pinned_at is not None, topic.pins.filter(lifted_at=None).exists()
        )
        found += _differ(
            f"topic {topic.pk} closure", topic.closed_at is not None, topic.closures.filter(lifted_at=None).exists()
        )
        held = topic.acceptances.filter(lifted_at=None, post__trashed_at=None).values_list("post_id", flat=True).first()
        found += _differ(f"topic {topic.pk} accepted", topic.accepted_post_id, held)
    return found


def _spaces() -> list[str]:
    found = []
    for space in Space.objects.all():
        topics = Topic.objects.filter(space=space, trashed_at=None, merged_into=None).count()
        found += _differ(f"space {space.slug} topics", space.topics_count, topics)
        found += _differ(
            f"space {space.slug} posts", space.posts_count, Post.objects.filter(SEEN, topic__space=space).count()
        )
        found += _differ(
            f"space {space.slug} followers",
            space.followers_count,
            Follow.objects.filter(space=space, level="following").count(),
        )
    return found


def _members() -> list[str]:
    found = []
    for member in Member.objects.all():
        solved = Topic.objects.filter(
            accepted_post_id__in=Post.objects.filter(author=member, trashed_at=None).values("pk"),
            trashed_at=None,
            merged_into=None,
        )
        found += _differ(
            f"{member.handle} topics",
            member.topics_count,
            Topic.objects.filter(author=member, trashed_at=None, merged_into=None).count(),
        )
        found += _differ(f"{member.handle} posts", member.posts_count, Post.objects.filter(SEEN, author=member).count())
        found += _differ(f"{member.handle} accepted", member.accepted_count, solved.count())
        found += _differ(
            f"{member.handle} thanks", member.thanks_count, Reaction.objects.filter(post__author=member).count()
        )
    return found


def _posts() -> list[str]:
    found = []
    for post in Post.objects.all():
        words = dict(Reaction.objects.filter(post=post).values_list("kind").annotate(n=Count("pk")))
        found += _differ(f"post {post.pk} words", post.reactions, words) + _differ(
            f"post {post.pk} reactions", post.reactions_count, sum(words.values())
        )
        found += _differ(f"post {post.pk} revisions", post.revisions_count, post.revisions.count())
    return found


def _polls() -> list[str]:
    found = []
    for option in PollOption.objects.all():
        found += _differ(f"option {option.pk}", option.votes_count, PollVote.objects.filter(option=option).count())
    for poll in Poll.objects.all():
        found += _differ(
            f"poll {poll.pk}",
            poll.voters_count,
            PollVote.objects.filter(poll=poll).values("member_id").distinct().count(),
        )
    return found


def _tags() -> list[str]:
    found = []
    for tag in Tag.objects.all():
        found += _differ(
            f"tag {tag.name}",
            tag.topics_count,
            Topic.objects.filter(topic_tags__tag=tag, trashed_at=None, merged_into=None).count(),
        )
    return found


def _documents() -> list[str]:
    """Compare what can be found with what can be seen."""
    seen = {("topic", post.topic_id) if post.number == 1 else ("post", post.pk) for post in Post.objects.filter(SEEN)}
    rows = Document.objects.filter(kind__in=["topic", "post"]).exclude(audience="trash")
    found = set(rows.values_list("kind", "thing_id"))
    wrong = [f"document {one} is missing" for one in seen - found] + [
        f"document {one} is too many" for one in found - seen
    ]
    for row in rows:
        topic = Topic.objects.select_related("space").get(pk=row.topic_id)
        wrong += _differ(
            f"document {row} audience", (row.audience, row.space_id), (topic.space.audience, topic.space_id)
        )
        if row.kind == "post":
            post = Post.objects.get(pk=row.thing_id)
            wrong += _differ(
                f"document {row} address",
                (row.url, row.topic_id),
                (f"/t/{post.topic_id}/p/{post.number}", post.topic_id),
            )
    return wrong
