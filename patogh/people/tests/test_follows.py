import pytest

from patogh.people import actions
from patogh.people.errors import FollowsThemselves
from patogh.people.models import Member, MemberFollow


def counts(member, other) -> tuple[int, int]:
    member.refresh_from_db()
    other.refresh_from_db()
    return member.followers_count, other.following_count


@pytest.mark.django_db
def test_following_twice_counts_once_and_ends_at_nought(member, other_member):
    actions.follow_member(member, by=other_member)
    actions.follow_member(member, by=other_member)
    assert counts(member, other_member) == (1, 1)
    actions.unfollow_member(member, by=other_member)
    actions.unfollow_member(member, by=other_member)
    assert counts(member, other_member) == (0, 0)


@pytest.mark.django_db
def test_muting_ends_a_follow_and_is_seen_by_nobody(member, other_member, stranger):
    actions.follow_member(member, by=other_member)
    actions.mute_member(member, by=other_member)
    assert counts(member, other_member) == (0, 0)
    assert other_member.name not in stranger.get("/@mina/followers").content.decode()


@pytest.mark.django_db
def test_nobody_follows_themselves(member):
    with pytest.raises(FollowsThemselves):
        actions.follow_member(member, by=member)


@pytest.mark.django_db
def test_the_button_of_a_profile_follows_and_stops(member, other_member, signed_in):
    client = signed_in(other_member)
    client.post("/@mina/follow")
    assert "دنبال می‌کنید" in client.get("/@mina").content.decode()
    client.post("/@mina/follow", {"_method": "DELETE"})
    assert not MemberFollow.objects.exists()


@pytest.mark.django_db
def test_htmx_gets_the_button_alone(member, other_member, signed_in):
    page = signed_in(other_member).post("/@mina/follow", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "دنبال می‌کنید" in page


@pytest.mark.sqlite
def test_ten_follows_at_once_count_once(busy_house, at_once):
    mina, reza = actions.join("مینا"), actions.join("رضا")
    answers = at_once([lambda: actions.follow_member(mina, by=reza)] * 10)
    assert {type(answer) for answer in answers} == {MemberFollow}
    assert MemberFollow.objects.count() == Member.objects.get(pk=mina.pk).followers_count == 1


@pytest.mark.sqlite
def test_twenty_people_who_share_a_name_join_at_once(busy_house, at_once):
    answers = at_once([lambda: actions.join("مینا رفیعی")] * 20)
    assert len({member.handle for member in answers}) == 20
