"""Addresses of pages: those that take nothing are looked up once, not some thirty times a page."""

import pytest
from django.urls import NoReverseMatch, reverse

from patogh.looks import jinja


def test_an_address_without_arguments_is_looked_up_once_for_each_set_of_addresses(settings, monkeypatch):
    asked = []
    monkeypatch.setattr(jinja, "reverse", lambda name, **words: asked.append(name) or reverse(name, **words))
    jinja._places_of.cache_clear()
    assert [jinja.place("looks_style"), jinja.url("looks_style"), jinja.place("looks_style")] == ["/looks"] * 3
    assert asked == ["looks_style"]
    settings.ROOT_URLCONF = "patogh.search.urls"
    with pytest.raises(NoReverseMatch):
        jinja.place("looks_style")


def test_an_address_with_arguments_is_made_each_time():
    assert [jinja.url("looks_field", seed) for seed in ("a", "b")] == ["/fields/a.svg", "/fields/b.svg"]
