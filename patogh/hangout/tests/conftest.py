"""The hangout's own cast: a space for everybody, one behind a door, and a question somebody asked."""

import pytest

from patogh.hangout import actions
from patogh.hangout.actions import NewReply, NewTopic, SpaceFacts
from patogh.hangout.models import Space, Topic


@pytest.fixture
def space(owner) -> Space:
    """Repairs, open to everybody."""
    return actions.open_space(SpaceFacts("repair", "تعمیر و نگهداری", "Repair"), by=owner)


@pytest.fixture
def hidden_space(owner, space) -> Space:
    """The workshop's own corner."""
    return actions.open_space(SpaceFacts("workshop", "پشت کارگاه", access="private"), by=owner)


@pytest.fixture
def question(space, member) -> Topic:
    """Mina asks about her hub."""
    return actions.open_topic(space, NewTopic("توپی عقب تق‌تق می‌کند", "در سرازیری صدا می‌دهد.", "question", ("توپی", "صدا")), by=member)


@pytest.fixture
def answer(question, other_member):
    """Reza answers."""
    return actions.reply(question, NewReply("خار خلاص‌کن را چرب کنید."), by=other_member)
