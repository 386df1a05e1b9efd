"""What belongs to a person and who said so: joining with anybody, field by field, and taking one identity out."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patogh.conftest import made_member
from patogh.people.actions import confirm_email
from patogh.people.identifying import identity_of
from patogh.people.models import Identity
from patogh.persons.merging import merge_persons
from patogh.persons.models import Look, Merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(signed_in, agent, writer):
    """Hamid, who said why he looks at Maryam."""
    client = signed_in(agent)
    client.post(f"/team/people/{writer.person_id}/looks", {"reason": "شماره‌اش عوض شده است"})
    return client


def at(identity):
    return f"/team/people/{identity.person_id}/identities"


def shown(client, identity, **asked):
    return client.get(at(identity), asked).content.decode()


def test_without_a_look_the_page_leads_to_the_gate(signed_in, agent, writer, member):
    assert signed_in(agent).get(at(writer)).headers["Location"] == f"/team/people/{writer.person_id}"
    assert signed_in(member).get(at(writer)).status_code == 404


def test_the_page_leads_there_and_tells_who_said_what(desk, agent, writer, buyer):
    merge_persons(writer.person, buyer.person, by=agent, reason="تلفنی گفت", score=0.91)
    assert at(writer) in desk.get(f"/team/people/{writer.person_id}").content.decode()
    page = shown(desk, writer)
    assert page.count("تلفنی گفت") == 2 and "حمید" in page and "۹۱٪" in page


def test_anybody_is_found_and_laid_beside_and_that_is_written_down(desk, agent, writer, member):
    page = shown(desk, writer, q="مینا کیانی")
    assert f"?other={member.identity.person_id}" in page
    page = shown(desk, writer, other=member.identity.person_id)
    assert "field:name" in page and str(writer.pk) in page
    look = Look.objects.get(identity=member.identity)
    assert (look.member, look.reason) == (agent, "شماره‌اش عوض شده است")


def test_two_are_joined_field_by_field_and_taken_back(desk, writer, member):
    form = {"kept": member.identity.person_id, "folded": writer.person_id, "field:name": str(writer.pk), "reason": ""}
    desk.post("/team/people/merges", form)
    merge = Merge.objects.get()
    assert merge.survivors == {"name": writer.pk}
    assert desk.get(at(writer)).headers["Location"] == f"/team/people/{member.identity.person_id}/identities"
    desk.post(f"/team/people/merges/{merge.pk}/undoing")
    assert Identity.objects.get(pk=writer.pk).person_id == writer.person_id


def test_who_proved_different_addresses_is_joined_only_with_a_reason_asked_on_the_page(desk, writer, member):
    other = made_member("parviz", "پرویز صدری")
    confirm_email(member, "mina@example.org")
    confirm_email(other, "parviz@example.org")
    desk.post(f"/team/people/{member.identity.person_id}/looks", {"reason": "می‌گوید دو حساب دارد"})
    form = {"kept": member.identity.person_id, "folded": other.identity.person_id}
    page = desk.post("/team/people/merges", form, follow=True).content.decode()
    assert not Merge.objects.exists() and "note anar-n" in page
    assert str(other.identity.person_id) in page and 'name="reason"' in page
    desk.post("/team/people/merges", {**form, "reason": "هر دو حساب از اوست"})
    assert Merge.objects.get().reason == "هر دو حساب از اوست"


def test_an_identity_is_taken_out_there(desk, agent, writer, buyer):
    merge_persons(writer.person, buyer.person, by=agent)
    assert f"/team/people/identities/{buyer.pk}/split" in shown(desk, writer)
    desk.post(f"/team/people/identities/{buyer.pk}/split", {"reason": ""})
    assert Identity.objects.get(pk=buyer.pk).person_id == writer.person_id
    desk.post(f"/team/people/identities/{buyer.pk}/split", {"reason": "از مادرش است"})
    assert Identity.objects.get(pk=buyer.pk).person_id != writer.person_id
    assert "/split" not in shown(desk, writer)


@pytest.mark.parametrize("other", ["nonsense", "0", str(uuid.UUID(int=7)), "x" * 500, "\ud800"[:0] + "﷽"])
def test_nobody_is_said_so(desk, writer, other):
    assert "note anar-n" in shown(desk, writer, other=other)


def test_one_is_not_joined_with_oneself(desk, writer):
    assert "note anar-n" in shown(desk, writer, other=writer.person_id)
    assert f"?other={writer.person_id}" not in shown(desk, writer, q="@maryam_s")


def test_thirty_identities_cost_as_many_statements_as_two(desk, agent, writer):
    def count():
        with CaptureQueriesContext(connection) as said:
            desk.get(at(writer))
        return len(said)

    for number in range(2):
        merge_persons(writer.person, identity_of("telegram", f"@maryam_{number}").person, by=agent)
    few = count()
    for number in range(2, 30):
        merge_persons(writer.person, identity_of("telegram", f"@maryam_{number}").person, by=agent)
    assert count() <= few
