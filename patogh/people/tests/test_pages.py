import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from patogh.people import actions
from patogh.people.models import Brand, Member

pytestmark = pytest.mark.django_db


def a_picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (300, 200), "#0C7C7C").save(made, "JPEG")
    made.seek(0)
    made.name = "me.jpg"
    return made


def queries_of(client, path) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def many(count: int) -> None:
    import datetime as dt

    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    actions.load_members(
        [
            actions.NewMember(
                f"rider_{number}",
                f"سوار {number}",
                now + dt.timedelta(hours=number),
                last_seen_at=now,
                roles=["ambassador"],
            )
            for number in range(count)
        ]
    )


@pytest.mark.parametrize("by", ["helpful", "newest", "seen", "name"])
def test_the_directory_asks_as_much_for_thirty_as_for_one(stranger, member, by):
    few = queries_of(stranger, f"/members?by={by}")
    many(40)
    assert queries_of(stranger, f"/members?by={by}") == few


def test_every_member_is_on_exactly_one_page_of_the_directory(stranger, member):
    many(70)
    seen, address = [], "/members?by=name"
    while address:
        page = stranger.get(address)
        rows = page.content.decode().split('class="person-row"')[1:]
        seen += [row.split("@")[1].split("<")[0] for row in rows]
        following = page.content.decode().split('rel="next" href="')
        address = "/members" + following[1].split('"')[0].replace("&amp;", "&") if len(following) > 1 else ""
    assert len(seen) == len(set(seen)) == 71


def test_names_are_sorted_as_the_persian_alphabet_says(stranger, brand):
    for name in ("یاسمن", "گلناز", "آرش", "پریسا", "کاوه", "Zoe", "بابک"):
        actions.join(name)
    page = stranger.get("/members?by=name").content.decode()
    places = [
        page.index(f">{name}<") if f">{name}<" in page else page.index(name)
        for name in ("Zoe", "آرش", "بابک", "پریسا", "کاوه", "گلناز", "یاسمن")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("beginning", ["مین", "مينا", "مینا ک", "@min"])
def test_a_member_is_found_by_the_beginning_of_the_name_or_handle(stranger, member, other_member, beginning):
    page = stranger.get("/members", {"q": beginning}).content.decode()
    assert member.name in page
    assert other_member.name not in page


def test_a_profile_asks_as_much_for_thirty_deeds_as_for_one(member, other_member, signed_in):
    client = signed_in(other_member)
    actions.follow_member(other_member, by=member)
    few = queries_of(client, "/@mina")
    many(30)
    for rider in Member.objects.filter(handle__startswith="rider_"):
        actions.follow_member(rider, by=member)
    assert queries_of(client, "/@mina") == few
    assert queries_of(client, "/@mina/following") <= few + 1


def test_address_and_number_are_on_no_page_of_others(member, other_member, signed_in, stranger):
    Member.objects.filter(pk=member.pk).update(phone="+989131234567")
    for client in (stranger, signed_in(other_member)):
        for path in ("/@mina", "/@mina/followers", "/members?by=newest"):
            page = client.get(path).content.decode()
            assert member.email not in page
            assert "9131234567" not in page


def test_a_child_s_place_words_and_links_are_shown_to_nobody_else(member, stranger, signed_in):
    Member.objects.filter(pk=member.pk).update(
        age_band="under16", place="خانهٔ ما", bio="کلاس هفتم", links=["https://me.example"]
    )
    shown = stranger.get("/@mina").content.decode() + stranger.get("/members").content.decode()
    assert not any(secret in shown for secret in ("خانهٔ ما", "کلاس هفتم", "me.example"))
    assert "خانهٔ ما" in signed_in(Member.objects.get(pk=member.pk)).get("/@mina").content.decode()


def test_a_closed_account_is_seen_by_moderators_only(member, moderator, stranger, signed_in):
    Member.objects.filter(pk=member.pk).update(is_active=False)
    assert stranger.get("/@mina").status_code == 404
    assert signed_in(moderator).get("/@mina").status_code == 200


def test_a_handle_in_capitals_leads_to_the_one_address(stranger, member):
    assert stranger.get("/@Mina").headers["Location"] == "/@mina"


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 1303*7919 }}"])
def test_hostile_words_are_shown_as_words(member, signed_in, stranger, hostile):
    signed_in(member).post("/me/settings/profile", {"name": hostile, "bio": hostile, "place": hostile, "links": ""})
    for path in ("/@mina", "/members?by=newest"):
        page = stranger.get(path).content.decode()
        assert hostile not in page or "<" not in hostile
        assert "10318457" not in page.split("<main")[1].split("</main")[0] or "{{" not in hostile


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "https://me:secret@evil.example", "data:text/html,x", "https://", "http://[::1"]
)
def test_a_dangerous_link_is_refused_at_its_field(member, signed_in, link):
    page = signed_in(member).post("/me/settings/profile", {"name": "مینا", "links": link})
    assert page.status_code == 400
    assert "پیوند باید نشانی وبی باشد" in page.content.decode()


