import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patogh.channels.incoming import bounces, reading
from patogh.channels.incoming.reading import MailUnreadable, read

MBOX = Path(__file__).resolve().parents[5] / "shared" / "data" / "mbox"


def raw(headers: str, body: bytes = b"") -> bytes:
    return headers.strip().replace("\n", "\r\n").encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def plain(body: bytes, charset: str = "utf-8", more: str = "", encoding: str = "8bit") -> bytes:
    return raw(
        f"From: a@x.ir\nTo: b@x.ir\nContent-Type: text/plain; charset={charset}{more}\nContent-Transfer-Encoding: {encoding}",
        body,
    )


@pytest.mark.parametrize(("body", "charset"), [
    ("سلام، می‌آیم".encode(), "utf-8"), ("سلام، می‌آیم".encode(), "iso-8859-1"), ("سلام، می‌آیم".encode(), "us-ascii"),
    ("سلام، می‌آیم".encode(), "x-unknown"), ("سلام، می‌آیم".encode("utf-16"), "utf-16"),
])  # fmt: skip
def test_text_is_read_whatever_the_charset_claims(body, charset):
    assert read(plain(body, charset)).text == "سلام، می‌آیم"


def test_persian_windows_1256_is_read():
    body = "سلام، مي آيم".encode("windows-1256")
    assert read(plain(body, "windows-1256")).text == "سلام، مي آيم"
    assert read(plain(body, '""')).text == "سلام، مي آيم"


@pytest.mark.parametrize(
    "charset", ["idna", "punycode", "unicode_escape", "undefined", "hex", "zlib", "rot13", "\u202e", "a" * 3_000]
)
def test_a_charset_that_is_none_does_no_harm(charset):
    assert read(plain(b"hello \\u0041", charset)).text.startswith("hello")


def test_broken_base64_is_read_as_far_as_it_goes():
    assert read(plain(b"2LPZhNin2YU=\r\n!!!!", encoding="base64")).text.startswith("سلام")
    assert read(plain(b"\xff\xfe%%%", encoding="base64")) is not None


def test_broken_quoted_printable_is_read():
    assert read(plain(b"=D8=B3=D9=84=D8=A7=D9=85 =ZZ =", encoding="quoted-printable")).text.startswith("سلام")


def test_flowed_lines_become_paragraphs_again():
    body = "این یک بند است \nکه دو خط دارد.\n\n> نقل \n> دوم\n-- \nامضا".encode()
    assert read(plain(body, more="; format=flowed")).text == "این یک بند است که دو خط دارد."
    assert read(plain(b"ab \ncd", more="; format=flowed; delsp=yes")).text == "abcd"


def test_deep_nesting_is_refused_or_read_in_time():
    def nested(depth):
        opening = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
        return f"From: a@x.ir\r\n{opening}Content-Type: text/plain\r\n\r\nhello".encode()

    assert read(nested(5)).text == "hello"
    assert read(nested(60)).text == ""
    with pytest.raises(MailUnreadable):
        read(nested(5_000))


@pytest.mark.parametrize("header", [
    "To: " + "a@x.ir, " * 60_000, "To: " + "(" * 100_000, "From: " + "<" * 100_000, "Subject: " + "=?utf-8?b?" * 20_000,
    "Subject: =?utf-8?q?=D8?= =?nowhere?b?%%?=", "From: \udcff\udcfe", "Content-Type: ;;;===", "Content-Type: multipart/mixed",
    "Content-Type: text/plain; charset*0*=x'y'z; charset*1*=%", "Date: " + "9" * 10_000, "Message-ID: <" + "a" * 10_000 + ">",
    "Content-Disposition: attachment; filename*=utf-8''%ff%fe", "Content-Transfer-Encoding: uuencode",
])  # fmt: skip
def test_a_hostile_header_is_read_or_refused(header):
    try:
        letter = read(raw(f"From: a@x.ir\n{header}" if not header.startswith("From") else header, b"hello"))
    except MailUnreadable:
        return
    assert len(letter.recipients) <= 400
    assert len(letter.subject) <= 4_100


def test_no_text_but_a_calendar_or_winmail_is_named():
    mail = EmailMessage()
    mail["From"] = "a@x.ir"
    mail.add_attachment(b"x", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    mail.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="invite.ics")
    letter = read(mail.as_bytes())
    assert (letter.text, letter.left_out) == ("", ["winmail.dat", "invite.ics"])


def test_a_mail_inside_a_mail_is_not_read_as_words():
    inner = EmailMessage()
    inner.set_content("secret words")
    mail = EmailMessage()
    mail.set_content("mine")
    mail.add_attachment(inner)
    letter = read(mail.as_bytes())
    assert letter.text == "mine"
    assert letter.left_out == ["message/rfc822"]


def test_the_logo_of_a_signature_is_no_picture():
    mail = EmailMessage()
    mail.set_content("mine")
    mail.add_related(b"\x89PNG" + b"x" * 100, maintype="image", subtype="png", cid="<logo>")
    assert read(mail.as_bytes()).pictures == []


def test_plain_words_win_over_html_and_script_is_gone():
    mail = EmailMessage()
    mail.set_content("plain")
    mail.add_alternative("<script>alert(1)</script><p>html</p>", subtype="html")
    assert read(mail.as_bytes()).text == "plain"
    mail = EmailMessage()
    mail.set_content("<script>alert(1)</script><p onclick=x>html</p>", subtype="html")
    assert read(mail.as_bytes()).text == "html"


def test_every_mail_of_the_archives_is_read():
    assert MBOX.is_dir(), f"the real mail is missing: {MBOX} (the folder `shared` lies beside the project)"
    read_ones = 0
    for path in sorted(MBOX.glob("*.mbox")):
        box = mailbox.mbox(path)
        for key in box.keys():  # noqa: SIM118 - a mailbox iterates over its mails
            letter = read(box.get_bytes(key))
            bounces.found_in(box.get_bytes(key))
            read_ones += 1
            assert letter.text or letter.left_out
    assert read_ones >= 10


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=600))
def test_bytes_of_any_kind_are_read_or_refused(data):
    for mail in (data, b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + data + b"\r\n--b--"):
        try:
            reading.read(mail)
            bounces.found_in(mail)
        except MailUnreadable:
            pass
