"""A mailbox that is set up, a topic to answer, and a real IMAP server."""

import pytest

from patogh.channels.tests.incoming.imap import ImapServer
from patogh.hangout.actions import NewTopic, SpaceFacts, open_space, open_topic
from patogh.hangout.pace import forget_pace


@pytest.fixture(autouse=True)
def mail_comes_in(settings):
    """Name a mailbox, so that answers have an address."""
    settings.IMAP_HOST, settings.IMAP_PORT, settings.IMAP_TLS = "127.0.0.1", 1, "none"
    settings.IMAP_USER, settings.IMAP_PASSWORD, settings.IMAP_FOLDER = "demouser", "demopass", "INBOX"
    settings.REPLY_ADDRESS = "reply+{token}@patogh.example"
    settings.SITE_URL = ""


@pytest.fixture(scope="session")
def imap_server(tmp_path_factory):
    server = ImapServer(tmp_path_factory.mktemp("imap"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mailbox(imap_server, settings):
    """The server with an empty mailbox, which the settings name."""
    settings.IMAP_PORT = imap_server.port
    return imap_server.emptied()


@pytest.fixture
def topic(owner, member):
    """Behrouz asks who comes on Thursday."""
    space = open_space(SpaceFacts("rides", "رکاب‌زنی", "Rides"), by=owner)
    return open_topic(space, NewTopic("پنج‌شنبه کی می‌آید؟", "مسیر دربند است."), by=owner)


@pytest.fixture(autouse=True)
def _own_pace():
    """Let nobody be out of breath from the test before."""
    forget_pace()
