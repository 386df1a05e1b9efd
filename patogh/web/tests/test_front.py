"""The front door and Django answer the same."""

import io
import re

import pytest
from django.conf import settings

from patogh.hangout import actions
from patogh.hangout.queries.lists import topic_path
from patogh.hangout.tests.reading_cast import cellar, fresh_memory, space, talk  # noqa: F401
from patogh.looks.assembly import store
from patogh.people.models import Member
from patogh.web.front import Front, masked, parameters

pytestmark = pytest.mark.django_db
PERSONAL = re.compile(
    r'(name="csrfmiddlewaretoken" value=")[^"]*|(nonce="|nonce-)[^"\']*|(name="(?:key|began)" value=")[^"]*|\?next=[^"]*'
)


def environ(path, client=None, **more):
    path, _, query = path.partition("?")
    cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items()) if client else ""
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": query, "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "HTTP_COOKIE": cookies, "SERVER_NAME": "testserver", "SERVER_PORT": "80", **more,
    }  # fmt: skip


@pytest.fixture
def front(settings):
    settings.ALLOWED_HOSTS = ["testserver"]

    def refuse(_environ, start_response):
        start_response("599 Django", [])
        return [b"django"]

    return Front(refuse)


def call(front, path, client=None, **more):
    said = {}
    body = b"".join(
        front(environ(path, client, **more), lambda status, headers: said.update(status=status, headers=dict(headers)))
    )
    return said["status"], said["headers"], body.decode()


@pytest.fixture
def reader(member, signed_in):
    from django.utils import timezone

    client = signed_in(member)
    Member.objects.filter(pk=member.pk).update(last_seen_at=timezone.now())
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    return client


@pytest.mark.parametrize("path", ["TOPIC", "/", "/talk", "/talk?by=new", "/s/repair", "/spaces", "/tags/زنجیر"])
@pytest.mark.parametrize("who", ["stranger", "reader"])
def test_front_and_django_answer_the_same_bytes(front, space, member, stranger, reader, path, who):
    topic = talk(space, member)
    path = topic_path(topic.pk, topic.title) if path == "TOPIC" else path
    client = reader if who == "reader" else stranger
    status, headers, body = call(front, path, client)
    django = client.get(path)
    assert status == "200 OK"
    assert PERSONAL.sub(r"\1\2\3", body) == PERSONAL.sub(r"\1\2\3", django.content.decode())
    for name in (
        "Content-Type",
        "Cache-Control",
        "ETag",
        "Referrer-Policy",
        "X-Content-Type-Options",
        "X-Frame-Options",
    ):
        assert headers.get(name) == django.headers.get(name), name
    assert PERSONAL.sub(r"\2", headers["Content-Security-Policy"]) == PERSONAL.sub(
        r"\2", django.headers["Content-Security-Policy"]
    )


def test_a_ban_acts_on_the_next_page(front, space, member, reader):
    topic = talk(space, member)
    path = topic_path(topic.pk, topic.title)
    assert call(front, path, reader)[0] == "200 OK"
    Member.objects.filter(pk=member.pk).update(is_active=False)
    assert call(front, path, reader)[0] == "599 Django"


def test_a_sign_out_and_a_new_password_act_at_once(front, space, member, reader):
    path = "/talk"
    assert call(front, path, reader)[0] == "200 OK"
    member.set_password("another-1405-word")
    Member.objects.filter(pk=member.pk).update(password=member.password)
    assert call(front, path, reader)[0] == "599 Django"


@pytest.mark.parametrize(
    "more",
    [
        {"HTTP_HOST": "evil.example"}, {"HTTP_HOST": ""}, {"QUERY_STRING": "by=new&by=top"}, {"QUERY_STRING": "utm=1"}, {"HTTP_COOKIE": "messages=x"},
        {"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}=forged"}, {"REQUEST_METHOD": "POST"}, {"HTTP_HX_REQUEST": "true"}, {"QUERY_STRING": "after=%00"},
        {"PATH_INFO": "/talk\xff"}, {"QUERY_STRING": "by=" + "x" * 5000},
    ],
)  # fmt: skip
def test_whatever_is_unusual_goes_to_django(front, space, more):
    assert call(front, "/talk", **more)[0] == "599 Django"


