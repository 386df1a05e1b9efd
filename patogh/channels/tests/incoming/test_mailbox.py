import imaplib
import socket
import threading
import time
from contextlib import suppress

import pytest

from patogh.activity.models import Job
from patogh.channels.incoming import actions, addresses, fetching, limits
from patogh.channels.incoming.tasks import fetch_mail, handle_mail
from patogh.channels.models import InboundMail, Mailbox
from patogh.channels.tests.incoming.mails import a_mail
from patogh.hangout.models import Post

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(member, topic):
    return addresses.reply_address(member, "hangout.topic", topic.pk)


def fault() -> str:
    return Mailbox.objects.get().fault


def handle_all() -> None:
    for row in InboundMail.objects.filter(state="arrived"):
        handle_mail(row.pk)


def test_a_mail_in_the_mailbox_becomes_a_post(mailbox, topic, address):
    mailbox.put(a_mail(address, "می‌آیم.").as_bytes())
    fetch_mail()
    assert Job.objects.filter(task="channels.handle_mail").count() == 1
    handle_all()
    assert Post.objects.filter(topic=topic).order_by("-number").first().text == "می‌آیم."
    assert mailbox.unseen() == 0
    assert fault() == ""


def test_a_second_visit_fetches_only_what_is_new(mailbox, address):
    mailbox.put(a_mail(address, "یک").as_bytes())
    fetch_mail()
    fetch_mail()
    mailbox.put(a_mail(address, "دو").as_bytes())
    fetch_mail()
    assert InboundMail.objects.count() == 2
    assert Mailbox.objects.get().last_uid > 0


def test_a_worker_killed_before_the_commit_fetches_the_mail_again(mailbox, address, monkeypatch):
    mailbox.put(a_mail(address, "یک").as_bytes())
    with monkeypatch.context() as broken:
        broken.setattr(actions, "keep_mail", lambda *_a, **_k: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            fetch_mail()
    assert mailbox.unseen() == 1
    fetch_mail()
    assert (InboundMail.objects.count(), mailbox.unseen()) == (1, 0)


def test_a_worker_killed_after_the_commit_posts_once(mailbox, topic, address, monkeypatch):
    mailbox.put(a_mail(address, "یک").as_bytes())
    with monkeypatch.context() as broken:
        broken.setattr(fetching, "_as_fetched", _killed_after(fetching._as_fetched))
        with pytest.raises(KeyboardInterrupt):
            fetch_mail()
    Mailbox.objects.all().delete()  # as if even the mark had been lost
    fetch_mail()
    handle_all()
    assert InboundMail.objects.count() == 1
    assert Post.objects.filter(topic=topic).count() == 2


def _killed_after(real):
    def wrapped(raw, size):
        actions.keep_mail(real(raw, size), mailbox="other", uid_validity=1, uid=1)
        raise KeyboardInterrupt

    return wrapped


def test_other_uids_of_the_server_bring_no_mail_twice(mailbox, topic, address):
    mailbox.put(a_mail(address, "یک").as_bytes())
    fetch_mail()
    Mailbox.objects.update(uid_validity=7, last_uid=4_000)
    mailbox.put(a_mail(address, "دو").as_bytes())
    fetch_mail()
    assert InboundMail.objects.count() == 2


def test_a_mail_that_is_too_large_is_refused_by_its_headers(mailbox, address, monkeypatch):
    monkeypatch.setattr(limits, "MAIL_BYTES_MAX", 3_000)
    mailbox.put(a_mail(address, "سلام\n" * 2_000).as_bytes())
    fetch_mail()
    handle_all()
    row = InboundMail.objects.get()
    assert (row.state, row.why) == ("refused", "too_large")
    assert len(row.raw) < 3_000


def test_a_wrong_password_is_one_line_for_the_operator(mailbox, settings):
    settings.IMAP_PASSWORD = "wrong"
    fetch_mail()
    assert "refuses the user or the password" in fault()
    settings.IMAP_PASSWORD = "demopass"
    fetch_mail()
    assert fault() == ""


def test_a_missing_folder_is_one_line(mailbox, settings):
    settings.IMAP_FOLDER = 'No "such" folder'
    fetch_mail()
    assert "there is no folder" in fault()


def test_a_closed_port_is_one_line(settings):
    settings.IMAP_PORT = 1
    fetch_mail()
    assert "there is no way to the mail server" in fault()


def test_a_setting_in_other_words_is_one_line(settings):
    settings.IMAP_TLS = "maybe"
    fetch_mail()
    assert "PATOGH_IMAP_TLS must be" in fault()


def test_a_fault_says_since_when(settings):
    settings.IMAP_PORT = 1
    fetch_mail()
    since = Mailbox.objects.get().fault_since
    fetch_mail()
    assert Mailbox.objects.get().fault_since == since


def test_without_a_mailbox_nothing_happens(settings):
    settings.IMAP_HOST = ""
    fetch_mail()
    assert not Mailbox.objects.exists()


@pytest.fixture
def impostor(settings):
    """Return a function that answers connections with fixed bytes, line by line, instead of IMAP."""
    doors = []

    def serve(script: bytes, *, answers: bool = True):
        door = socket.create_server(("127.0.0.1", 0))
        doors.append(door)
        settings.IMAP_PORT = door.getsockname()[1]

        def talk():
            wire, _ = door.accept()
            doors.append(wire)
            wire.sendall(b"* OK ready\r\n" if answers else script)
            with suppress(OSError):
                while answers and (said := wire.recv(4096)):
                    wire.sendall(script.replace(b"TAG", said.split(b" ")[0]))

        threading.Thread(target=talk, daemon=True).start()

    yield serve
    for door in doors:
        door.close()


@pytest.mark.parametrize(
    "greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x16\x03\x01\x00garbage\r\n", b"220 smtp\r\n", b"* BYE no\r\n"]
)
def test_what_is_no_imap_server_is_one_line(impostor, greeting):
    impostor(greeting, answers=False)
    fetch_mail()
    assert "is no IMAP server" in fault() or "broke" in fault()


