"""The same thing brought twice at the same moment, and a merge while messages arrive: nothing is doubled and nothing is lost."""

import pytest

from patogh.activity.models import Activity
from patogh.channels.connectors import arrivals
from patogh.channels.connectors.actions.setups import Words, add_setup
from patogh.channels.connectors.contract import Arrival, Known
from patogh.channels.models import DeadLetter, Message
from patogh.channels.tests.connectors.conftest import NOW
from patogh.conftest import made_member
from patogh.people.identifying import identity_of
from patogh.people.models import Brand, Identity, Person
from patogh.people.tests.conftest import at_once, busy_house  # noqa: F401 - fixtures
from patogh.persons.merging import merge_persons, undo_merge
from patogh.persons.models import Merge

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def house(busy_house):
    """An agent, and two setups."""
    Brand.objects.create(id=1, name="رکاب", name_en="Rekab")
    agent = made_member("hamid", "حمید یزدی", "agent")
    words = {"secret": SECRET, "rules": "", "url": ""}
    return agent, *(add_setup("webhook", Words(name, words), by=agent) for name in ("یک", "دو"))


def message(number, who):
    return Arrival(f"m-{number}", "message", who, NOW, text="سلام")


def test_a_webhook_that_is_called_four_times_at_once_counts_once(house, at_once):
    _agent, setup, _other = house
    batch = [message(number, Known("telegram", str(number + 1))) for number in range(5)]
    answers = at_once([lambda: arrivals.take(setup.pk, batch)] * 4)
    assert sum(one.new for one in answers) == 5 == Message.objects.count()
    assert Activity.objects.filter(verb="channels.message_received").count() == 5
    assert not DeadLetter.objects.exists()


def test_two_channels_that_name_the_same_people_at_once_make_each_of_them_once(house, at_once):
    _agent, *setups = house
    before = Person.objects.count()
    who = [Known("telegram", str(number + 1), also=(("phone", f"+98912123456{number}", False),)) for number in range(5)]
    batch = [message(number, known) for number, known in enumerate(who)]
    answers = at_once([lambda: arrivals.take(setups[0].pk, batch), lambda: arrivals.take(setups[1].pk, batch[::-1])])
    assert [one.new for one in answers] == [5, 5]
    assert Identity.objects.filter(kind__in=("telegram", "phone")).count() == 10 == Person.objects.count() - before


def test_a_merge_and_its_undo_while_messages_arrive_lose_none(house, at_once):
    agent, setup, _other = house
    one, other = identity_of("telegram", "1001"), identity_of("bale", "1002")
    batch = [message(number, Known(*(("telegram", "1001") if number % 2 else ("bale", "1002")))) for number in range(6)]
    calls = [lambda batch=batch[at : at + 2]: arrivals.take(setup.pk, batch) for at in (0, 2, 4)]
    answers = at_once([*calls, lambda: merge_persons(one.person, other.person, by=agent)])
    assert not [found for found in answers if isinstance(found, Exception)]
    undo_merge(Merge.objects.get(), by=agent)
    said = Message.objects.values_list("identity__kind", "identity__person_id").distinct()
    assert dict(said) == {"telegram": one.person_id, "bale": other.person_id} and Message.objects.count() == 6
