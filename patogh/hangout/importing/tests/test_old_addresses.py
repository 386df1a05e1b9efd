"""An address of the house that something came from leads to where it stands now."""

import pytest

from patogh.hangout.importing import frame
from patogh.hangout.importing.addresses import candidates, usual
from patogh.hangout.importing.discourse import Discourse
from patogh.hangout.importing.stackexchange import StackExchange
from patogh.hangout.importing.tests.conftest import DISCOURSE, answer, question
from patogh.hangout.models import ImportedThing, OldAddress, Space, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("brand")]


@pytest.fixture
def tea(posts_xml):
    """Two posts of a Stack Exchange."""
    frame.bring_in(StackExchange(posts_xml(question(1), answer(2, 1))))
    return Topic.objects.get()


@pytest.mark.parametrize(
    "path",
    ["/questions/1", "/questions/1/how-fine-should-i-grind", "/q/1", "/q/1/", "/q//1", "/q/1?noredirect=1#comment5"],
)
def test_an_old_address_of_a_topic_leads_to_it_for_good(client, tea, path):
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (301, f"/t/{tea.pk}")


def test_an_old_address_of_an_answer_leads_to_the_answer(client, tea):
    assert client.get("/a/2")["Location"] == f"/t/{tea.pk}/p/2"


def test_discourse_addresses_lead_to_topics_posts_and_people(client):
    frame.bring_in(Discourse(DISCOURSE))
    pk = ImportedThing.objects.get(kind="topic", key="1148/1").thing_id
    assert client.get("/t/support-ublock-origin/1148")["Location"] == f"/t/{pk}"
    assert client.get("/t/support-ublock-origin/1148/5")["Location"] == f"/t/{pk}/p/5"
    assert client.get("/t/support-ublock-origin/1148/999")["Location"] == f"/t/{pk}"
    assert client.get("/u/GORHILL")["Location"] == "/@gorhill"


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/questions/9",
        "/%00%ff",
        "/q/1'--",
        "/" + "a/" * 2000,
        "/q?" + "&".join("a=1" for _ in range(300)),
        "/../q/1x",
    ],
)
def test_an_unknown_or_hostile_address_stays_a_404(client, tea, path):
    assert client.get(path).status_code in {400, 404}


def test_only_reading_is_led_on(client, tea):
    assert client.post("/q/1").status_code == 404


def test_an_address_with_parameters_is_found_by_the_one_that_matters(client, tea):
    OldAddress.objects.create(path=usual("/viewtopic.php?t=7"), kind="topic", thing_id=tea.pk, source="x")
    assert client.get("/viewtopic.php?f=3&t=7&sid=abc")["Location"] == f"/t/{tea.pk}"
    assert client.get("/viewtopic.php?t=8").status_code == 404


def test_a_private_space_is_not_named(client, tea):
    space = Space.objects.create(slug="secret", name="Secret", access="private")
    OldAddress.objects.create(path="/c/secret/4", kind="space", thing_id=space.pk, source="x")
    assert client.get("/c/secret/4").status_code == 404


def test_an_unknown_address_costs_one_query(client, tea, django_assert_num_queries):
    assert candidates("/old/thing/7", "a=1&b=2") == [
        "/old/thing/7?a=1&b=2",
        "/old/thing/7?a=1",
        "/old/thing/7?b=2",
        "/old/thing/7",
        "/old/thing",
    ]
    from django.test import RequestFactory

    from patogh.hangout.views.old_addresses import _found

    with django_assert_num_queries(1):
        assert _found(RequestFactory().get("/old/thing/7?a=1")) == ""
