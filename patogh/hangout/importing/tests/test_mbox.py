"""Mail archives become threads."""

import gzip
from email.message import EmailMessage

import pytest

from patogh.hangout.importing import frame
from patogh.hangout.importing.mbox import Mbox
from patogh.hangout.importing.records import CannotImport
from patogh.hangout.importing.tests.conftest import SHARED
from patogh.hangout.importing.tests.test_discourse import PIXELS
from patogh.hangout.models import Picture, Post, Topic
from patogh.people.models import Member
from patogh.search.models import Document

pytestmark = pytest.mark.django_db
FROM = b"From mina@example.org Mon Jan  4 10:00:00 2021\n"


def mail(key, text="سلام", subject="چای", day=4, **headers):
    """Return a message as it lies in an archive."""
    lines = {
        "From": "=?utf-8?b?2YXbjNmG2Kc=?= <Mina@Example.org>",
        "Subject": subject,
        "Message-ID": f"<{key}@x>",
        "Date": f"Mon, {day:02} Jan 2021 10:00:00 +0330",
    }
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\n" for name, value in lines.items() if value)
    return FROM + f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n\n".encode()


@pytest.fixture
def bring(tmp_path):
    """Return a function that imports an archive of these messages."""

    def run(*messages, name="tea.mbox", **options):
        path = tmp_path / name
        path.write_bytes(b"".join(messages))
        return frame.bring_in(Mbox(path), **options)

    return run


def threads():
    return sorted(list(topic.posts.order_by("number").values_list("text", flat=True)) for topic in Topic.objects.all())


def test_the_real_archives_come_in_without_loss():
    report = frame.bring_in(Mbox(SHARED / "mbox"))
    assert (report.new["topics"], report.skipped_count) == (10, 3)
    assert {"Göran Lastname", "Danilo Šegan", "Lucía Charlie"} <= set(Member.objects.values_list("name", flat=True))
    assert not any("@" in name for name in Member.objects.values_list("name", flat=True))
    assert sum(frame.bring_in(Mbox(SHARED / "mbox")).new.values()) == 0


def test_threads_follow_references_then_the_subject(bring):
    bring(
        mail("c", "سه", "Re: چای", 6, In_Reply_To="<b@x>"), mail("a", "یک"), mail("b", "دو", "Re: چای", 5, References="<zz@x> <a@x>"),
        mail("d", "چهار", "پاسخ: چای", 7), mail("e", "پنج", "چای", 8),
    )  # fmt: skip
    assert threads() == [["پنج"], ["یک", "دو", "سه", "چهار"]]
    assert Post.objects.get(text="سه").parent.text == "دو"


def test_answers_to_what_is_lost_stay_together(bring):
    bring(mail("b", "دو", "x", 5, References="<gone@x>"), mail("c", "سه", "y", 6, In_Reply_To="<gone@x>"))
    assert threads() == [["دو", "سه"]]


def test_circles_of_references_end(bring):
    bring(
        mail("a", "یک", In_Reply_To="<b@x>"),
        mail("b", "دو", "z", 5, In_Reply_To="<a@x>"),
        mail("s", "خود", "s", In_Reply_To="<s@x>"),
    )
    assert threads() == [["خود"], ["یک", "دو"]]


def test_addresses_become_claims_and_are_shown_nowhere(bring):
    bring(mail("a"), mail("b", From="reza at example.org (Reza K.)", subject="دیگر"))
    named = {member.name: member for member in Member.objects.all()}
    assert named["مینا"].identity.links.get().evidence == {"claimed_email": "mina@example.org"}
    assert named["Reza K."].identity.links.get().evidence == {"claimed_email": "reza@example.org"}
    seen = " ".join(
        str(value)
        for member in named.values()
        for value in (member.name, member.handle, member.email, member.identity.value)
    )
    assert "example.org" not in seen


@pytest.mark.parametrize(
    ("raw", "declared", "text"),
    [
        ("سلام بر همه دوستان".encode("cp1256"), "windows-1256", "سلام بر همه دوستان"), ("سلام بر همه دوستان".encode("cp1256"), "", "سلام بر همه دوستان"),
        ("Grüße".encode("latin-1"), "us-ascii", "Grüße"), ("Grüße".encode("latin-1"), "x-unknown", "Grüße"), ("چای".encode(), "us-ascii", "چای"),
        ("چای".encode("utf-16-le"), "utf-16-le", "چای"), (b"caf\xe9 \x81", "utf-8", "café"),
    ],
)  # fmt: skip
def test_every_encoding_is_read_or_told(bring, raw, declared, text):
    kind = f"text/plain; charset={declared}" if declared else "text/plain"
    bring(
        FROM
        + f"From: a@b.example\nDate: Mon, 4 Jan 2021 10:00:00 +0000\nMessage-ID: <q@x>\nContent-Type: {kind}\n\n".encode()
        + raw
    )
    assert text in Post.objects.get().text


