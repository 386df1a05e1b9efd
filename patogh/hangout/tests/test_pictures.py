"""Pictures: taken in without metadata, seen by whoever may see their post, and thrown away when nobody shows them."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from patogh.activity.jobs import drain, hurry
from patogh.hangout import actions
from patogh.hangout.actions import NewReply, NewTopic
from patogh.hangout.actions.pictures import path_of
from patogh.hangout.errors import TooManyPictures
from patogh.hangout.models import Picture
from patogh.kit import limits
from patogh.kit.pictures import PictureRefused

ZIP = b"PK\x03\x04" + b"\0" * 200
HALF_PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30


def png(colour: str = "teal") -> bytes:
    """Return a small picture."""
    made = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(made, "PNG")
    return made.getvalue()


def upload(data: bytes, name: str = "a.png") -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file


def test_a_picture_is_kept_as_webp_with_a_thumbnail_and_its_words(member):
    picture = actions.take_picture(png(), by=member, alt="چرخ\u202e عقب")
    assert (picture.width, picture.height, picture.alt) == (640, 480, "چرخ عقب")
    for thumb in (False, True):
        assert default_storage.open(path_of(picture.token, thumb=thumb)).read()[8:12] == b"WEBP"


def test_an_unsent_picture_is_its_owners_alone_and_a_shown_one_everybodys(
    member, other_member, space, signed_in, stranger
):
    picture = actions.take_picture(png(), by=member)
    address = f"/media/{picture.token}.webp"
    assert signed_in(member).get(address).status_code == 200
    assert signed_in(other_member).get(address).status_code == 404
    actions.open_topic(space, NewTopic("ببینید", f"![]({address})", "show"), by=member)
    answer = stranger.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert "immutable" in answer["Cache-Control"]
    assert stranger.get(address.replace(".webp", "-thumb.webp")).status_code == 200


def test_a_picture_of_a_private_space_stays_inside(hidden_space, owner, member, signed_in, stranger):
    picture = actions.take_picture(png(), by=owner)
    actions.open_topic(hidden_space, NewTopic("راز ما", f"![](/media/{picture.token}.webp)", "show"), by=owner)
    assert signed_in(member).get(f"/media/{picture.token}.webp").status_code == 404
    assert stranger.get(f"/media/{picture.token}-thumb.webp").status_code == 404
    actions.let_in(hidden_space, member, by=owner)
    assert signed_in(member).get(f"/media/{picture.token}.webp")["Cache-Control"].startswith("private")


def test_a_picture_of_somebody_else_is_not_taken_along(member, other_member, space):
    picture = actions.take_picture(png(), by=member)
    actions.open_topic(space, NewTopic("دزدی", f"![](/media/{picture.token}.webp)", "show"), by=other_member)
    assert Picture.objects.get().post is None


def test_the_days_quota_is_held(member, monkeypatch):
    monkeypatch.setattr(limits, "PICTURES_PER_DAY_MAX", 1)
    actions.take_picture(png(), by=member)
    with pytest.raises(TooManyPictures):
        actions.take_picture(png("red"), by=member)


def test_a_picture_that_nobody_shows_goes_after_a_week(member, space, django_capture_on_commit_callbacks):
    gone, shown = actions.take_picture(png(), by=member), actions.take_picture(png("red"), by=member)
    actions.open_topic(space, NewTopic("ببینید", f"![](/media/{shown.token}.webp)", "show"), by=member)
    drain()
    assert Picture.objects.count() == 2
    hurry()
    with django_capture_on_commit_callbacks(execute=True):
        drain()
    assert list(Picture.objects.all()) == [shown]
    assert default_storage.exists(path_of(shown.token))
    assert not default_storage.exists(path_of(gone.token))


@pytest.mark.parametrize(
    "data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", ZIP, b"GIF89a" + b"\xff" * 40, HALF_PNG]
)
def test_what_is_no_picture_is_refused_with_a_sentence(member, signed_in, data):
    answer = signed_in(member).post("/pictures", {"picture": upload(data)}, headers={"Accept": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.json()["message"]
    with pytest.raises(PictureRefused):
        actions.take_picture(data, by=member)


def test_an_upload_says_where_it_is_and_how_large(member, signed_in):
    said = signed_in(member).post("/pictures", {"picture": upload(png()), "alt": "چرخ [عقب]"}).json()
    assert (said["width"], said["height"]) == (640, 480)
    assert said["markdown"] == f"![چرخ  عقب ]({said['url']})"


def test_without_scripts_a_picture_comes_with_the_form(member, signed_in, space):
    answer = signed_in(member).post("/topics", {"title": "عکس", "text": "نوشته‌ام", "picture": upload(png())})
    page = answer.content.decode()
    assert "نوشته‌ام" in page
    assert f"/media/{Picture.objects.get().token}.webp" in page


def test_a_reply_shows_its_picture_in_its_own_space(question, other_member):
    picture = actions.take_picture(png(), by=other_member)
    post = actions.reply(question, NewReply(f"![](/media/{picture.token}.webp)"), by=other_member)
    picture.refresh_from_db()
    assert (picture.post, picture.space_id) == (post, question.space_id)
