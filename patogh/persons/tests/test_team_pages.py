import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patogh.conftest import made_member
from patogh.people.identifying import identities_of_many, identity_of
from patogh.people.models import Identity
from patogh.persons.actions.suggesting import Guess, suggest
from patogh.persons.merging import merge_persons
from patogh.persons.models import Look, Merge, Suggestion
from patogh.persons.queries import team

pytestmark = pytest.mark.django_db
QUEUE = "/team/people/suggestions"


@pytest.fixture
def pair(buyer, writer):
    """Two who may be one."""
    reasons = [["phone", "same", 12.0], ["given", "different", -4.0]]
    return suggest(Guess(buyer.person, writer.person, 8.0, 0.91, reasons, "test"))


@pytest.fixture
def desk(agent, signed_in):
    """The client of an agent."""
    return signed_in(agent)


@pytest.mark.parametrize("text", ["@maryam_s", "maryam_s", "https://ble.ir/maryam_s"])
def test_people_are_found_by_handle_however_it_is_written(desk, writer, text):
    assert "مریم صالحی" in desk.get("/team/people", {"q": text}).content.decode()


def test_people_are_found_by_number_in_any_digits_and_shown_masked(desk):
    identity_of("order-phone", "09131234567")
    page = desk.get("/team/people", {"q": "۰۹۱۳۱۲۳۴۵۶۷"}).content.decode()
    assert "+98913•••4567" in page and "9131234567" not in page.replace('value="۰۹۱۳۱۲۳۴۵۶۷"', "")


@pytest.mark.parametrize("text", ["مینا", "مینا کیانی", "mina"])
def test_members_are_found_by_name_and_handle(desk, member, text):
    assert "مینا کیانی" in desk.get("/team/people", {"q": text}).content.decode()


def test_the_list_goes_on_by_keyset_and_costs_the_same_for_one_and_for_thirty(desk):
    def count():
        with CaptureQueriesContext(connection) as said:
            page = desk.get("/team/people")
        return len(said), page.content.decode()

    few, _ = count()
    identities_of_many([("telegram", f"@somebody_{number}", False) for number in range(40)])
    many, page = count()
    assert many <= few + 1 and "?after=" in page
    following = page.split("?after=")[1].split('"')[0]
    assert desk.get(f"/team/people?after={following}").status_code == 200
    assert desk.get("/team/people?after=nonsense").status_code == 400


def test_the_queue_says_what_agrees_and_what_differs(desk, pair):
    page = desk.get(QUEUE).content.decode()
    assert "۹۱٪" in page and "مریم صالحی" in page and "data-pair-key" in page


def test_joining_from_the_queue_can_be_taken_back_at_once(desk, pair, buyer, writer):
    answer = desk.post(f"{QUEUE}/{pair.pk}", {"answer": "merge", "reason": "یک نفر است"})
    assert answer.status_code == 302 and f"done={Merge.objects.get().pk}" in answer.headers["Location"]
    assert (
        f"/team/people/merges/{Merge.objects.get().pk}/undoing" in desk.get(answer.headers["Location"]).content.decode()
    )
    desk.post(f"/team/people/merges/{Merge.objects.get().pk}/undoing", {"back": "queue"})
    buyer.refresh_from_db(), writer.refresh_from_db()
    assert buyer.person_id != writer.person_id and Suggestion.objects.get().state == "waiting"


def test_refusing_from_the_queue_can_be_taken_back(desk, pair):
    answer = desk.post(f"{QUEUE}/{pair.pk}", {"answer": "refuse"})
    assert Suggestion.objects.get().state == "refused"
    assert 'value="reopen"' in desk.get(answer.headers["Location"]).content.decode()
    desk.post(f"{QUEUE}/{pair.pk}", {"answer": "reopen"})
    assert Suggestion.objects.get().state == "waiting"


@pytest.mark.parametrize("answer", ["", "burn", "x" * 4000])
def test_an_answer_that_is_none_is_refused_with_a_sentence(desk, pair, answer):
    assert desk.post(f"{QUEUE}/{pair.pk}", {"answer": answer}).status_code == 400


def test_the_second_of_two_answers_hears_that_somebody_was_first(desk, pair):
    desk.post(f"{QUEUE}/{pair.pk}", {"answer": "merge"})
    page = desk.post(f"{QUEUE}/{pair.pk}", {"answer": "merge"}, follow=True).content.decode()
    assert "note anar-n" in page and Merge.objects.count() == 1


def test_a_person_who_stands_behind_another_leads_there(desk, agent, buyer, writer):
    folded = buyer.person_id
    merge_persons(writer.person, buyer.person, by=agent, reason="همان است")
    assert desk.get(f"/team/people/{folded}").headers["Location"] == f"/team/people/{writer.person_id}"
    desk.post(f"/team/people/{writer.person_id}/looks", {"reason": "می‌خواهم ببینم"})
    page = desk.get(f"/team/people/{writer.person_id}").content.decode()
    assert "همان است" in page and "undoing" in page


def test_of_two_accounts_the_kept_one_gives_name_and_picture(agent, owner, member):
    other = made_member("parviz", "پرویز صدری")
    assert other.identity.pk > member.identity.pk
    merge_persons(other.identity.person, member.identity.person, by=agent, reason="هر دو از اوست")
    (face,) = team.shown([other.identity.person], "fa")
    assert (face.name, face.member) == ("پرویز صدری", other)
    assert {one.identity.pk for one in face.chips} == {other.identity.pk, member.identity.pk}


def test_a_masked_value_is_shown_after_it_is_written_down_who_looked(desk, agent):
    identity = identity_of("email", "m.salehi@example.org", verified=True)
    assert "m.salehi@" not in desk.get(f"/team/people/{identity.person_id}").content.decode()
    page = desk.post(f"/team/people/identities/{identity.pk}/value", {"reason": "زنگ می‌زنم"}).content.decode()
    assert "m.salehi@example.org" in page
    look = Look.objects.get()
    assert (look.identity, look.member, look.reason) == (identity, agent, "زنگ می‌زنم")


def test_one_identity_is_taken_out_from_the_page_only_with_a_reason(desk, agent, buyer, writer):
    merge_persons(writer.person, buyer.person, by=agent)
    desk.post(f"/team/people/identities/{buyer.pk}/split", {"reason": ""})
    assert Identity.objects.get(pk=buyer.pk).person_id == writer.person_id
    desk.post(f"/team/people/identities/{buyer.pk}/split", {"reason": "از مادرش است"})
    assert Identity.objects.get(pk=buyer.pk).person_id != writer.person_id


def test_fields_are_chosen_in_the_queue(desk, agent, member, writer):
    row = suggest(Guess(member.identity.person, writer.person, 8.0, 0.9, [["given", "similar", 2.0]], "test"))
    page = desk.get(QUEUE).content.decode()
    assert "field:name" in page
    desk.post(f"{QUEUE}/{row.pk}", {"answer": "merge", "field:name": str(writer.pk), "field:x": "junk"})
    assert Merge.objects.get().survivors == {"name": writer.pk}


def test_nobody_else_of_the_house_sees_the_people(signed_in, member, moderator, stranger):
    assert signed_in(member).get("/team/people").status_code == 404
    assert signed_in(moderator).get(QUEUE).status_code == 404
    assert stranger.get("/team/people").status_code == 302