def test_quotes_stay_quotes_and_signs_stay_signs(bring):
    bring(mail("a", "> گفته بودی\n>> پیش‌تر\nپس *این* نه # آن\n1. یک\n-- \nمینا"))
    html = Post.objects.get().html
    assert html.count("<blockquote") == 2
    assert "*این*" in html
    assert not any(tag in html for tag in ("<em>", "<ol", "<h3", "<hr"))


def test_the_footer_of_a_list_is_taken_off_and_counted(bring):
    report = bring(mail("a", f"متن\n{'_' * 40}\nlist mailing list\nlist@example.org\n"))
    assert (Post.objects.get().text, report.remarks["footers of the list were taken off"]) == ("متن", 1)


def test_attached_pictures_come_along(bring):
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"], message["Date"] = (
        "a@b.example",
        "عکس",
        "<p@x>",
        "Mon, 4 Jan 2021 10:00:00 +0000",
    )
    message.set_content("ببین")
    message.add_attachment(PIXELS, "image", "png", filename="دم.png")
    message.add_attachment(b"%PDF", "application", "pdf", filename="x.pdf")
    report = bring(FROM + message.as_bytes())
    assert (Picture.objects.get().alt, report.new["pictures"]) == ("دم.png", 1)
    assert "/media/" in Post.objects.get().html
    assert report.remarks["attachments of the kind application/pdf were left out"] == 1


def test_hostile_html_mail_is_harmless(bring):
    report = bring(
        mail("a", "<p>ok</p><script>alert(1)</script><img src=x onerror=alert(1)>").replace(b"text/plain", b"text/html")
    )
    assert "script" not in Post.objects.get().html
    assert report.new["topics"] == 1
    assert "ok" in Document.objects.get(kind="topic").text


def test_a_message_without_words_or_subject_is_not_lost_with_its_answers(bring):
    bring(mail("a", "", ""), mail("b", "دو", "x", 5, In_Reply_To="<a@x>"))
    assert threads() == [["…", "دو"]]


@pytest.mark.parametrize(
    "date", ["yesterday", "", "Mon, 04 Jan 2999 10:00:00 +0000", "Mon, 99 Jan 2021 10:00:00 +0000"]
)
def test_a_wrong_date_falls_back_on_the_envelope(bring, date):
    bring(mail("a", Date=date))
    assert Post.objects.get().created_at.year == 2021


def test_a_message_that_says_no_time_is_told(bring):
    report = bring(b"From: a@b.example\nSubject: x\nDate: never\n\ntext", name="one.eml")
    assert [row.why for row in report.skipped] == ["its date 'never' is no date that has passed"]


def test_packed_archives_folders_and_maildirs_are_read(tmp_path):
    packed = gzip.compress(mail("a", "یک") + mail("b", "دو", "دیگر"))
    (tmp_path / "list").mkdir()
    (tmp_path / "list" / "2021.mbox.gz").write_bytes(packed)
    (tmp_path / "list" / "2022.mbox.gz").write_bytes(gzip.compress(mail("c", "سه", "سه") * 200)[:-20])
    report = frame.bring_in(Mbox(tmp_path / "list"))
    assert report.new["topics"] == 3
    assert any("breaks off" in row.why for row in report.skipped)
    (tmp_path / "mine" / "cur").mkdir(parents=True)
    (tmp_path / "mine" / "cur" / "1.x:2,S").write_bytes(mail("m", "پست").partition(b"\n")[2])
    assert frame.bring_in(Mbox(tmp_path / "mine")).new["topics"] == 1


def test_lines_that_look_like_a_beginning_are_kept(bring):
    bring(mail("a", "متن\n\n>From here on\nFrom there"))
    assert "From here on\nFrom there" in Post.objects.get().text


@pytest.mark.parametrize("content", [b"", b"hello\nworld", b"PK\x03\x04", bytes(range(256)) * 20, b"{}"])
def test_a_file_of_no_use_is_refused(tmp_path, content):
    (tmp_path / "x.mbox").write_bytes(content)
    with pytest.raises(CannotImport):
        frame.bring_in(Mbox(tmp_path / "x.mbox"))


def test_a_folder_without_mail_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("hello there")
    with pytest.raises(CannotImport, match="it holds no mail"):
        Mbox(tmp_path)
