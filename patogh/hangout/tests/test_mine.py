"""Follows, bookmarks, drafts, read markers, and who may open a space."""

import pytest

from patogh.hangout import actions
from patogh.hangout.actions import SpaceFacts
from patogh.hangout.errors import BadSpace, DraftTooLong, SlugTaken
from patogh.hangout.models import Draft, Follow, ReadMarker, Space, Tag
from patogh.hangout.tests.truth import wrong_counters
from patogh.kit import limits
from patogh.kit.errors import NotFound
from patogh.search.models import Document


def test_following_muting_and_leaving_keep_the_count(question, space, other_member):
    for thing in (question, space, Tag.objects.first()):
        actions.follow(thing, by=other_member)
        actions.follow(thing, by=other_member, level="muted")
        actions.follow(thing, by=other_member)
        assert wrong_counters() == []
        actions.unfollow(thing, by=other_member)
        actions.unfollow(thing, by=other_member)
    assert not Follow.objects.filter(member=other_member).exists()
    assert wrong_counters() == []


def test_a_bookmark_is_kept_once(answer, member):
    assert actions.bookmark(answer, by=member) == actions.bookmark(answer, by=member)
    actions.forget_bookmark(answer, by=member)
    actions.forget_bookmark(answer, by=member)
    assert not member.bookmarks.exists()


def test_a_draft_is_one_per_place_and_empties_away(member):
    actions.save_draft("new", "یک", by=member, title="عنوان")
    actions.save_draft("new", "دو", by=member)
    assert Draft.objects.get().text == "دو"
    actions.save_draft("new", "  ", by=member)
    assert not Draft.objects.exists()


def test_a_draft_longer_than_a_post_is_refused(member):
    with pytest.raises(DraftTooLong):
        actions.save_draft("new", "م" * (limits.POST_TEXT_CHARS_MAX + 1), by=member)


def test_the_oldest_drafts_make_room(member, monkeypatch):
    monkeypatch.setattr(limits, "DRAFTS_MAX", 2)
    for number in range(4):
        actions.save_draft(f"topic:{number}", "متن", by=member)
    assert sorted(Draft.objects.values_list("place", flat=True)) == ["topic:2", "topic:3"]


def test_reading_never_goes_backwards_nor_beyond_the_end(question, answer, other_member, agent):
    question.refresh_from_db()
    for number in (1, 99, 1):
        actions.mark_read(question, number, by=agent)
    assert ReadMarker.objects.get(topic=question, member=agent).last_number == 2


def test_a_space_is_opened_by_those_who_manage_spaces(owner, member):
    with pytest.raises(NotFound):
        actions.open_space(SpaceFacts("mine", "مال من"), by=member)
    for bad in (
        SpaceFacts("Bad Slug", "نام"),
        SpaceFacts("new", "نام"),
        SpaceFacts("ok", "\u202e"),
        SpaceFacts("ok", "نام", colour="pink"),
    ):
        with pytest.raises(BadSpace):
            actions.open_space(bad, by=owner)
    actions.open_space(SpaceFacts("ok", "نام"), by=owner)
    with pytest.raises(SlugTaken):
        actions.open_space(SpaceFacts("ok", "نام دیگر"), by=owner)


def test_a_space_that_becomes_private_hides_what_was_said_in_it(question, answer, space, owner):
    actions.edit_space(space, SpaceFacts("repair", "تعمیر", access="private"), by=owner)
    assert set(Document.objects.exclude(kind="tag").values_list("audience", flat=True)) == {f"space:{space.pk}"}
    assert Space.objects.get().memberships.get().member == owner


def test_whoever_is_shown_out_follows_no_longer(hidden_space, member, owner):
    actions.let_in(hidden_space, member, by=owner)
    actions.follow(hidden_space, by=member)
    actions.show_out(hidden_space, member, by=owner)
    assert not Follow.objects.filter(space=hidden_space, member=member).exists()
    assert wrong_counters() == []
