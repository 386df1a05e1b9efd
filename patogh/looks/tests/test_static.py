"""Static files come from memory, under addresses that never change their meaning."""

import gzip

import pytest
from django.test import RequestFactory

from patogh.looks import bundle, static


def answered(path, **asked):
    return static.answer(bundle.version(), path, **asked)


def test_the_stylesheet_is_all_files_in_order():
    css = bundle.stylesheet().decode()
    assert css.index("@font-face") < css.index("@layer reset,base") < css.index(".btn{")


def test_each_behaviour_keeps_its_names_to_itself():
    assert bundle.script().count(b"\nconst words = ") >= 2
    assert bundle.script().startswith(b"{ // ago\n")


def test_an_address_carries_the_version_and_is_kept_for_ever():
    assert static.static("looks/patogh.css") == f"/static/{bundle.version()}/looks/patogh.css"
    assert "immutable" in answered("looks/patogh.css").headers["Cache-Control"]


def test_an_address_of_an_older_version_is_answered_but_not_kept():
    old = static.answer("0000000000", "looks/patogh.css")
    assert old.status == 200
    assert "must-revalidate" in old.headers["Cache-Control"]


def test_text_is_packed_for_those_who_unpack_and_fonts_are_not():
    css = answered("looks/patogh.css", accept_encoding="gzip, br")
    assert gzip.decompress(css.body) == bundle.stylesheet()
    assert "Content-Encoding" not in answered("looks/fonts/Vazirmatn-wght.woff2", accept_encoding="gzip").headers


def test_a_file_the_browser_has_is_not_sent_again():
    first = answered("looks/icons.svg")
    again = answered("looks/icons.svg", if_none_match=f"W/{first.headers['ETag']}")
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path", ["../jinja.py", "/etc/passwd", "looks/../../jinja.py", "looks//css", "", "looks/css", "looks/\x00"]
)
def test_nothing_outside_the_shelf_can_be_reached(path):
    assert answered(path).status == 404


def test_the_bare_door_answers_files_and_hands_on_the_rest():
    def application(environ, start_response):
        return [b"page"]

    said = []
    door = static.StaticDoor(application)
    environ = RequestFactory().get(static.static("looks/patogh.js")).environ
    assert door(environ, lambda status, headers: said.append(status)) == [bundle.script()]
    assert said == ["200 OK"]
    assert door(RequestFactory().get("/").environ, None) == [b"page"]
    assert door(RequestFactory().post(static.static("looks/patogh.js")).environ, None) == [b"page"]


def test_the_first_visit_is_light():
    first = (
        "looks/patogh.css",
        "looks/patogh.js",
        "looks/vendor/htmx-4.0.1.min.js",
        "looks/icons.svg",
        "looks/fonts/Vazirmatn-wght.woff2",
    )
    assert sum(len(answered(path, accept_encoding="gzip").body) for path in first) < 160_000
