"""Pages and their parts, headers, doors and choices."""

import json

import pytest
from django.template import engines
from django.test import RequestFactory
from jinja2 import UndefinedError

from patogh.kit.calendar import Viewer
from patogh.looks import pages, security, views


@pytest.fixture
def templates(settings, tmp_path):
    (tmp_path / "trial").mkdir()
    part = '{% block list %}<ul id="l">{{ names|join(" ") }}</ul>{% endblock %}'
    page = f'{{% extends "looks/base.html" %}}{{% block main %}}<h1>{{{{ n|number }}}}</h1>{part}{{% endblock %}}'
    (tmp_path / "trial" / "page.html").write_text(page, encoding="utf-8")
    pages.jinja_env().loader.searchpath.append(str(tmp_path))
    yield
    pages.jinja_env().loader.searchpath.remove(str(tmp_path))


def asked(path="/", method="get", data=None, **headers):
    request = getattr(RequestFactory(), method)(path, data or {}, headers=headers)
    request._messages = []
    return request


def macro(text, **context):
    return engines["jinja2"].env.from_string(text).render(**context)


def test_a_browser_gets_the_page_and_htmx_the_block(db, templates):
    known = {"n": 1250, "names": ["مینا"]}
    whole = pages.render(asked(), "trial/page.html#list", known).content.decode()
    part = pages.render(asked(**{"HX-Request": "true"}), "trial/page.html#list", known).content.decode()
    assert "<!doctype html>" in whole
    assert "۱٬۲۵۰" in whole
    assert part == '<ul id="l">مینا</ul>'


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_htmx_gets_the_page_when_it_asks_for_a_page(header):
    assert not pages.wants_part(asked(**{"HX-Request": "true", header: "true"}))


def test_a_page_says_its_language_direction_and_theme(db):
    request = asked()
    request.viewer = Viewer("en", "gregorian", "Europe/London")
    request.COOKIES["theme"] = "dark"
    html = views.offline(request).content.decode()
    assert '<html lang="en" dir="ltr" data-theme="dark">' in html


def test_a_forged_theme_is_not_taken():
    request = asked()
    request.COOKIES["theme"] = '"><script>'
    assert pages.theme_for(request) == "auto"


def test_names_are_escaped_and_isolated():
    assert macro("{{ name|bdi }}", name="<b>") == "<bdi>&lt;b&gt;</bdi>"


def test_components_are_there_without_import():
    assert 'class="btn primary"' in macro('{{ ui.button("x", "primary") }}')
    with pytest.raises(UndefinedError, match="no_such_part"):
        macro("{{ ui.no_such_part() }}")


def test_a_fault_in_a_field_is_said_aloud():
    html = macro('{{ ui.field("mail", "E", error="bad") }}')
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_mail_error"' in html
    assert 'id="id_mail_error"' in html


def test_the_policy_allows_nothing_inline():
    rules = security.headers(asked())["Content-Security-Policy"]
    assert "default-src 'none'" in rules
    assert "unsafe" not in rules
    assert "frame-ancestors 'none'" in rules


def test_the_policy_names_the_live_hub_and_no_forged_host(settings):
    settings.LIVE_URL, settings.LIVE_PORT = "", 9000
    assert security.live_origin(asked(host="localhost:8000")) == "http://localhost:9000"
    assert security.live_origin(asked(host="a b;script-src *")) == ""
    settings.LIVE_URL = "https://live.example/live"
    assert security.live_origin(asked()) == "https://live.example"


def test_hsts_is_said_only_over_https():
    assert "Strict-Transport-Security" not in security.headers(asked())
    assert "preload" in security.headers(RequestFactory().get("/", secure=True))["Strict-Transport-Security"]


def test_tiles_and_icons_are_kept_for_ever():
    for answer in (
        views.avatar(asked(), "mina"),
        views.app_icon(asked(), "0c7c7c", "192"),
        views.brand_css(asked(), "c0392b"),
    ):
        assert "immutable" in answer["Cache-Control"]


def test_the_manifest_makes_the_hangout_installable(db):
    manifest = json.loads(views.manifest(asked()).content)
    assert {"name", "icons", "start_url", "display"} <= set(manifest)
    assert manifest["dir"] in {"rtl", "ltr"}


def test_a_choice_is_kept_and_leads_back_to_our_own_pages_alone(db):
    answer = views.theme(asked("/choices/theme", "post", {"theme": "dark", "next": "//evil.example/"}))
    assert answer.cookies["theme"].value == "dark"
    assert answer["Location"] == "/"


def test_the_style_page_shows_every_pane_in_both_languages_directions_and_themes(db):
    html = views.style_page(asked("/looks")).content.decode()
    for key in ("fa-light", "fa-dark", "en-light", "en-dark"):
        assert f'id="{key}"' in html
    assert 'lang="en" dir="ltr" data-theme="dark"' in html
    assert "جملهٔ" in html
    assert "The sentence" in html
