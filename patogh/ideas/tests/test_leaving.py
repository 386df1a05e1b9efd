"""Going for good, and taking one's data along: what becomes of the ideas of an author, a maker, a supporter, a reviewer."""

from __future__ import annotations

import json
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from patogh.conftest import made_member
from patogh.hangout.tests.test_pictures import png
from patogh.ideas.actions import batches, creators, drafting, materials, moving, reviewing, surveying, updating
from patogh.ideas.actions import feedback as giving
from patogh.ideas.actions.creators import Invited
from patogh.ideas.actions.following import follow_idea
from patogh.ideas.actions.supporting import give_support
from patogh.ideas.models import BatchIdea, Creator, Feedback, Follow, Idea, Move, Reviewer, Score, Support, SurveyAnswer
from patogh.ideas.royalties.actions import close_period
from patogh.ideas.tests import making, royal
from patogh.people.leaving import going, packing
from patogh.people.models import Erasure, Member

pytestmark = pytest.mark.django_db
SECRET = "رازِ‌من‌است"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def here(owner):
    return making.programme(owner)


@pytest.fixture
def idea(member, here, owner):
    return making.gathering(member, here, by=owner)


def copied(member, tmp_path) -> dict[str, str]:
    """The texts of a member's own ZIP, by name."""
    with zipfile.ZipFile(packing.pack(member, tmp_path / "own.zip")) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def said_of(idea, member) -> None:
    """Let somebody support, price, follow and judge an idea."""
    give_support(idea, by=member, address="10.0.0.9")
    surveying.answer_survey(idea, surveying.Answer(1_500_000, "", SECRET), by=member)
    follow_idea(idea, by=member)
    Feedback.objects.create(idea=idea, member=member, marks={}, words=SECRET, given_at=timezone.now())
    giving.count_feedback(idea)


def test_ones_own_copy_holds_ideas_supports_answers_and_feedback(idea, member, other_member, tmp_path):
    said_of(idea, other_member)
    theirs = copied(other_member, tmp_path)
    assert json.loads(theirs["data/ideas.support.json"])[0]["idea"] == idea.pk
    assert SECRET in theirs["data/ideas.surveyanswer.json"]
    assert SECRET in theirs["data/ideas.feedback.json"]
    assert "data/ideas.follow.json" in theirs
    mine = copied(member, tmp_path)
    assert idea.proposal in mine["data/ideas.idea.json"]
    assert "10000" in mine["data/ideas.creator.json"]
    assert [name for name, text in mine.items() if SECRET in text] == []


def test_ones_own_copy_holds_agreements_and_shares(member, owner, tmp_path):
    idea, product = royal.on_sale(member, owner)
    royal.sold(product, 50_000_000)
    close_period(idea, royal.ABAN, now=royal.NOW)
    mine = copied(member, tmp_path)
    assert json.loads(mine["media/ideas/agreements.json"])[0]["share_bps"] == 10_000
    row = json.loads(mine["media/ideas/shares.json"])[0]
    assert (row["period"], row["net"], row["amount"]) == (royal.ABAN, 50_000_000, 500_000)
    assert "media/ideas/shares.json" not in copied(owner, tmp_path)


def test_an_erased_supporter_stays_counted_and_unnamed(idea, other_member, client):
    said_of(idea, other_member)
    going.erase(other_member)
    row = Support.objects.get()
    assert (row.network, row.withdrawn_at, Idea.objects.get().supporters_count) == ("", None, 1)
    assert not (SurveyAnswer.objects.exists() or Feedback.objects.exists() or Follow.objects.exists())
    assert Idea.objects.get().feedback_count == 0
    assert "رضا" not in client.get(f"/ideas/{idea.pk}", follow=True).content.decode()


def test_an_erased_author_is_a_former_member_and_the_words_stay_unless_asked(idea, member, client):
    going.erase(member)
    page = client.get(f"/ideas/{idea.pk}", follow=True).content.decode()
    assert "عضو پیشین" in page and "مینا" not in page
    assert Idea.objects.get().proposal == idea.proposal


