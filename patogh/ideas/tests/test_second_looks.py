"""What two hands do to one idea one after the other, and what should not be lost, counted twice, or told by the way."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.activity import jobs
from patogh.ideas import errors, limits
from patogh.ideas.actions import changing, creators, drafting, gate, leaving, merging, moving, publishing, supporting
from patogh.ideas.actions.creators import Invited
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.actions.hiding import hide_idea
from patogh.ideas.actions.surveying import Answer, answer_survey
from patogh.ideas.models import Creator, Idea, Merging, Revision, Support
from patogh.ideas.terms import Station, Terms
from patogh.ideas.tests.making import WORDS, gathering, idea_of, people, programme, submitted
from patogh.kit.hooks import plugins
from patogh.ledger.models import Submission
from patogh.trust.models import Held

pytestmark = pytest.mark.django_db
FAR = Terms(stations=(Station(3, 60), Station(100, 60)), is_adaptive=False)
OTHER = Draft("قاب بطری برای دوچرخهٔ تاشو", "همان", "جا نمی‌شود", "قابی که تا شود")
WHY = {"reason": "هر دو یک چیز می‌خواهند", "reason_en": "Both ask for the same"}


@pytest.fixture
def here(owner):
    return programme(owner, FAR)


@pytest.fixture
def idea(member, here, owner):
    """An idea of Mina that gathers."""
    return gathering(member, here, by=owner)


def fresh(idea):
    return Idea.objects.select_related("rules", "programme").get(pk=idea.pk)


def live(idea):
    """Return the counter and the rows that stand."""
    return fresh(idea).supporters_count, Support.objects.filter(idea=idea, withdrawn_at=None).count()


def invited(idea, by, whom):
    creators.propose_shares(idea, {by.pk: 6000}, by=by, invite=Invited(whom, 4000))


def taken_back():
    return Submission.objects.filter(kind="support.withdrawn.v1").count()


def test_a_supporter_who_becomes_a_maker_loses_the_support_with_a_line(idea, member, other_member):
    supporting.give_support(idea, by=other_member)
    invited(idea, member, other_member)
    assert live(idea) == (1, 1)
    creators.agree_to_share(idea, by=other_member)
    assert (live(idea), taken_back()) == ((0, 0), 1)
    with pytest.raises(errors.OwnIdea):
        supporting.give_support(fresh(idea), by=other_member)


def test_also_while_the_board_has_the_idea(member, other_member, owner):
    idea = gathering(member, programme(owner, Terms(stations=(Station(2, 60),), is_adaptive=False)), by=owner)
    for fan in (other_member, *people(1)):
        supporting.give_support(idea, by=fan)
    assert fresh(idea).state == "in_review"
    invited(idea, member, other_member)
    creators.agree_to_share(idea, by=other_member)
    assert (live(idea), taken_back(), fresh(idea).state) == ((1, 1), 1, "in_review")


def test_a_maker_who_left_supported_and_came_back_stands_behind_nothing_of_their_own(idea, member, other_member):
    invited(idea, member, other_member)
    creators.agree_to_share(idea, by=other_member)
    creators.leave_making(idea, by=other_member)
    supporting.give_support(fresh(idea), by=other_member)
    creators.come_back(idea, by=other_member)
    assert (live(idea), taken_back()) == ((0, 0), 1)


def test_an_invitation_to_others_falls_with_whoever_is_erased(idea, member, other_member, agent):
    invited(idea, member, other_member)
    creators.agree_to_share(idea, by=other_member)
    creators.propose_shares(idea, {member.pk: 5000, other_member.pk: 3000}, by=member, invite=Invited(agent, 2000))
    leaving.forget_maker(other_member, with_text=False)
    assert dict(Creator.objects.filter(idea=idea).values_list("member", "state")) == {
        member.pk: "agreed",
        other_member.pk: "left",
    }
    invited_again = creators.propose_shares(idea, {member.pk: 8000}, by=member, invite=Invited(agent, 2000))
    assert creators._waiting(invited_again)


def test_an_idea_is_tried_again_after_its_first_new_draft_was_thrown_away(idea, member):
    moving.withdraw(idea, by=member)
    first = drafting.try_again(idea, by=member)
    assert drafting.try_again(idea, by=member).pk == first.pk
    drafting.discard_idea(first, by=member)
    second = drafting.try_again(idea, by=member)
    assert (second.pk != first.pk, second.state, second.title) == (True, "draft", idea.title)
    moving.withdraw(drafting.submit(second, by=member), by=member)
    assert drafting.try_again(idea, by=member).pk != second.pk


def test_where_the_number_is_hidden_nothing_of_the_page_steps_with_it(member, other_member, owner):
    rules = Terms(stations=(Station(50, 60),), is_adaptive=False, hides_counts=True)
    idea = gathering(member, programme(owner, rules), by=owner)
    before = fresh(idea).version
    supporting.give_support(idea, by=other_member)
    answer_survey(idea, Answer(price_minor=1_000_000), by=other_member)
    supporting.take_back_support(idea, by=other_member)
    assert fresh(idea).version == before


def test_nobody_queues_changes_of_what_others_make(idea, other_member, monkeypatch):
    monkeypatch.setattr(gate, "judged", lambda *_: pytest.fail("nothing is looked at"))
    with pytest.raises(errors.NotYourMove):
        gate.edit_or_hold(idea, OTHER, by=other_member)
    assert not Held.objects.exists()


def test_what_a_moderator_takes_back_is_not_read_in_the_history(idea, member, moderator):
    said = Draft(WORDS.title, WORDS.lead, WORDS.problem, "فحشی که نباید خوانده شود", language="fa")
    drafting.edit_idea(fresh(idea), said, by=member)
    held = Held(published_kind="ideas.idea", published_id=str(idea.pk), payload={"noun": "idea"}, author=member)
    assert publishing.put_back(held)
    assert fresh(idea).proposal == WORDS.proposal
    assert all("فحشی" not in str(one.said) for one in Revision.objects.filter(idea=idea))
    assert not publishing.put_back(held)  # there is nothing left to put back


@pytest.fixture
def two(idea, other_member, here, owner):
    """Two ideas that gather; three fans stand behind the first."""
    fans = people(3)
    for fan in fans[:2]:
        supporting.give_support(idea, by=fan)
    return idea, gathering(other_member, here, by=owner, words=OTHER), fans


def test_nothing_is_merged_while_supporters_are_under_way(two, member, owner, here):
    source, into, _fans = two
    third = gathering(member, here, by=owner, words=Draft("سومی برای همین کار", "سه", "سه", "سه"))
    merging.merge_ideas(source, into, by=owner, **WHY)
    with pytest.raises(errors.CannotMerge):
        merging.merge_ideas(into, third, by=owner, **WHY)
    jobs.drain()
    merging.merge_ideas(fresh(into), third, by=owner, **WHY)
    jobs.drain()
    assert live(third) == (2, 2)


def test_an_idea_is_merged_anew_only_once_the_last_merge_is_undone_to_the_end(two, owner):
    source, into, _fans = two
    merging.merge_ideas(source, into, by=owner, **WHY)
    jobs.drain()
    merging.unmerge_idea(source, by=owner, **WHY)
    with pytest.raises(errors.CannotMerge):
        merging.merge_ideas(fresh(source), fresh(into), by=owner, **WHY)
    jobs.drain()
    merging.merge_ideas(fresh(source), fresh(into), by=owner, **WHY)
    jobs.drain()
    assert (live(into), live(source)) == ((2, 2), (2, 2))


def test_a_hidden_idea_is_merged_with_nothing(two, owner):
    source, into, _fans = two
    hide_idea(into, by=owner)
    with pytest.raises(errors.CannotMerge):
        merging.merge_ideas(source, fresh(into), by=owner, **WHY)


def test_a_clock_that_goes_back_between_merging_and_parting_leaves_nobody_behind(two, owner, time_machine):
    source, into, _fans = two
    start = timezone.now()
    time_machine.move_to(start + dt.timedelta(days=2), tick=False)
    merging.merge_ideas(source, into, by=owner, **WHY)
    time_machine.move_to(start + dt.timedelta(days=3), tick=False)
    merging.carry_batch(Merging.objects.get().pk)
    time_machine.move_to(start + dt.timedelta(days=1), tick=False)
    merging.unmerge_idea(source, by=owner, **WHY)
    while merging.return_batch(Merging.objects.get().pk):
        pass
    assert (live(into), live(source)) == ((0, 0), (2, 2))


def test_a_support_taken_back_during_a_merge_stays_taken_back(two, owner, monkeypatch):
    source, into, fans = two
    monkeypatch.setattr(limits, "CARRIED_A_TURN_MAX", 1)
    merging.merge_ideas(source, into, by=owner, **WHY)
    pk = Merging.objects.get().pk
    merging.carry_batch(pk)
    supporting.take_back_support(fresh(into), by=fans[0])
    supporting.give_support(fresh(into), by=fans[1])
    while merging.carry_batch(pk):
        pass
    assert live(into) == (1, 1)
    merging.unmerge_idea(source, by=owner, **WHY)
    while merging.return_batch(pk):
        pass
    assert (live(into), live(source)) == ((1, 1), (2, 2))


@pytest.mark.parametrize("key", ["", "²", "9" * 30, "-1", "1e3", "\0", "۱", "1; DROP TABLE ideas_idea"])
@pytest.mark.parametrize("kind", ["ideas.idea", "ideas.update", "ideas.feedback"])
def test_hooks_take_any_word_for_a_number(kind, key, owner, idea):
    hook = plugins.hook
    hook.subjects_shown(kind=kind, ids=[key], viewer=owner)
    hook.author_of(kind=kind, id=key)
    hook.subjects_named(kind=kind, keys=[key], viewer=owner)
    hook.hide_subject(kind=kind, id=key, why="", by=owner) if key != "۱" else None
    hook.subjects_named(kind="ideas.support", keys=[key], viewer=owner)


def test_two_of_the_team_answer_one_idea_and_the_second_is_told(member, owner, moderator, here):
    idea = submitted(member, here)
    moving.publish(idea, by=owner)
    with pytest.raises(errors.ImpossibleMove):
        moving.send_back(idea, by=owner, rule="clear", reason="دیر رسید")
    assert list(fresh(idea).moves.values_list("number", "move")) == [(1, "submit"), (2, "publish")]


def test_a_draft_typed_in_two_windows_is_one_draft_and_the_last_word_stands(member, here):
    idea = idea_of(member, here)
    changing.keep_draft(idea, Draft(WORDS.title, "پنجرهٔ اول", "۱", "۱"), by=member)
    changing.keep_draft(idea, Draft(WORDS.title, "پنجرهٔ دوم", "۲", "۲"), by=member)
    sent = drafting.submit(idea, by=member)
    assert not changing.keep_draft(sent, Draft(WORDS.title, "پنجرهٔ اول", "۱", "۱"), by=member)
    assert (fresh(idea).lead, Idea.objects.count()) == ("پنجرهٔ دوم", 1)


HUGE = "9" * 30
PLACES = (
    "", "/history", "/card.png", "/embed", "/embed/code", "/updates", "/questions", "/supporters", "/makers", "/agreement", "/feedback",
    "/edit", "/survey",
)  # fmt: skip
POSTS = (
    "/support", "/support/withdraw", "/follow", "/survey", "/feedback", "/talk", "/updates", "/questions", "/again", "/submission",
    "/withdrawal", "/draft", "/makers", "/makers/mine", "/materials",
)  # fmt: skip


@pytest.mark.parametrize("number", [HUGE, str(2**63), str(2**63 - 1), "0"])
def test_a_number_that_no_idea_has_is_not_found_at_every_door(number, signed_in, owner, idea):
    client = signed_in(owner)
    for part in PLACES:
        assert client.get(f"/ideas/{number}{part}").status_code == 404, part
    for part in POSTS:
        assert client.post(f"/ideas/{number}{part}", {"text": "سلام"}).status_code == 404, part
    for part in ("", "/supports", "/merge", "/share"):
        assert client.get(f"/team/ideas/{number}{part}").status_code == 404, part
    for part in ("updates", "questions", "materials"):
        assert client.delete(f"/ideas/{idea.pk}/{part}/{number}").status_code == 404, part
    for path in (f"/team/ideas/batches/{number}", f"/team/ideas/entries/{number}", f"/me/shares/{number}"):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize("value", ["", HUGE, "-1", "\0", "\u202e123", "x" * 1_000_000, "[]", "{}", "null", "'; --"])
def test_whatever_is_typed_into_a_number_is_answered_with_a_sentence(value, signed_in, owner, member, idea):
    client = signed_in(owner)
    page = client.post(
        f"/team/ideas/{idea.pk}/merge", {"other": value, "into": value, "reason": "دلیل", "reason_en": "why"}
    )
    assert page.status_code in {400, 409, 413}, value[:20]
    for tab in ("near", "pace", "new", "review"):
        assert client.get("/ideas", {"tab": tab, "after": value[:3000], "programme": value[:3000]}).status_code < 500
    mine = signed_in(member)
    typed = {"title": WORDS.title, "lead": "جملهٔ من", "problem": "م", "proposal": "پ", "category": value, "do": "save"}
    said = mine.post(f"/ideas/{idea.pk}/edit", typed)
    assert said.status_code < 500
    if said.status_code != 302:
        assert "جملهٔ من" in said.content.decode()  # nothing typed is lost
    for field in ("price", "for_whom", "words"):
        assert client.post(f"/ideas/{idea.pk}/survey", {field: value}).status_code < 500
    assert mine.post(f"/ideas/{idea.pk}/makers", {f"share_{member.pk}": value, "invite": value}).status_code < 500


def test_a_reason_that_is_too_long_is_given_back_with_every_letter(signed_in, member, idea):
    reason = f"دلیل من {'ا' * limits.REASON_CHARS_MAX}"
    page = signed_in(member).post(f"/ideas/{idea.pk}/withdrawal", {"reason": reason})
    assert (page.status_code, reason in page.content.decode(), fresh(idea).state) == (400, True, "gathering")


def test_a_null_byte_in_a_reason_is_left_out(member, idea):
    moving.withdraw(idea, by=member, reason="دیگر\0 نه")
    assert fresh(idea).moves.get(move="withdraw").reason == "دیگر نه"
