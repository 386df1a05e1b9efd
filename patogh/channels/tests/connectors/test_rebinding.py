"""A mail server's name is resolved once: where it leads outside at first and inside a moment later, nothing inside is reached."""

import socket
import ssl

import pytest

from patogh.channels.connectors import sending
from patogh.channels.connectors.contract import TryLater, Unreachable
from patogh.channels.email import connector as email
from patogh.channels.tests.connectors.test_email import a_mail, box, post, visit  # noqa: F401 - fixtures
from patogh.kit.egress import Policy
from patogh.people.identifying import identity_of

pytestmark = pytest.mark.django_db
HOST = "mail.somebody.example"


@pytest.fixture
def flips(monkeypatch):
    """A name that leads to our server once and to a machine inside ever after; only the first counts as outside."""
    asked = []

    def resolve(host, port):
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.7"]

    def policy(_host, port):
        return Policy(resolve=resolve, allows=lambda address: address == "127.0.0.1", ports=frozenset({port}))

    monkeypatch.setattr(email, "policy_at", policy)
    monkeypatch.setattr(socket, "getaddrinfo", _only_numbers(socket.getaddrinfo))
    return asked


def _only_numbers(real):
    """Return a resolver that knows addresses alone: whoever asks it for the name has resolved it a second time."""

    def look(host, *rest, **more):
        assert host != HOST
        return real(host, *rest, **more)

    return look


def test_mail_is_read_from_the_address_that_was_checked(box, imap_server, flips):
    imap_server.put(bytes(a_mail()))
    box.plain = {**box.plain, "imap_host": HOST}
    box.save()
    assert visit(box).new == 1
    assert flips == [(HOST, imap_server.port)]
    assert visit(box).new == 0
    box.refresh_from_db()
    assert "PATOGH_CHANNELS_INSIDE" in box.fault


def test_mail_leaves_to_the_address_that_was_checked(box, post, flips, owner):
    box.plain = {**box.plain, "smtp_host": HOST}
    box.save()
    sending.write(box, identity_of("email", "mina@example.org"), "سلام", purpose="service", by=owner)
    assert sending.send_due(box.pk) == 1
    assert len(post.mails) == 1
    assert flips == [(HOST, post.port)]


@pytest.mark.parametrize("tls", ["ssl", "starttls", "none"])
@pytest.mark.parametrize("host", ["10.0.0.7", "169.254.169.254", "[::1]", "0.0.0.0", "localhost"])
def test_a_server_inside_is_not_reached_however_it_is_secured(at_work, host, tls):
    setup = at_work(
        "email", "127.0.0.1:9", smtp_host=host.strip("[]"), smtp_tls=tls, imap_host=host.strip("[]"), imap_tls=tls
    )
    with pytest.raises(Unreachable):
        email.Email().poll(setup, {})
    with pytest.raises(Unreachable):
        email._smtp(setup)


def test_the_certificate_is_still_asked_for_the_name(monkeypatch, settings):
    names = []
    theirs = socket.create_server(("127.0.0.1", 0))
    port = theirs.getsockname()[1]
    settings.CHANNELS_INSIDE = f"localhost:{port}"

    class Context(ssl.SSLContext):
        def wrap_socket(self, wire, server_hostname=None, **_more):
            names.append(server_hostname)
            raise ssl.SSLError("enough")

    with pytest.raises(ssl.SSLError):
        email._CheckedTls("localhost", port, timeout=2, context=Context(ssl.PROTOCOL_TLS_CLIENT))
    theirs.close()
    assert names == ["localhost"]


def test_a_server_that_is_not_there_is_asked_later(settings):
    settings.CHANNELS_INSIDE = "127.0.0.1:9"
    with pytest.raises(TryLater):
        email.dialled("127.0.0.1", 9, 1)
