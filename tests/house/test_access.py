"""Whom every door of the house lets in: each route and method, tried by everybody on their own things and on foreign ones."""

import io
import sys
import types
from urllib.parse import unquote

import pytest
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from patogh.conf import urls
from patogh.hangout.models import Post, Topic
from patogh.web.front import Front
from tests.house import access
from tests.house.access import ACTORS, CANARY, WITHHELD, Deed, Walker, client_of

pytestmark = pytest.mark.django_db
# With the second database walk those who get furthest: the others are turned away by the same questions.
WALKERS = [one if one in {"member", "admin"} else pytest.param(one, marks=pytest.mark.once) for one in ACTORS]
OUTSIDERS = ("anonymous", "other_member", "agent", "moderator")
ASKED = ("search?q=قناری", "search?q=زیرزمین", "search?q=مرغ", "search?q=زرد&kind=question", "search?q=راز&space=cellar", "search/suggest?q=زیر", "similar?title=رازِ قناری را", "talk?by=new", "talk?by=unanswered", "talk?by=top", "@mina/topics", "@mina/posts", "members?q=مینا")  # fmt: skip


@pytest.fixture
def walker(people, things):
    """Return a function that gives the walker of an actor."""
    return lambda actor, **options: Walker(client_of(people[actor], **options), things)


@pytest.fixture
def seeded(settings, monkeypatch):
    """Add one route to the house, classified or not."""

    def add(pattern, view, **row):
        module = types.ModuleType("tests.house.seeded_urls")
        module.urlpatterns = [path(pattern, view, name="seeded"), *urls.urlpatterns]
        vars(module).update({name: getattr(urls, name) for name in vars(urls) if name.startswith("handler")})
        monkeypatch.setitem(sys.modules, module.__name__, module)
        settings.ROOT_URLCONF = module.__name__
        return [route for route in access.routes() if route.name == "seeded"], {"seeded": row} if row else {}

    return add


def test_every_route_is_in_the_table_and_every_row_is_a_route():
    assert access.unclassified(access.routes(), access.table()) == []


@pytest.mark.parametrize("actor", WALKERS)
def test_every_door_lets_in_whom_the_table_says_and_no_get_writes_or_tells(walker, actor):
    assert access.findings(walker(actor), access.routes(), access.table(), actor) == []


@pytest.mark.parametrize("actor", OUTSIDERS)
def test_what_is_private_is_found_on_no_side_path(walker, actor):
    client = walker(actor).client
    told = [
        (address, word)
        for address in ASKED
        for word in access.secrets_from(actor, Deed("", "GET", ""))
        if word in access.body_of(client.get(f"/{address}"))
    ]
    assert told == []


def test_a_foreign_thing_looks_like_one_that_does_not_exist(walker):
    assert access.telling(walker("other_member"), access.routes(), access.table(), "other_member") == []


@pytest.mark.once
def test_every_unsafe_door_wants_the_token_of_our_own_page(walker):
    assert access.unprotected(walker("member", enforce_csrf_checks=True), access.routes(), access.table()) == []


@pytest.mark.once
def test_no_door_answers_a_method_that_is_not_in_the_table(walker):
    assert access.unlisted(walker("admin"), access.routes(), access.table()) == []


@pytest.mark.parametrize("actor", OUTSIDERS)
def test_the_front_door_before_django_tells_no_more(walker, settings, actor):
    settings.ALLOWED_HOSTS = ["testserver"]
    walk, named = walker(actor), {route.name: route for route in access.routes()}
    walk.client.get("/members")  # the cookie of forms, without which the front door leaves members to Django
    front = Front(lambda _environ, start: start("599 Django", []) or [b""])
    told = []
    for deed in [one for one in access.deeds(access.table()) if one.method == "GET"]:
        route, kept = named[deed.route], {*access.secrets_from(actor, deed)}
        told += [
            deed.route
            for side in access.sides(route, deed.options)
            if words_in(front, walk, walk.address(route, deed, side)) & kept
        ]
    assert told == []


def words_in(front, walk, address):
    where, _, query = address.partition("?")
    cookies = "; ".join(f"{name}={one.value}" for name, one in walk.client.cookies.items())
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": unquote(where).encode().decode("latin-1"), "QUERY_STRING": query, "HTTP_HOST": "testserver", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "HTTP_COOKIE": cookies}  # fmt: skip
    body = b"".join(front(environ, lambda *_said: None)).decode("utf-8", "replace")
    return {word for word in (CANARY, WITHHELD) if word in body}


def test_a_seeded_route_without_a_row_is_found(seeded):
    """1 of 1."""
    seeded("seeded", lambda _request: HttpResponse())
    assert access.unclassified(access.routes(), access.table()) == ["seeded"]


def leaking(_request, topic_id):
    return HttpResponse(Topic.objects.filter(pk=topic_id).values_list("title", flat=True).first() or "", status=200)


def hushing(request, topic_id):
    """Keep the words to oneself, but let the status tell."""
    from patogh.hangout.queries import access as doors
    from patogh.kit.errors import Forbidden

    topic = doors.one(Topic.objects.all(), pk=topic_id)
    if not doors.topics_visible_to(request.member).filter(pk=topic.pk).exists():
        raise Forbidden
    return HttpResponse()


def writing(_request, post_id):
    Post.objects.filter(pk=post_id).update(score=1)
    return HttpResponse()


@pytest.mark.once
@pytest.mark.parametrize(
    ("pattern", "view", "needle"),
    [
        ("seeded/<int:topic_id>", leaking, "GET seeded foreign by other_member: 200"),
        ("seeded/<int:topic_id>", leaking, f"GET seeded foreign tells other_member: {CANARY}"),
        ("seeded/<int:topic_id>", hushing, "GET seeded foreign by other_member: 403"),
        ("seeded/<int:post_id>", writing, "GET seeded own by other_member writes: UPDATE"),
    ],
)
def test_four_seeded_holes_of_four_are_found_by_the_walk(walker, seeded, pattern, view, needle):
    found, known = seeded(pattern, view, GET="public")
    assert any(needle in fault for fault in access.findings(walker("other_member"), found, known, "other_member"))


@pytest.mark.once
def test_a_seeded_answer_that_tells_foreign_from_absent_is_found(walker, seeded):
    """1 of 1."""
    found, known = seeded("seeded/<int:topic_id>", hushing, GET="public")
    assert access.telling(walker("other_member"), found, known, "other_member") == [
        "GET seeded: 403, and 404 for nothing"
    ]


@pytest.mark.once
def test_a_seeded_form_without_a_token_and_a_seeded_method_are_found(walker, seeded):
    """2 of 2."""
    found, known = seeded("seeded", csrf_exempt(lambda _request: HttpResponse()), POST="signed_in")
    assert access.unprotected(walker("member", enforce_csrf_checks=True), found, known) == ["POST seeded"]
    assert "PATCH seeded: 200" in access.unlisted(walker("admin"), found, known)


@pytest.mark.once
def test_a_stranger_behind_a_door_for_members_is_found(walker, seeded):
    """1 of 1."""
    found, known = seeded("seeded", lambda _request: HttpResponse(), GET="signed_in")
    assert access.findings(walker("anonymous"), found, known, "anonymous") == [
        "GET seeded own by anonymous: 200 , not the way to sign in"
    ]
