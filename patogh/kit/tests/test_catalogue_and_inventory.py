import os

import pytest

from patogh.kit import catalogue, inventory, limits
from patogh.kit.inventory import BadInventory

CODE = 'from words import gettext as _, ngettext\n_("Close")\nngettext("%(n)s post", "%(n)s posts", 2)\n'
PAGE = "{% macro a() %}{{ _('Open') }} {% trans %}Hello\n there{% endtrans %}{% endmacro %}"
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def room(tmp_path):
    folder = tmp_path / "cellar"
    (folder / "templates" / "cellar").mkdir(parents=True)
    (folder / "tests").mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "views.py").write_text(CODE)
    (folder / "tests" / "test_x.py").write_text('_("Not for people")')
    (folder / "templates" / "cellar" / "page.html").write_text(PAGE)
    po = folder / "locale" / "fa" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text(
        HEAD
        + 'msgid "Close"\nmsgstr "ببند"\n\n#, fuzzy\nmsgid "Open"\nmsgstr "باز"\n\nmsgid "Hello there"\nmsgstr ""\n'
    )
    return folder


def test_missing_empty_and_fuzzy_entries_are_told(room):
    found = {(finding.msgid, finding.why) for finding in catalogue.check(room.parent)}
    assert found == {("%(n)s post", "missing"), ("Open", "fuzzy"), ("Hello there", "empty")}


def test_an_update_adds_what_is_new_and_keeps_what_is_there(room):
    assert catalogue.update(room) == 1
    assert catalogue.update(room) == 0
    text = (room / "locale/fa/LC_MESSAGES/django.po").read_text()
    assert 'msgid_plural "%(n)s posts"' in text
    assert 'msgstr "ببند"' in text
    assert "Last-Translator" not in text


def test_catalogues_are_compiled_once_and_again_when_they_change(room):
    po = room / "locale/fa/LC_MESSAGES/django.po"
    assert catalogue.compile_all(room.parent) == [po.with_suffix(".mo")]
    assert catalogue.compile_all(room.parent) == []
    os.utime(po, (2**31, 2**31))
    assert catalogue.compile_all(room.parent) == [po.with_suffix(".mo")]


def test_a_template_that_does_not_parse_is_told_and_not_raised(room):
    (room / "templates" / "cellar" / "page.html").write_text("{{ .5 }}")
    assert [finding.why for finding in catalogue.check(room.parent)] == ["unreadable"]


def test_the_kit_itself_speaks_persian():
    assert [finding for finding in catalogue.check() if finding.room == "kit"] == []


def test_notes_are_read_with_their_room(room):
    (room / "inventory.toml").write_text(
        '[Jar]\nlabel = ["what is in it", "personal", "while a member", "export", "blank"]\n'
    )
    [note] = inventory.load(room.parent)
    assert (note.room, note.model, note.field, note.erase, note.is_exported) == (
        "cellar",
        "Jar",
        "label",
        "blank",
        True,
    )


@pytest.mark.parametrize("text", [
    "[Jar", "Jar = 1", '[Jar]\nlabel = "x"', '[Jar]\nlabel = ["a", "public", "b", "export"]',
    '[Jar]\nlabel = ["a", "private", "b", "export", "keep"]', '[Jar]\nlabel = ["a", "public", "b", "maybe", "keep"]',
    '[Jar]\nlabel = ["a", "public", "b", "export", "burn"]', '[Jar]\nlabel = ["", "public", "b", "export", "keep"]',
])  # fmt: skip
def test_a_note_outside_the_vocabulary_is_refused_with_its_place(room, text):
    (room / "inventory.toml").write_text(text)
    with pytest.raises(BadInventory, match=r"inventory\.toml"):
        inventory.load(room.parent)


def test_a_limit_is_replaced_by_a_setting_and_a_silly_one_is_refused(settings):
    settings.PATOGH_LIMITS = {"A_BYTES_MAX": 7, "B_BYTES_MAX": 0}
    assert limits._limit("A_BYTES_MAX", 5) == 7
    assert limits._limit("C_BYTES_MAX", 5) == 5
    with pytest.raises(ValueError, match="B_BYTES_MAX"):
        limits._limit("B_BYTES_MAX", 5)