def test_a_private_topic_goes_to_django_for_outsiders_and_is_served_inside(front, cellar, member, reader, stranger):
    from patogh.hangout.models import Topic

    topic = Topic.objects.get(space=cellar)
    path = topic_path(topic.pk, topic.title)
    assert call(front, path, reader)[0] == "200 OK"
    assert call(front, path, stranger)[0] == "599 Django"


def test_if_none_match_is_answered_with_304(front, space, member):
    tag = call(front, "/talk")[1]["ETag"]
    assert call(front, "/talk", HTTP_IF_NONE_MATCH=tag)[0] == "304 Not Modified"
    talk(space, member)
    assert call(front, "/talk", HTTP_IF_NONE_MATCH=tag)[0] == "200 OK"


def test_an_answer_stands_on_the_shelf_only_as_long_as_its_body_is_remembered(front, space, member, reader):
    topic, shelf = talk(space, member), {}
    path = topic_path(topic.pk, topic.title)
    front.made(environ(path)).put(shelf, "stranger")
    front.made(environ(path, reader)).put(shelf, "reader")
    assert list(shelf) == ["stranger"]
    store.clear()
    assert shelf == {}


def test_views_are_counted_apart_and_written_together(front, space, member):
    topic = talk(space, member)
    for _ in range(3):
        call(front, topic_path(topic.pk, topic.title))
    assert front.views.seen == {topic.pk: 3}
    front.views.flush()
    topic.refresh_from_db()
    assert topic.views_count == 3 and front.views.seen == {}


def test_a_mask_is_what_djangos_check_takes():
    from django.middleware.csrf import _does_token_match

    secret = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF"
    assert _does_token_match(masked(secret), secret) and masked(secret) != masked(secret)


def test_parameters_are_known_ones_once():
    assert parameters("by=new", frozenset({"by"})) == {"by": "new"}
    assert parameters("", frozenset()) == {}
    assert parameters("by=1&x=2", frozenset({"by"})) is None


def test_home_tells_the_road_in_the_phrases_of_its_verbs(space, member, other_member, stranger):
    topic = talk(space, member)
    actions.reply(topic, actions.NewReply(text="روغن بزن"), by=other_member)
    html = stranger.get("/").content.decode()
    assert "به <a" in html and "پاسخ داد" in html and "روغن بزن" in html


def test_feeds_and_robots_answer(space, member, stranger):
    topic = talk(space, member)
    for path in ("/feeds/all.atom", "/s/repair.atom", f"/t/{topic.pk}.atom"):
        answer = stranger.get(path)
        assert (
            answer.status_code == 200 and b"<entry>" in answer.content and "atom+xml" in answer.headers["Content-Type"]
        )
    assert b"Sitemap:" in stranger.get("/robots.txt").content
    assert topic_path(topic.pk, "").encode() in stranger.get("/sitemap-1.xml").content
    assert stranger.get("/sitemap-2.xml").status_code == 404


def test_a_profile_is_kept_until_its_member_changes(settings, member, other_member, signed_in, space, reader):
    settings.ALLOWED_HOSTS = ["testserver"]
    asked = []

    def django(given, start_response):
        asked.append(given["PATH_INFO"])
        answer = reader.get(given["PATH_INFO"])
        start_response(f"{answer.status_code} OK", list(answer.headers.items()))
        return [answer.content]

    front = Front(django)
    first = call(front, "/@reza", reader)
    again = call(front, "/@reza", reader)
    assert PERSONAL.sub("", first[2]) == PERSONAL.sub("", again[2]) and asked == ["/@reza"]
    talk(space, other_member, title="تازه از رضا")
    assert "تازه از رضا" in call(front, "/@reza", reader)[2] and len(asked) == 2
