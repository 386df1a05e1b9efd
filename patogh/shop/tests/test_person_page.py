"""What the shop says on the page of a person."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patogh.people.identifying import identity_of
from patogh.shop import actions, person_page
from patogh.shop.models import Order
from patogh.shop.tests.conftest import back, line, order

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(owner, lamp, bell):
    """Somebody with two orders, of which one lamp came back, and a cancelled one."""
    actions.take_orders("rekab.ir", [order("1"), order("2", line("BELL", 1, 900_000)), order("3")], by=owner)
    actions.take_returns("rekab.ir", [back("1")], by=owner)
    known = identity_of("shop-customer", "woo:10284", verified=True)
    Order.objects.update(buyer=known)
    Order.objects.filter(number="3").update(state="cancelled", net_minor=0)
    Order.objects.get(number="3").lines.update(cancelled_at=Order.objects.get(number="3").ordered_at)
    return known


def asked(known, viewer):
    return {"person": known.person, "identities": [known], "viewer": viewer}


def test_the_value_is_what_stands_less_what_came_back_in_one_statement(buyer):
    with CaptureQueriesContext(connection) as said:
        assert person_page.person_value(identities=[buyer.pk]) == {"IRR": 13_600_000 + 900_000 - 6_800_000}
    assert len(said) == 1


def test_the_value_of_somebody_who_bought_nothing_is_nothing(agent):
    assert person_page.person_value(identities=[agent.identity_id]) == {}


def test_the_value_walks_an_index(buyer):
    with CaptureQueriesContext(connection) as said:
        person_page.person_value(identities=[buyer.pk])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{said[0]['sql']}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    if connection.vendor == "sqlite":
        assert "buyer_id" in plan and "SCAN shop_order" not in plan, plan


def test_the_card_says_what_they_have_and_since_when(buyer, agent):
    facts = person_page.person_cards(**asked(buyer, agent))[0].facts
    assert {(fact.label, fact.words) for fact in facts} == {("چراغ عقب", "۲ عدد"), ("زنگ", "")}
    assert all(fact.since for fact in facts)


def test_the_sentence_says_how_often_they_bought(buyer, agent):
    assert person_page.person_clauses(**asked(buyer, agent))[0].html == "<b>۲ بار</b> خرید کرده"


def test_nobody_else_s_order_is_told(buyer, agent):
    assert person_page.person_cards(**asked(agent.identity, agent)) == []
    assert person_page.person_clauses(**asked(agent.identity, agent)) == []
