import pytest

from patogh.trust import actions
from patogh.trust.errors import CannotDoThis, OwnThing
from patogh.trust.models import ReviewItem
from patogh.trust.nouns import Ruling, Subject

pytestmark = pytest.mark.django_db


def profile(member):
    return Subject("people.member", str(member.pk))


@pytest.fixture
def client_of(client):
    def signed_in(member):
        client.force_login(member)
        return client

    return signed_in


def test_a_profile_is_reported_and_its_member_warned(member, other_member, moderator):
    actions.flag(profile(other_member), "inappropriate", "معرفی‌اش توهین است", by=member)
    item = ReviewItem.objects.get()
    assert (item.kind, item.member) == ("flags", other_member)
    actions.decide(item, Ruling("none", "insult", words="لطفاً عوضش کنید", sanction="warning"), by=moderator)
    assert other_member.sanctions.get().kind == "warning"


@pytest.mark.parametrize("what", ["hide", "delete", "edit"])
def test_a_profile_can_be_neither_hidden_nor_taken_away(member, other_member, moderator, what):
    actions.flag(profile(other_member), "spam", by=member)
    with pytest.raises(CannotDoThis):
        actions.decide(ReviewItem.objects.get(), Ruling(what, "spam", text="x"), by=moderator)


def test_nobody_reports_themselves(member):
    with pytest.raises(OwnThing):
        actions.flag(profile(member), "spam", by=member)


def test_many_reports_of_a_profile_hide_nothing(member, other_member, moderator, agent, owner):
    for by in (moderator, agent, owner):
        actions.flag(profile(other_member), "spam", by=by)
    assert not ReviewItem.objects.get().is_hidden


def test_the_profile_leads_to_the_form_and_the_queue_offers_what_fits(client_of, member, other_member, moderator):
    address = f"/flag/people.member/{other_member.pk}"
    assert address in client_of(member).get(other_member.url).content.decode()
    assert "معرفی" in client_of(member).get(address).content.decode()
    assert client_of(member).post(address, {"reason": "spam"}).status_code in {302, 303}
    page = client_of(moderator).get(f"/review/{ReviewItem.objects.get().pk}").content.decode()
    assert 'value="none"' in page
    assert 'value="hide"' not in page
