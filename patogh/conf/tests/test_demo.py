"""Loading the demo: once, the same each time, with counters that are right."""

import pytest
from django.core.files.storage import default_storage
from django.db.models import Sum

from patogh.api.models import WebhookDelivery
from patogh.channels.models import Delivery, Reach
from patogh.conf import integrity
from patogh.conf.demo import plan
from patogh.conf.demo.errors import NotADemo, UnknownSize
from patogh.conf.demo.loading import digest, load
from patogh.conf.tests.conftest import NOW, TINY
from patogh.hangout.models import (
    Bookmark,
    Draft,
    Follow,
    Picture,
    Poll,
    PollVote,
    Post,
    Reaction,
    ReadMarker,
    Space,
    Tag,
    Topic,
    TopicMerge,
    TopicMove,
)
from patogh.insight.models import Snapshot
from patogh.people import queries
from patogh.people.demo import DEMO_CAST
from patogh.people.models import Brand, Member, Notice
from patogh.search.models import Document
from patogh.trust.models import (
    Appeal,
    Block,
    Decision,
    Flag,
    Held,
    QueueTally,
    Record,
    ReviewItem,
    Sanction,
    SecondOpinion,
)
from patogh.trust.queries.standing import level_of


@pytest.fixture(autouse=True)
def _with_database(small_demo, db):
    """Each test in a savepoint of its own."""


def test_the_same_moment_gives_the_same_demo():
    made = [
        [(topic.title, [post.text for post in topic.posts]) for topic in plan.made(TINY, NOW).topics()]
        for _ in range(2)
    ]
    assert made[0] == made[1]


def test_a_second_load_changes_nothing(small_demo):
    before = digest()
    assert load("small", now=NOW, data=small_demo) is False
    assert digest() == before


def test_a_hangout_of_its_own_is_left_alone(small_demo, tmp_path):
    with pytest.raises(NotADemo):
        load("small", now=NOW, data=tmp_path)


def test_a_size_that_is_none_is_refused(tmp_path):
    with pytest.raises(UnknownSize):
        load("enormous", now=NOW, data=tmp_path)


def test_the_brand_is_set_up_and_everybody_of_the_cast_can_sit_in_place(small_demo):
    assert Brand.objects.get().name == "رکاب"
    assert set(Member.objects.filter(handle__in=DEMO_CAST).values_list("handle", flat=True)) == set(DEMO_CAST)
    assert "mina" in (small_demo / "demo").read_text(encoding="utf-8")
    assert not Member.objects.get(handle="mina").has_usable_password()


def test_roles_are_those_of_the_cast(small_demo):
    roles = {handle: queries.roles_of(Member.objects.get(handle=handle)) for handle in DEMO_CAST}
    assert roles["ardalan"] == {"owner"}
    assert roles["navid"] == {"moderator"}
    assert roles["reza"] == {"ambassador"}
    assert roles["hamid"] == {"agent"}
    assert roles["azadeh"] == {"analyst"}
    assert not roles["mina"]


def test_nothing_is_broken_afterwards(small_demo):
    assert [finding for finding in integrity.findings() if not finding["code"].startswith("picture")] == []


def test_pictures_have_their_files(small_demo, settings):
    settings.MEDIA_ROOT = small_demo / "media"
    tokens = list(Picture.objects.values_list("token", flat=True))
    assert len(tokens) == 12
    assert all(default_storage.exists(f"pictures/{token}.webp") for token in tokens)


def test_there_is_about_as_much_as_was_asked_for(small_demo):
    assert Member.objects.count() == TINY.members
    assert Space.objects.count() >= 12
    assert abs(Topic.objects.exclude(space__purpose="ideas").count() - TINY.topics) <= 2
    assert Post.objects.count() > 5 * TINY.topics


def test_counters_of_members_are_what_they_count(small_demo):
    for member in Member.objects.order_by("-posts_count")[:15]:
        assert member.posts_count == Post.objects.filter(author=member, trashed_at=None).count()
        assert member.thanks_count == Reaction.objects.filter(post__author=member).count()
        assert member.followers_count == member.followed_by.filter(level="following").count()


