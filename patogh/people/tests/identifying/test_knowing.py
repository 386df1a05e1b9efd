import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patogh.people import actions
from patogh.people.actions.erasing import erase_member
from patogh.people.identifying import identities_of_many, identity_of, is_erased, masked
from patogh.people.models import Identity, IdentityLink, Person

pytestmark = pytest.mark.django_db


def test_somebody_new_gets_an_identity_with_a_person_and_a_first_link():
    identity = identity_of("telegram", "@Maryam_S")
    assert (identity.value, identity.verified_at) == ("@maryam_s", None)
    assert IdentityLink.objects.get(identity=identity).person == identity.person
    assert identity_of("telegram", "@maryam_s") == identity
    assert Person.objects.count() == 1


def test_what_was_proved_once_stays_proved():
    proved = identity_of("email", "mina@example.org", verified=True)
    assert proved.verified_at
    assert identity_of("email", "mina@example.org").verified_at == proved.verified_at


def test_many_are_found_and_made_in_a_fixed_number_of_statements():
    def count(rows):
        with CaptureQueriesContext(connection) as said:
            identities_of_many(rows)
        return len(said)

    few = count([("email", f"a{number}@example.org", True) for number in range(3)])
    assert count([("email", f"b{number}@example.org", True) for number in range(90)]) == few
    assert count([("email", f"c{number}@example.org", True) for number in range(390)]) <= few + 5


def test_many_answer_by_what_they_were_given_and_leave_out_what_cannot_be_read():
    found = identities_of_many(
        [("phone", "۰۹۱۳۱۲۳۴۵۶۷", False), ("phone", "+989131234567", False), ("email", "no", False)]
    )
    assert set(found) == {("phone", "۰۹۱۳۱۲۳۴۵۶۷"), ("phone", "+989131234567")}
    assert len(set(found.values())) == 1


def test_an_identity_that_is_nobodys_gets_a_person_when_it_comes_again(member):
    actions.confirm_email(member, member.email)
    actions.forget_email(member, member.email)
    again = identity_of("email", member.email)
    assert again.person_id not in {None, member.identity.person_id}


def test_whoever_was_erased_is_not_made_again_until_they_prove_it_anew(member, other_member):
    actions.confirm_email(member, member.email)
    address = member.email
    erase_member(member)
    assert identity_of("email", address) is None
    assert identity_of("order-email", address) is None
    assert identities_of_many([("email", address, True)]) == {}
    actions.confirm_email(other_member, address)
    assert identity_of("email", address).person == other_member.identity.person


def test_erasing_takes_what_somebody_proved_and_leaves_what_others_laid_beside(member, agent):
    actions.confirm_email(member, member.email)
    order = identity_of("telegram", "@maryam_s")
    actions.link_identity(order, member.identity.person, by=agent, why="merged")
    address = Identity.objects.get(kind="email")
    erase_member(member)
    order.refresh_from_db(), address.refresh_from_db(), member.identity.refresh_from_db()
    assert order.value == "@maryam_s"
    assert is_erased(address) and is_erased(member.identity)
    assert order.person_id != address.person_id == member.identity.person_id


@pytest.mark.parametrize(("kind", "value", "shown"), [
    ("email", "m.salehi@example.org", "m.•••@example.org"), ("phone", "+989131234567", "+98913•••4567"), ("telegram", "@maryam_s", "@maryam_s"),
    ("telegram", "123456789", "12•••789"), ("shop-customer", "woo:10284", "woo:•••284"), ("instagram", "maryam", "@maryam"),
], ids=["mail", "phone", "name", "number", "shop", "instagram"])  # fmt: skip
def test_an_identity_is_shown_so_that_only_its_owner_can_use_it(kind, value, shown):
    assert masked(Identity(pk=1, kind=kind, value=value)) == shown