def test_words_of_an_erased_author_go_when_asked_also_out_of_their_moves(idea, member, owner):
    moving.withdraw(idea, by=member, reason=SECRET, reason_en=SECRET)
    going.erase(member, with_text=True)
    idea.refresh_from_db()
    assert (idea.proposal, idea.problem, idea.lead, idea.state) == ("", "", "", "withdrawn")
    last = Move.objects.get(move="withdraw")
    assert (last.reason, last.reason_en, last.by_id) == ("", "", member.pk)


def test_a_reason_of_the_team_outlives_who_wrote_it(idea, owner, here):
    second = made_member("azar", "آذر", "admin")
    moving.archive(idea, by=second, reason="چون دیگر ساخته نمی‌شود", reason_en="It is made no longer")
    going.erase(second, with_text=True)
    assert Move.objects.get(move="archive").reason == "چون دیگر ساخته نمی‌شود"


def test_an_erased_maker_passes_the_part_on_and_leaves_no_role(idea, member, other_member):
    creators.propose_shares(idea, {member.pk: 6_000}, by=member, invite=Invited(other_member, 4_000))
    creators.agree_to_share(idea, by=other_member)
    Creator.objects.filter(member=other_member).update(role=SECRET)
    going.erase(other_member)
    rows = dict(Creator.objects.values_list("member", "share_bps"))
    assert rows == {member.pk: 10_000, other_member.pk: 0}
    assert Creator.objects.get(member=other_member).role == ""


def test_no_round_waits_for_an_erased_reviewer(member, here, owner, moderator):
    batches.keep_open(here.pk, timezone.now())
    entry = BatchIdea.objects.select_related("batch", "idea").get(idea=making.in_review(member, here, by=owner))
    slow = made_member("laleh", "لاله", "analyst")
    for one in (moderator, slow):
        batches.add_reviewer(entry.batch, one, by=owner)
    reviewing.hand_in(entry, {one["key"]: 7 for one in entry.batch.criteria}, SECRET, by=moderator)
    reviewing.save_score(entry, {}, SECRET, by=slow)
    going.erase(slow)
    entry.refresh_from_db()
    assert entry.discussion_opened_at is not None
    assert list(Reviewer.objects.values_list("member", flat=True)) == [moderator.pk]
    assert list(Score.objects.values_list("member", flat=True)) == [moderator.pk]


def test_marks_of_an_erased_reviewer_stay_without_the_words(member, here, owner, moderator):
    batches.keep_open(here.pk, timezone.now())
    entry = BatchIdea.objects.select_related("batch", "idea").get(idea=making.in_review(member, here, by=owner))
    batches.add_reviewer(entry.batch, moderator, by=owner)
    reviewing.hand_in(entry, {one["key"]: 7 for one in entry.batch.criteria}, SECRET, by=moderator)
    going.erase(moderator)
    score = Score.objects.get()
    assert (score.words, score.handed_in_at is not None, set(score.marks.values())) == ("", True, {7})


def test_an_older_backup_brings_no_author_back(idea, member):
    going.erase(member, with_text=True)
    pseudonym = Erasure.objects.get().pseudonym
    Erasure.objects.all().delete()
    Member.objects.filter(pk=member.pk).update(handle="mina", name="مینا", is_active=True)
    Idea.objects.filter(pk=idea.pk).update(proposal=SECRET, title=SECRET)
    assert going.replay() == 1
    idea.refresh_from_db()
    assert (Member.objects.get(pk=member.pk).handle, idea.proposal) == (pseudonym, "")
    assert SECRET not in idea.title


def test_a_draft_that_is_thrown_away_takes_its_files_along(member, here, django_capture_on_commit_callbacks):
    idea = making.idea_of(member, here)
    row = materials.add_picture(idea, png(), by=member)
    assert default_storage.exists(materials.path_of(row.token, ""))
    with django_capture_on_commit_callbacks(execute=True):
        drafting.discard_idea(idea, by=member)
    assert not any(default_storage.exists(materials.path_of(row.token, form)) for form in ("", "thumb"))


def test_news_of_an_erased_maker_go_with_the_words(idea, member):
    updating.post_update(idea, SECRET, by=member)
    going.erase(member, with_text=True)
    assert SECRET not in "".join(idea.updates.values_list("text", flat=True))
