"""Setups made by the real actions, and a server that misbehaves."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from patogh.channels.connectors.actions.setups import Words, add_setup
from patogh.channels.connectors.client import Http
from patogh.channels.connectors.contract import Running
from patogh.channels.tests.connectors import cases
from patogh.channels.tests.faults import FaultServer
from patogh.channels.tests.incoming.conftest import imap_server  # noqa: F401 - a fixture
from patogh.channels.tests.jetstream import Jetstream

NOW = dt.datetime(2026, 11, 23, 0, 30, tzinfo=dt.UTC)


@pytest.fixture
def server(settings):
    """A server outside that the operator allowed."""
    made = FaultServer()
    settings.CHANNELS_INSIDE = made.host
    settings.SITE_URL = "https://rekab.example"
    yield made
    made.stop()


@pytest.fixture
def outside(request, server, settings):
    """Return a function that lays what a case recorded where its connector asks, and says with which settings it asks."""
    streams = []

    def lay(case):
        server.answers = [
            (
                one.get("path", "/"),
                one.get("status", 200),
                one.get("headers", {}),
                cases.payload(case, one, server.host),
            )
            for one in case.facts.get("answers", ())
        ]
        over = dict(case.facts.get("settings", {}))
        if "mails" in case.facts:
            box = request.getfixturevalue("imap_server").emptied()
            for name in case.facts["mails"]:
                box.put(cases.payload(case, {"file": name}, ""))
            settings.CHANNELS_INSIDE += f" 127.0.0.1:{box.port}"
            over["imap_port"] = box.port
        if "events" in case.facts:
            streams.append(Jetstream())
            streams[0].says = case.facts["events"]
            settings.CHANNELS_INSIDE += f" {streams[0].place}"
            over["stream"] = f"ws://{streams[0].place}/subscribe"
        return over

    yield lay
    for one in streams:
        one.stop()


@pytest.fixture
def set_up(db, owner):
    """Return a function that sets a connector up with its recorded settings."""

    def make(name, host="127.0.0.1:9", **over):
        return add_setup(name, Words(f"آزمون {name}", cases.settings_of(name, host, over)), by=owner)

    return make


@pytest.fixture
def at_work():
    """Return a function that makes a running setup without a database; its turn ends after `turn_s`."""

    def make(name, host, turn_s=5.0, **over):
        known = cases.settings_of(name, host, over)
        return Running(
            7, "a" * 40, "https://rekab.example/channels/aaaa/", known, Http(time.monotonic() + turn_s), lambda: NOW
        )

    return make
