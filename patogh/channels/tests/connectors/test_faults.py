"""Every connector against a server that misbehaves: only the contract's own errors come, in bounded time."""

import pytest

from patogh.channels.connectors import limits, registry
from patogh.channels.connectors.client import retry_after_s
from patogh.channels.connectors.contract import ConnectorError, Outgoing, SetupBroken, TryLater
from patogh.channels.incoming import limits as mail_limits
from patogh.channels.tests.connectors import cases
from patogh.channels.tests.connectors.conftest import NOW
from patogh.channels.tests.faults import BUSY, MODES, RETRY_AFTER_S
from patogh.kit import egress

POLLERS = [name for name in cases.built_in() if "poll" in registry.connector(name).can]
SENDERS = [name for name in cases.built_in() if "send" in registry.connector(name).can]
KINDS = {"email": "mina@example.org", "phone": "+989121234567", "telegram": "17", "bale": "17", "mastodon": "@mina@example.org", "bluesky": "did:plc:ewvi7nxzyoun6zhxrhs64oiz"}  # fmt: skip


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    """Let nobody wait: a turn of half a second, and mail servers as short."""
    monkeypatch.setattr(mail_limits, "IMAP_TIMEOUT_S", 0.4)
    monkeypatch.setattr(mail_limits, "FETCH_S_MAX", 0.5)
    monkeypatch.setattr("patogh.channels.email.connector.TIMEOUT_S", 0.4)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", POLLERS)
def test_asking_a_server_that_misbehaves(name, mode, server, at_work):
    server.mode = mode
    setup = at_work(name, server.host, turn_s=0.6)
    try:
        polled = registry.connector(name).poll(setup, {})
    except ConnectorError as error:
        said, polled = error, None
    else:
        said = None
    assert not (mode in BUSY and isinstance(said, SetupBroken))
    assert not (mode == "rate" and server.asked) or getattr(said, "after_s", RETRY_AFTER_S) == RETRY_AFTER_S
    assert polled is None or (polled.arrivals == () and (mode not in BUSY or not server.asked))
    assert not [one for one in server.asked if "inside" in one[1] or "meta-data" in one[1]]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SENDERS)
def test_sending_to_a_server_that_misbehaves(name, mode, server, at_work):
    server.mode = mode
    connector = registry.connector(name)
    kind = connector.identity_kinds[0]
    message = Outgoing("key-1", kind, KINDS.get(kind, "x"), "سلام، دوچرخه آماده است.", purpose="service")
    try:
        said = connector.send(at_work(name, server.host, turn_s=0.6), message)
    except ConnectorError as error:
        said = error
    assert isinstance(said, (str, ConnectorError))
    assert not (mode in BUSY and server.asked) or isinstance(said, TryLater)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7), ("0", 0), ("", None), ("soon", None), ("-3", None), ("1e9", None), ("\u0667", None), ("99999999999", limits.RETRY_AFTER_S_MAX),
        ("Mon, 23 Nov 2026 00:31:00 GMT", 60), ("Mon, 23 Nov 2020 00:31:00 GMT", 0), ("Mon, 99 Nov 9999 00:00:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_is_read_capped_or_left(said, seconds):
    assert retry_after_s(said, NOW) == seconds


def test_a_redirect_inside_is_never_followed_and_takes_no_headers_along(server):
    server.mode = "private"
    asked = egress.Asked("GET", f"http://{server.host}/", headers={"Authorization": "Bearer x"}, redirects=3)
    from patogh.channels.connectors.client import policy_for

    with pytest.raises(egress.EgressRefused):
        egress.request(asked, policy_of=policy_for)
