"""Making an idea together: makers and shares, news, questions, feedback, files, and the conversation."""

import datetime as dt
import io

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from patogh.activity.jobs import run_due
from patogh.activity.models import Activity
from patogh.hangout.models import Topic
from patogh.ideas import limits, sniffing
from patogh.ideas.actions import (
    changing,
    creators,
    feedback,
    hiding,
    leaving,
    materials,
    moving,
    questions,
    talk,
    updating,
)
from patogh.ideas.actions.creators import Invited
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.actions.gate import edit_or_hold
from patogh.ideas.actions.notices import tell_of_makers, tell_of_move, tell_of_question, tell_updates
from patogh.ideas.errors import (
    AlreadyMaker,
    AuthorStays,
    BadMarks,
    BadShares,
    FeedbackOnOwn,
    ModelRefused,
    NotAMaker,
    NothingProposed,
    QuestionAnswered,
    SharesWait,
    TextEmpty,
    TextLong,
    TooLateToReturn,
    TooManyUpdates,
)
from patogh.ideas.models import Creator, Follow, Idea, Revision, Update
from patogh.ideas.nouns import VERBS
from patogh.ideas.tests import making
from patogh.kit.errors import NotFound
from patogh.people.models import Notice
from patogh.trust.nouns import Said


@pytest.fixture
def here(owner):
    return making.programme(owner)


@pytest.fixture
def idea(member, here, owner) -> Idea:
    """Mina's idea, published."""
    return making.gathering(member, here, by=owner)


def png(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG", exif=Image.Exif())
    return out.getvalue()


def shares_of(idea: Idea) -> dict[int, int]:
    return dict(Creator.objects.filter(idea=idea, state="agreed").values_list("member_id", "share_bps"))


def last(verb: str) -> str:
    return str(Activity.objects.filter(verb=verb).latest("recorded_at").pk)


def test_an_invited_maker_counts_once_everybody_concerned_agreed(idea, member, other_member):
    creators.propose_shares(idea, {member.pk: 6_000}, by=member, invite=Invited(other_member, 4_000, "بافنده"))
    assert shares_of(idea) == {member.pk: 10_000}
    creators.agree_to_share(idea, by=other_member)
    assert shares_of(idea) == {member.pk: 6_000, other_member.pk: 4_000}


def test_a_declined_proposal_falls_whole_and_they_may_be_asked_again(idea, member, other_member):
    creators.propose_shares(idea, {member.pk: 6_000}, by=member, invite=Invited(other_member, 4_000))
    creators.decline_share(idea, by=other_member)
    assert shares_of(idea) == {member.pk: 10_000}
    creators.propose_shares(idea, {member.pk: 9_000}, by=member, invite=Invited(other_member, 1_000))
    creators.agree_to_share(idea, by=other_member)
    assert sum(shares_of(idea).values()) == 10_000


def test_one_proposal_waits_at_a_time_and_can_be_taken_back(idea, member, other_member, agent):
    creators.propose_shares(idea, {member.pk: 6_000}, by=member, invite=Invited(other_member, 4_000))
    with pytest.raises(SharesWait):
        creators.propose_shares(idea, {member.pk: 5_000}, by=member, invite=Invited(agent, 5_000))
    creators.take_back_proposal(idea, by=member)
    with pytest.raises(NothingProposed):
        creators.agree_to_share(idea, by=other_member)


@pytest.mark.parametrize("parts", [(5_000, 4_000), (10_001, -1), (0, 0), (10_000, 1)])
def test_shares_that_are_not_the_whole_are_refused(idea, member, other_member, parts):
    with pytest.raises(BadShares):
        creators.propose_shares(idea, {member.pk: parts[0]}, by=member, invite=Invited(other_member, parts[1]))


def test_only_makers_propose_and_nobody_is_invited_twice(idea, member, other_member):
    with pytest.raises(NotAMaker):
        creators.propose_shares(idea, {member.pk: 10_000}, by=other_member)
    with pytest.raises(AlreadyMaker):
        creators.propose_shares(idea, {member.pk: 5_000}, by=member, invite=Invited(member, 5_000))


def test_leaving_gives_the_part_to_the_author_and_can_be_undone_for_a_week(idea, member, other_member):
    creators.propose_shares(idea, {member.pk: 6_000}, by=member, invite=Invited(other_member, 4_000))
    creators.agree_to_share(idea, by=other_member)
    with pytest.raises(AuthorStays):
        creators.leave_making(idea, by=member)
    creators.leave_making(idea, by=other_member)
    assert shares_of(idea) == {member.pk: 10_000}
    creators.come_back(idea, by=other_member)
    assert shares_of(idea) == {member.pk: 6_000, other_member.pk: 4_000}
    creators.leave_making(idea, by=other_member)
    Creator.objects.filter(member=other_member).update(answered_at=timezone.now() - dt.timedelta(days=8))
    with pytest.raises(TooLateToReturn):
        creators.come_back(idea, by=other_member)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.integers(1, 50), st.integers(0, 10_000), max_size=8), st.integers(0, 10_000))
