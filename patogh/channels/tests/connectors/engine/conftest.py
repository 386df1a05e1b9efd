"""A setup whose connector is a puppet."""

import pytest

from patogh.activity.models import Job
from patogh.channels.connectors import registry, sending
from patogh.channels.connectors.actions import setups
from patogh.channels.tests.connectors.engine.puppets import Puppet
from patogh.people.identifying import identity_of


@pytest.fixture
def puppet(monkeypatch):
    made = Puppet()
    registry.connectors.cache_clear()
    monkeypatch.setattr(registry, "connectors", lambda: {"webhook": made})
    monkeypatch.setattr(sending, "pause", lambda _s: None)
    return made


@pytest.fixture
def set_up(puppet, owner):
    def make(name):
        secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        return setups.add_setup(name, setups.Words("عروسک", {"secret": secret, "rules": "", "url": ""}), by=owner)

    return make


@pytest.fixture
def setup(set_up):
    row = set_up("webhook")
    Job.objects.all().delete()
    return row


@pytest.fixture
def written(setup, owner):
    def write(text="سلام", **more):
        return sending.write(setup, identity_of("email", "mina@example.org"), text, purpose="service", by=owner, **more)

    return write