def test_a_photo_takes_the_star_s_place_and_gives_it_back(member, signed_in):
    client = signed_in(member)
    client.post("/me/settings/avatar", {"photo": a_picture()})
    member.refresh_from_db()
    photo = client.get(member.avatar_url)
    assert photo.headers["Content-Type"] == "image/webp"
    client.post("/me/settings/avatar", {"_method": "DELETE"})
    member.refresh_from_db()
    assert member.avatar_url == "/avatars/mina.svg"


def test_a_drawing_is_no_photo(member, signed_in):
    fake = io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    fake.name = "me.png"
    assert signed_in(member).post("/me/settings/avatar", {"photo": fake}).status_code == 415


def test_settings_change_how_pages_speak(member, signed_in):
    client = signed_in(member)
    client.post("/me/settings", {"language": "en", "calendar": "gregorian", "zone": "Europe/Berlin", "theme": "dark"})
    page = client.get("/me/settings").content.decode()
    assert '<html lang="en" dir="ltr" data-theme="dark"' in page
    assert client.post("/me/settings", {"zone": "Moon/Base"}).status_code == 400


def test_the_footer_s_choice_follows_the_member(member, signed_in):
    signed_in(member).post("/choices/language", {"language": "en", "next": "/members"})
    member.refresh_from_db()
    assert member.language == "en"


def test_the_first_run_asks_and_then_is_gone(db):
    client = Client()
    assert client.get("/members").headers["Location"] == "/welcome"
    assert client.get("/welcome").status_code == 200
    said = {
        "name": "رکاب",
        "name_en": "Rekab",
        "language": "fa",
        "colour": "#0C7C7C",
        "owner_name": "بهروز",
        "owner_email": "b@example.org",
        "owner_password": "zayande-rud-1405",
    }
    assert client.post("/welcome", said).headers["Location"] == "/"
    assert Brand.objects.get().set_up_by.roles == "owner"
    assert client.get("/welcome").headers["Location"] == "/"
    assert client.get("/team/brand").status_code == 200


@pytest.mark.parametrize(("colour", "sentence"), [("#FFEE00", "این تیره‌تر خوب است"), ("blue", "رنگ را این‌طور بنویسید")])
def test_a_colour_that_cannot_be_read_on_is_refused_and_nothing_is_left(db, colour, sentence):
    said = {
        "name": "رکاب",
        "language": "fa",
        "colour": colour,
        "owner_name": "بهروز",
        "owner_email": "b@example.org",
        "owner_password": "zayande-rud-1405",
    }
    page = Client().post("/welcome", said)
    assert page.status_code == 400
    assert sentence in page.content.decode()
    assert not Member.objects.exists()


def test_the_owner_changes_the_brand(owner, signed_in):
    client = signed_in(owner)
    client.post("/team/brand", {"name": "رکاب نو", "name_en": "Rekab", "language": "fa", "colour": ""})
    assert "رکاب نو" in client.get("/members").content.decode()


PAGES = [
    "/members",
    "/@mina",
    "/@mina/followers",
    "/notices",
    "/me/settings",
    "/me/settings/profile",
    "/me/settings/security",
]


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_speak_both_languages(member, signed_in, path, language):
    Member.objects.filter(pk=member.pk).update(language=language)
    page = signed_in(member).get(path)
    assert page.status_code == 200
    assert f'<html lang="{language}" dir="{"rtl" if language == "fa" else "ltr"}"' in page.content.decode()


def test_a_broken_place_in_a_list_is_explained(stranger, member):
    assert stranger.get("/members?after=%00zz").status_code == 400