def test_passed_on_shares_sum_to_the_whole(parts, whole):
    made = leaving.shared_out(parts, whole)
    assert set(made) == set(parts) and (not parts or sum(made.values()) == whole)


def test_an_erased_author_leaves_the_share_to_the_others(idea, member, other_member):
    creators.propose_shares(idea, {member.pk: 6_000}, by=member, invite=Invited(other_member, 4_000))
    creators.agree_to_share(idea, by=other_member)
    leaving.forget_maker(member, with_text=True)
    idea.refresh_from_db()
    assert shares_of(idea) == {other_member.pk: 10_000} and idea.proposal == "" and idea.state == "gathering"


def test_an_erased_author_without_others_leaves_no_part(idea, member, here):
    making.idea_of(member, here, Draft("یک پیش‌نویس دیگر", "کوتاه"))
    leaving.forget_maker(member, with_text=False)
    assert shares_of(idea) == {} and list(Idea.objects.filter(author=member)) == [idea]
    assert Idea.objects.get(pk=idea.pk).proposal


def test_invitations_are_told(idea, member, other_member):
    creators.propose_shares(idea, {member.pk: 6_000}, by=member, invite=Invited(other_member, 4_000))
    tell_of_makers(last("ideas.maker_invited"))
    assert Notice.objects.get(member=other_member).kind == "ideas.invited"


def test_news_are_told_at_once_then_together_after_three_days(idea, member, other_member):
    Follow.objects.create(idea=idea, member=other_member, followed_at=timezone.now())
    updating.post_update(idea, "نمونهٔ اول دوخته شد", by=member)
    tell_updates(idea.pk, last("ideas.update_posted"))
    assert Update.objects.get().told_at
    run_due()
    assert Notice.objects.filter(member=other_member, kind="ideas.updated").count() == 1
    updating.post_update(idea, "نمونهٔ دوم هم", by=member)
    updating.post_update(idea, "و سومی", by=member)
    tell_updates(idea.pk, last("ideas.update_posted"))
    assert Update.objects.filter(told_at=None).count() == 2
    Update.objects.exclude(told_at=None).update(told_at=timezone.now() - dt.timedelta(days=4))
    assert updating.claim_updates(idea.pk, last("ideas.update_posted")) == 2


def test_the_same_news_twice_is_once_and_a_day_has_five(idea, member, other_member):
    first = updating.post_update(idea, "خبر", by=member)
    assert updating.post_update(idea, "خبر", by=member) == first
    for number in range(limits.UPDATES_A_DAY_MAX - 1):
        updating.post_update(idea, f"خبر {number}", by=member)
    with pytest.raises(TooManyUpdates):
        updating.post_update(idea, "باز هم", by=member)
    with pytest.raises(NotAMaker):
        updating.post_update(idea, "من که نیستم", by=other_member)


@pytest.mark.parametrize(("text", "refusal"), [("", TextEmpty), (" \n\0", TextEmpty), ("ا" * 5_001, TextLong)])
def test_news_that_say_nothing_or_too_much_are_refused(idea, member, text, refusal):
    with pytest.raises(refusal):
        updating.post_update(idea, text, by=member)


def test_the_teams_word_is_told_whatever_was_told_before(idea, member, moderator):
    updating.post_update(idea, "خبر", by=member)
    updating.claim_updates(idea.pk, last("ideas.update_posted"))
    updating.post_update(idea, "برزنت را پیدا کردیم", by=moderator, as_team=True)
    assert updating.claim_updates(idea.pk, last("ideas.update_posted")) == 1
    with pytest.raises(NotAMaker):
        updating.post_update(idea, "من تیم نیستم", by=member, as_team=True)


def test_a_question_is_answered_in_public_and_told_both_ways(idea, member, moderator, other_member):
    row = questions.ask_question(idea, "وزنش چقدر است؟", by=moderator)
    tell_of_question(last("ideas.question_asked"))
    assert Notice.objects.get(member=member, kind="ideas.question").title.endswith("وزنش چقدر است؟")
    with pytest.raises(NotAMaker):
        questions.answer_question(row, "نمی‌دانم", by=other_member)
    questions.answer_question(row, "۹۸۰ گرم", by=member)
    tell_of_question(last("ideas.question_answered"))
    assert Notice.objects.filter(member=moderator, kind="ideas.answered").exists()
    with pytest.raises(QuestionAnswered):
        questions.take_back_question(row, by=moderator)
    with pytest.raises(NotFound):
        questions.ask_question(idea, "من که تیم نیستم", by=other_member)


def test_feedback_is_one_row_a_member_and_counted(idea, member, other_member):
    feedback.give_feedback(idea, {"clear": 4}, "روشن است", by=other_member)
    feedback.give_feedback(idea, {"clear": 5, "useful": 3}, "", by=other_member)
    assert Idea.objects.get(pk=idea.pk).feedback_count == 1
    with pytest.raises(FeedbackOnOwn):
        feedback.give_feedback(idea, {"clear": 5}, by=member)
    feedback.take_back_feedback(idea, by=other_member)
    assert Idea.objects.get(pk=idea.pk).feedback_count == 0