def test_counters_of_topics_and_tags_are_what_they_count(small_demo):
    for topic in Topic.objects.filter(merged_into=None).order_by("-replies_count")[:15]:
        assert topic.reactions_count == topic.posts.aggregate(sum=Sum("reactions_count"))["sum"]
        assert topic.score == topic.reactions_count + topic.replies_count
        assert topic.followers_count == Follow.objects.filter(topic=topic).count()
    for tag in Tag.objects.order_by("-topics_count")[:10]:
        assert tag.topics_count == tag.topic_tags.filter(topic__merged_into=None).count()


def test_polls_have_the_votes_that_they_count(small_demo):
    for poll in Poll.objects.all():
        assert poll.voters_count == PollVote.objects.filter(poll=poll).values("member").distinct().count()
        assert sum(poll.options.values_list("votes_count", flat=True)) == poll.votes.count()


def test_one_repeated_question_was_merged_and_some_topics_were_moved(small_demo):
    assert TopicMerge.objects.count() == 1
    assert TopicMerge.objects.get().source.merged_into is not None
    assert TopicMove.objects.count() <= 12


def test_everything_written_can_be_found(small_demo):
    posts = Post.objects.exclude(number=1).filter(trashed_at=None).count()
    assert Document.objects.filter(kind="post").count() == posts
    assert Document.objects.filter(kind="topic").count() == Topic.objects.filter(merged_into=None).count()


def test_home_has_something_unread_for_each_login(small_demo):
    for handle in DEMO_CAST:
        markers = ReadMarker.objects.filter(member__handle=handle)
        assert any(marker.last_number < marker.topic.last_number for marker in markers.select_related("topic"))
        assert Bookmark.objects.filter(member__handle=handle).exists()
        assert Draft.objects.filter(member__handle=handle, place="new").exists()


def test_everybody_has_a_record_that_counts_what_they_did():
    assert Record.objects.count() == Member.objects.exclude(handle__startswith="former").count()
    for record in Record.objects.order_by("-words_given")[:10]:
        assert record.words_given == Reaction.objects.filter(member=record.member_id).count()
        received = Reaction.objects.filter(post__author=record.member_id).count()
        assert received <= record.words_received <= received + 9  # words of whoever was erased are gone


def test_members_stand_at_different_levels_and_newcomers_at_none():
    assert set(Member.objects.values_list("trust_level", flat=True)) >= {0, 1, 2}
    assert level_of(Member.objects.get(handle="wheels4u")) == 0


def test_the_queue_holds_of_every_kind_and_its_tallies_are_right():
    kinds = ReviewItem.objects.filter(state="open").values_list("kind", flat=True)
    assert set(kinds) >= {"flags", "held", "sign_up"}
    for tally in QueueTally.objects.all():
        assert tally.open_count == list(kinds).count(tally.kind)


def test_what_is_held_says_why_and_is_nowhere_else():
    for held in Held.objects.filter(kind__in=("topic", "reply", "edit")):
        assert held.reasons
        assert not Post.objects.filter(text=held.text).exists()


def test_decisions_of_the_year_have_their_reports_and_nobody_judges_themselves():
    assert Decision.objects.filter(what="hide").exists()
    for decision in Decision.objects.select_related("item"):
        assert decision.member_id != decision.by_id
        assert Flag.objects.filter(item=decision.item_id).exclude(outcome="").exists()


def test_hidden_posts_are_out_of_sight():
    for post in Post.objects.exclude(hidden_at=None).select_related("topic"):
        assert post.trashed_at is not None
        assert post.topic.replies_count == post.topic.posts.filter(number__gt=1, trashed_at=None).count()


def test_sanctions_appeals_opinions_and_blocks_are_there():
    assert Sanction.objects.filter(kind="silence", until__lt=NOW).exists()
    assert all(row.decided_by_id != row.against_id for row in Appeal.objects.exclude(outcome=""))
    assert SecondOpinion.objects.exclude(what="").count() > 5
    assert Block.objects.exists()


def test_the_bells_count_what_is_unread():
    for member in Member.objects.filter(handle__in=DEMO_CAST):
        assert member.unread_notices_count == Notice.objects.filter(member=member, read_at=None).count()
    assert Notice.objects.filter(member__handle="mina").exclude(read_at=None).exists()


def test_logs_tell_of_mails_of_a_webhook_and_of_an_address_that_fails():
    assert set(Delivery.objects.values_list("state", flat=True)) >= {"sent", "skipped"}
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered", "failed", "waiting"}
    assert Reach.objects.get().stopped_at is not None
    assert Snapshot.objects.count() == 5