@pytest.mark.parametrize("script", [
    b"* garbage {\r\n\xff\xfe\r\n", b"TAG MAYBE what\r\n", b"* SEARCH a b c\r\nTAG OK done\r\n", b"* 1 FETCH (UID 1 RFC822.SIZE x)\r\nTAG OK\r\n",
    b"* CAPABILITY\r\nTAG BAD no\r\n", b"A" * 2_000_000 + b"\r\n",
])  # fmt: skip
def test_an_imap_server_that_talks_nonsense_is_one_line(impostor, monkeypatch, script):
    monkeypatch.setattr(limits, "IMAP_TIMEOUT_S", 1)
    impostor(script)
    fetch_mail()
    assert not InboundMail.objects.exists()
    assert Mailbox.objects.count() == 1


def test_a_server_that_never_answers_is_left_in_time(impostor, monkeypatch):
    monkeypatch.setattr(limits, "IMAP_TIMEOUT_S", 0.2)
    impostor(b"", answers=True)
    fetch_mail()
    assert "in time" in fault()


def test_a_server_that_drips_is_hung_up_on(settings, monkeypatch):
    monkeypatch.setattr(limits, "FETCH_S_MAX", 0.3)
    door = socket.create_server(("127.0.0.1", 0))
    settings.IMAP_PORT = door.getsockname()[1]

    def drip():
        wire, _ = door.accept()
        wire.sendall(b"* OK ready\r\n")
        with suppress(OSError):
            for _ in range(40):
                wire.sendall(b"x")
                time.sleep(0.05)

    threading.Thread(target=drip, daemon=True).start()
    fetch_mail()
    door.close()
    assert "127.0.0.1" in fault()


def test_the_connection_breaks_in_the_middle_of_a_mail(mailbox, address, monkeypatch):
    mailbox.put(a_mail(address, "یک").as_bytes())
    real = imaplib.IMAP4.uid

    def cut(self, command, *args):
        if command == "FETCH" and "BODY" in args[1]:
            self.sock.shutdown(socket.SHUT_RDWR)
        return real(self, command, *args)

    with monkeypatch.context() as broken:
        broken.setattr(imaplib.IMAP4, "uid", cut)
        fetch_mail()
    assert "broke" in fault()
    fetch_mail()
    assert (InboundMail.objects.count(), fault()) == (1, "")
