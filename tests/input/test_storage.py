"""A database that is locked, full or gone, and a disk without room: a calm answer, and the text stays."""

import errno

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError, connection

from tests.house.access import body_of
from tests.house.conftest import png
from tests.input.sending import encoded, fault

pytestmark = pytest.mark.django_db
TEXT = "متنی بلند که نباید با پر شدن دیسک از دست برود."
WRONG = {
    "locked": (OperationalError("database is locked"), 503), "full": (OperationalError("database or disk is full"), 507),
    "gone": (OperationalError("server closed the connection unexpectedly"), 503), "broken disk": (OperationalError("disk I/O error"), 503),
    "read only": (OperationalError("attempt to write a readonly database"), 503), "no file": (OperationalError("unable to open database file"), 503),
    "no space": (OperationalError('could not extend file "base/1": No space left on device'), 507),
}  # fmt: skip
FORMS = (
    "topic_posts",
    "topics",
    "topic_edit",
    "post_edit",
    "draft",
    "settings_profile",
    "reaction",
    "poll_votes",
    "space_follow",
    "member_follow",
)


def failing(error: DatabaseError, verbs=("INSERT", "UPDATE", "DELETE")):
    """Return what makes statements of the hangout fail."""

    def run(execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(verbs) and "session" not in sql:
            raise error
        return execute(sql, params, many, context)

    return connection.execute_wrapper(run)


@pytest.mark.parametrize("how", WRONG)
def test_a_database_that_cannot_write_answers_calmly_and_keeps_the_text(sender, how):
    (error, status), somebody, wrong = WRONG[how], sender("member"), []
    for name in FORMS:
        with failing(error):
            response = somebody.send(
                name, "POST", {**somebody.usual(name), **({"text": TEXT} if name in FORMS[:5] else {})}
            )
        if (
            response.status_code != status
            or (why := fault(response))
            or (name in FORMS[:4] and TEXT not in body_of(response))
        ):
            wrong.append(f"{name}: {response.status_code} {why}")
    assert wrong == []


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_database_that_cannot_read_answers_calmly(sender, language):
    client, wrong = sender("member", language).walker.client, []
    for where in (
        "/",
        "/talk",
        "/spaces",
        "/s/repair",
        "/t/1/x",
        "/@mina",
        "/search?q=زنجیر",
        "/notices",
        "/members",
        "/new",
        "/feeds/all.atom",
        "/account/2fa/",
    ):
        with failing(OperationalError("database is locked"), ("SELECT",)):
            response = client.get(where)
        if response.status_code != 503 or "Retry-After" not in response.headers:
            wrong.append(f"{where}: {response.status_code}")
    assert wrong == []


DISK = {errno.ENOSPC: 507, errno.EDQUOT: 507, errno.EIO: 503, errno.EROFS: 503, errno.EACCES: 503}


@pytest.mark.parametrize(
    ("where", "field"), [("/pictures", "picture"), ("/me/settings/avatar", "photo"), ("/topics", "picture")]
)
def test_a_disk_that_takes_no_picture_is_said(sender, monkeypatch, where, field):
    client = sender("member").walker.client
    for number, status in DISK.items():

        def refuse(*_args, number=number, **_options):
            raise OSError(number, "as the drill wants it")

        monkeypatch.setattr("django.core.files.storage.FileSystemStorage.save", refuse)
        response = client.post(where, {field: SimpleUploadedFile("x.png", png(), "image/png"), "text": TEXT})
        assert (response.status_code, fault(response)) == (status, "")


def test_a_crash_that_is_ours_is_seen_by_the_same_eyes(sender, monkeypatch):
    """2 of 2: an error of ours, and a calm status without a way out."""
    from django.http import HttpResponse

    somebody = sender("member")
    monkeypatch.setattr("patogh.kit.markup.render", lambda *_args, **_options: 1 / 0)
    assert fault(somebody.undone("/preview", encoded({"text": TEXT}))) == "500 without a way out"
    assert fault(HttpResponse(status=503)) == "503 without a way out"
