"""Somebody without an account is erased over all rooms: orders without a buyer, no messages, no memberships."""

import pytest
from django.utils import timezone

from patogh.channels.models import Message, Setup
from patogh.people.identifying import identity_of
from patogh.people.leaving import going
from patogh.people.queries.identities import emptied_by
from patogh.segments.models import Membership, Segment
from patogh.shop.models import Order

pytestmark = pytest.mark.django_db


def test_nothing_of_a_buyer_without_an_account_is_left_in_any_room(owner):
    buyer = identity_of("order-email", "niloufar@example.org")
    now = timezone.now()
    order = Order.objects.create(
        source="woo", number="7", ordered_at=now, unit="IRR", state="paid", buyer=buyer, recorded_at=now
    )
    setup = Setup.objects.create(connector="webhook", name="فروشگاه", address="a" * 32, made_at=now)
    Message.objects.create(
        setup=setup,
        identity=buyer,
        connector="webhook",
        key="k",
        state="came",
        way="in",
        text="نیلوفر",
        happened_at=now,
        recorded_at=now,
    )
    segment = Segment.objects.create(slug="buyers", name="خریداران", version=1, members_count=1, made_at=now)
    Membership.objects.create(segment=segment, person=buyer.person, entered_at=now, version=1, why="rule")
    assert emptied_by([buyer.pk]) == {buyer.person_id}
    going.erase_person(buyer.person, [buyer.pk], by=owner)
    order.refresh_from_db(), segment.refresh_from_db()
    assert order.buyer is None and not Message.objects.exists() and not Membership.objects.exists()
    assert segment.members_count == 0
