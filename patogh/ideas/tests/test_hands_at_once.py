"""Many hands at one idea: merges beside supports, two of the team at one proposal, makers beside supporters."""

import pytest

from patogh.activity import jobs
from patogh.conftest import made_member
from patogh.ideas.actions import creators, drafting, hiding, merging, moving, supporting, talk
from patogh.ideas.actions.creators import Invited
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.models import Creator, Idea, Merging, Move, Support
from patogh.ideas.terms import Station, Terms
from patogh.ideas.tests.hands import HANDS, at_once
from patogh.ideas.tests.making import gathering, idea_of, people, programme, submitted
from patogh.ideas.tests.truth import wrong_counters
from patogh.kit.hooks import plugins
from patogh.people.models import Brand
from patogh.trust.nouns import Said

pytestmark = pytest.mark.django_db(transaction=True)
WHY = {"reason": "هر دو یک چیز می‌خواهند"}
FAR = Terms(stations=(Station(30, 60), Station(100, 60)), is_adaptive=False)


@pytest.fixture
def cast(many_hands):
    """The owner, an author and a programme."""
    Brand.objects.get_or_create(id=1, defaults={"name": "رکاب", "name_en": "Rekab"})
    owner = made_member("behrouz", "بهروز", "owner")
    return owner, made_member("author", "نویسنده"), programme(owner, FAR)


def two(cast):
    owner, author, here = cast
    other = made_member("other", "دیگری")
    return gathering(author, here, by=owner), gathering(
        other, here, by=owner, words=Draft("قاب بطری", "همان", "جا نیست", "قاب")
    )


def live(idea):
    return set(Support.objects.filter(idea=idea, withdrawn_at=None).values_list("member", flat=True))


def test_supports_at_both_while_one_is_merged_are_kept_or_refused(cast):
    source, into = two(cast)
    fans = people(HANDS)

    def deed(number):
        if number == 7:
            merging.merge_ideas(source, into, by=cast[0], **WHY)
        else:
            supporting.give_support((source, into)[number % 2], by=fans[number])

    ended = at_once(deed)
    assert set(ended) <= {"done", "not_gathering"}, ended
    assert jobs.drain() >= 0 and Merging.objects.get().done_at is not None
    assert live(source) <= live(into) and len(live(into)) == ended["done"] - 1
    assert wrong_counters() == []


def test_carrying_parting_and_taking_back_at_once_leave_what_is_right(cast, monkeypatch):
    source, into = two(cast)
    fans = people(20)
    for fan in fans:
        supporting.give_support(source, by=fan)
    merge = merging.merge_ideas(source, into, by=cast[0], **WHY)
    monkeypatch.setattr("patogh.ideas.limits.CARRIED_A_TURN_MAX", 2)

    def deed(number):
        if number % 4 == 0:
            merging.carry_batch(merge.pk)
        elif number == 22 + 1:
            merging.unmerge_idea(source, by=cast[0], **WHY)
        else:
            supporting.take_back_support(into, by=fans[number % 20])

    ended = at_once(deed)
    assert ended == {"done": HANDS}
    while merging.return_batch(merge.pk):
        pass
    assert (live(into), live(source)) == (set(), {fan.pk for fan in fans})
    assert wrong_counters() == []


def test_one_of_forty_answers_a_proposal_and_the_others_are_told(cast):
    idea = submitted(cast[1], cast[2])
    team = [cast[0], made_member("mod", "ناظر", "moderator")]

    def deed(number):
        by = team[number % 2]
        if number % 3:
            moving.publish(idea, by=by)
        else:
            moving.send_back(idea, by=by, rule="clear", reason="چنین نیست")

    assert at_once(deed) == {"done": 1, "impossible_move": HANDS - 1}
    assert Move.objects.filter(idea=idea).count() == Idea.objects.get(pk=idea.pk).moves_count == 2
    assert wrong_counters() == []


def test_forty_windows_submit_one_draft_once_and_try_it_again_once(cast):
    idea = idea_of(cast[1], cast[2])
    ended = at_once(lambda _: drafting.submit(idea, by=cast[1]))
    assert ended == {"done": 1, "impossible_move": HANDS - 1}
    moving.withdraw(idea, by=cast[1])
    assert at_once(lambda _: drafting.try_again(idea, by=cast[1])) == {"done": HANDS}
    assert Idea.objects.filter(again_of=idea).count() == 1


def test_whoever_becomes_a_maker_while_they_support_stands_behind_nothing(cast):
    idea, fan = gathering(cast[1], cast[2], by=cast[0]), made_member("fan", "هوادار")
    creators.propose_shares(idea, {cast[1].pk: 5000}, by=cast[1], invite=Invited(fan, 5000))

    def deed(number):
        if number == 20:
            creators.agree_to_share(idea, by=fan)
        else:
            (supporting.give_support, supporting.take_back_support)[number % 2](idea, by=fan)

    ended = at_once(deed)
    assert set(ended) <= {"done", "own_idea"}, ended
    assert Creator.objects.get(idea=idea, member=fan).state == "agreed" and live(idea) == set()
    assert wrong_counters() == []


def test_an_idea_is_hidden_and_shown_while_everybody_talks_about_it(cast):
    idea, fans = gathering(cast[1], cast[2], by=cast[0]), people(HANDS)
    talk.say_about(idea, Said("حرف اول"), by=cast[0])

    def deed(number):
        if number % 10 == 0:
            (hiding.hide_idea if number % 20 else hiding.unhide_idea)(idea, by=cast[0])
        else:
            talk.say_about(Idea.objects.get(pk=idea.pk), Said(f"حرف شمارهٔ {number} از من"), by=fans[number])

    ended = at_once(deed)
    assert set(ended) <= {"done", "no_talk_now", "not_found", "topic_is_closed"}, ended
    now = Idea.objects.get(pk=idea.pk)
    shown = plugins.hook.conversation_shown(topic_id=now.topic_id, viewer=None)
    assert (shown is None) == (now.hidden_at is not None)
    assert wrong_counters() == []