@pytest.mark.parametrize("marks", [{}, {"clear": 0}, {"clear": 6}, {"unknown": 3}, {"clear": "5"}, {"clear": True}])
def test_marks_that_are_none_are_refused(idea, other_member, marks):
    with pytest.raises(BadMarks):
        feedback.give_feedback(idea, marks, by=other_member)


def test_a_picture_becomes_the_cover_and_goes_with_its_files(idea, member, django_capture_on_commit_callbacks):
    first = materials.add_picture(idea, png(), by=member, alt="نمونه")
    second = materials.add_picture(idea, png("blue"), by=member, kind="sketch")
    assert materials.add_picture(idea, png(), by=member) == first
    assert Idea.objects.get(pk=idea.pk).picture == f"{first.token}.webp"
    materials.put_first(second, by=member)
    assert Idea.objects.get(pk=idea.pk).picture == f"{second.token}.webp"
    with django_capture_on_commit_callbacks(execute=True):
        materials.drop_material(second, by=member)
    assert Idea.objects.get(pk=idea.pk).picture == f"{first.token}.webp"


STL = b"\0" * 80 + (1).to_bytes(4, "little") + b"\0" * 50
GLB = b"glTF" + (2).to_bytes(4, "little") + (20).to_bytes(4, "little") + b"\0" * 8


@pytest.mark.parametrize(
    ("data", "form"),
    [(STL, "stl"), (b"solid x\nfacet normal 0 0 1\nendsolid x", "stl"), (GLB, "glb"), (b"%PDF-1.7\n%%EOF", "pdf"),
     (b"ISO-10303-21;\nHEADER;\nEND-ISO-10303-21;", "step")], ids=["stl", "text_stl", "glb", "pdf", "step"],
)  # fmt: skip
def test_a_model_is_known_by_its_content(idea, member, data, form):
    row = materials.add_model(idea, data, by=member, name="../../etc/کیف <b>.exe")
    assert row.name.endswith(f".{form}") and "/" not in row.name and "<" not in row.name


@pytest.mark.parametrize(
    "data", [b"", b"<html>", b"MZ\x90", b"PK\x03\x04broken", b"solid nothing", GLB[:-1], b"%PDF-"],
    ids=["empty", "html", "exe", "zip", "solid", "short_glb", "headless_pdf"],
)  # fmt: skip
def test_what_is_no_model_is_refused(data):
    with pytest.raises(ModelRefused):
        sniffing.model_form(data)


def test_a_big_change_after_supporters_joined_is_marked(idea, member):
    Idea.objects.filter(pk=idea.pk).update(supporters_count=7)
    idea.refresh_from_db()
    small = Draft(idea.title, idea.lead, idea.problem, f"{idea.proposal} همین.", ())
    edit_or_hold(idea, small, by=member)
    assert not Revision.objects.latest("number").is_big
    edit_or_hold(
        Idea.objects.get(pk=idea.pk),
        Draft(idea.title, idea.lead, "مشکل دیگری", "حرفی یکسره تازه و بی‌ربط", ()),
        by=member,
    )
    newest = Revision.objects.latest("number")
    assert newest.is_big and newest.supporters == 7


def test_how_much_changed_is_between_nothing_and_everything():
    assert changing.changed_percent({"title": "الف ب"}, {"title": "الف ب"}) == 0
    assert changing.changed_percent({"title": "الف"}, {"title": "ب"}) == 100
    assert changing.changed_percent({}, {}) == 0


def test_the_first_word_opens_the_conversation_and_answers_are_counted(idea, moderator, member):
    address, is_held = talk.say_about(idea, Said("چه خوب"), by=moderator)
    topic = Topic.objects.get()
    assert topic.author == member and address == f"/t/{topic.pk}/p/2" and not is_held
    talk.say_about(Idea.objects.get(pk=idea.pk), Said("آفرین"), by=moderator)
    idea.refresh_from_db()
    assert idea.topic_id == topic.pk and idea.comments_count == 2 and Topic.objects.count() == 1


def test_hiding_an_idea_hides_its_conversation_and_both_come_back(idea, moderator):
    talk.say_about(idea, Said("چه خوب"), by=moderator)
    hiding.hide_idea(idea, by=moderator, why="spam")
    assert Topic.objects.get().hidden_at and Idea.objects.get(pk=idea.pk).hidden_at
    hiding.unhide_idea(idea, by=moderator)
    assert not Topic.objects.get().hidden_at and not Idea.objects.get(pk=idea.pk).hidden_at


def test_the_makers_hear_why_it_came_back(member, here, owner):
    idea = making.submitted(member, here)
    rule = idea.rules.terms["house_rules"][0]["key"]
    moving.send_back(idea, by=owner, rule=rule, reason="اندازه‌ها نیامده است", reason_en="No sizes")
    tell_of_move(last(VERBS["return"]))
    told = Notice.objects.get(member=member, kind="ideas.returned")
    assert "اندازه‌ها نیامده است" in told.title and told.url == f"/ideas/{idea.pk}/edit"
