"""What was written elsewhere can be claimed by whoever proves the address that it came with."""

import pytest

from patogh.activity.models import Activity
from patogh.people import actions, tasks
from patogh.people.models import Notice, StagedMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def staged(brand, member):
    """An account of an import that carries the member's address, and one that carries another's."""
    actions.stage_member("mbox:tea", "k2", "Somebody else", "else@example.org")
    return actions.stage_member("mbox:tea", "k1", "Mina of the list", member.email).staged


def prove(member):
    """Let a member prove her address, and do what follows."""
    actions.confirm_email(member, member.email)
    tasks.offer_claims(str(Activity.objects.get(verb="people.address_verified").pk))


def test_proving_an_address_offers_the_account_that_came_with_it(member, staged):
    prove(member)
    notice = Notice.objects.get(member=member, kind="people.account_claimable")
    assert (notice.title, notice.url) == ("Mina of the list", "/me/settings/security")


def test_nobody_is_offered_what_came_with_another_address(other_member, staged):
    prove(other_member)
    assert not Notice.objects.exists()


def test_the_page_offers_it_and_one_press_claims_it(member, staged, signed_in):
    prove(member)
    browser = signed_in(member)
    page = browser.get("/me/settings/security").content.decode()
    assert "Mina of the list" in page
    assert "Somebody else" not in page
    assert browser.post(f"/me/settings/accounts/{staged.pk}").status_code == 302
    staged.refresh_from_db()
    assert staged.claimed_at is not None
    assert staged.member.identity.person_id == member.identity.person_id


def test_what_is_another_persons_cannot_be_claimed(member, staged, signed_in):
    prove(member)
    foreign = StagedMember.objects.get(source_key="k2")
    assert signed_in(member).post(f"/me/settings/accounts/{foreign.pk}").status_code == 404
