"""Taking one's data out, and going for good: all of it goes out, and nothing of it is left."""

import datetime as dt
import json
import zipfile
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection, models
from django.utils import timezone

from patogh.activity import jobs
from patogh.activity.models import Activity
from patogh.conf.integrity import findings
from patogh.hangout import actions as hangout
from patogh.hangout.actions import NewReply, NewTopic, SpaceFacts
from patogh.hangout.models import Picture, Post, Reaction, Topic
from patogh.hangout.tests.test_pictures import png
from patogh.hangout.tests.truth import wrong_counters
from patogh.people import actions
from patogh.people.errors import LastOwner
from patogh.people.leaving import belonging, going, log, packing, parcels
from patogh.people.models import DataCopy, Erasure, Leaving, Member, Notice
from patogh.people.tests import planting
from patogh.people.tests.planting import plant
from patogh.shop.models import Redemption

WORD = "kanarikanari"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def town(owner, member, other_member):
    """Mina asked, Reza answered and named her."""
    space = hangout.open_space(SpaceFacts("repair", "تعمیر"), by=owner)
    topic = hangout.open_topic(space, NewTopic(f"توپی {WORD}", f"صدا {WORD} می‌دهد", "question", ("توپی",)), by=member)
    answer = hangout.reply(topic, NewReply("بله @mina چرب کنید"), by=other_member)
    hangout.react(answer, "thanks", by=member)
    hangout.follow(space, by=member)
    actions.follow_member(other_member, by=member)
    actions.edit_profile(
        member, name=f"مینا {WORD}", bio=WORD, place=WORD, links=[f"https://{WORD}.example/"], by=member
    )
    actions.change_avatar(member, png(), by=member)
    return topic


def packed(member: Member, tmp_path: Path) -> dict[str, str]:
    """The texts of a member's ZIP, by name."""
    with zipfile.ZipFile(packing.pack(member, tmp_path / f"{member.handle}.zip")) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_every_exported_field_of_every_table_is_in_ones_own_zip_and_in_nobody_elses(
    town, member, other_member, tmp_path
):
    plant(member, other_member, WORD)
    mine = packed(member, tmp_path)
    for kept in planting.tables():
        for field in set(kept.exported) & set(planting.texts(kept)):
            assert WORD in json.dumps([row[field.name] for row in json.loads(mine[f"data/{kept.name}.json"])]), (
                f"{kept.name}.{field.name}"
            )
    theirs = packed(other_member, tmp_path)
    assert [name for name, text in theirs.items() if WORD in text] == []


def test_what_hangs_on_an_identity_goes_out_with_its_owner_and_is_erased_with_them(
    town, member, other_member, tmp_path
):
    kept = planting.plant_hanging(member, other_member, WORD)
    assert {"persons.brought", "shop.redemption", "persons.trait"} <= {one.name for one in kept}
    mine, theirs = packed(member, tmp_path), packed(other_member, tmp_path)
    for one in kept:
        assert one.rows_of(member).exists(), one.name
        for field in set(one.exported) & set(planting.texts(one)):
            assert WORD in mine[f"data/{one.name}.json"], f"{one.name}.{field.name}"
    assert [name for name, text in theirs.items() if WORD in text] == []
    going.erase(member, with_text=True)
    tables = everything()
    assert [one.name for one in kept if WORD.encode() in tables[one.model._meta.db_table]] == []
    assert not Redemption.objects.filter(buyer=member.identity).exists()


def test_a_copy_reads_well_in_both_languages(town, member, tmp_path):
    mine = packed(member, tmp_path)
    assert 'dir="rtl"' in mine["fa/index.html"]
    assert 'dir="ltr"' in mine["en/index.html"]
    assert "نوشته‌های شما" in mine["fa/index.html"]
    assert f"صدا {WORD}" in mine["fa/hangout.post.html"]
    assert any(name.startswith("media/avatars/") for name in mine)
    assert json.loads(mine["about.json"])["schema"]["hangout.post"]["text"]


def test_words_of_a_copy_cannot_become_markup(town, member, tmp_path):
    hangout.reply(town, NewReply("<script>alert(1)</script>"), by=member)
    assert "<script>" not in packed(member, tmp_path)["fa/hangout.post.html"]


def test_each_table_with_exports_has_an_owner(db):
    nobodys = [kept.name for kept in belonging.kept() if kept.exported and not kept.owner and not kept.by_identity]
    assert nobodys == []


def test_a_copy_is_asked_for_packed_told_of_and_taken_once(town, member, signed_in):
    client = signed_in(member)
    assert client.post("/me/settings/data").status_code == 302
    jobs.drain()
    copy = DataCopy.objects.get()
    assert (copy.state, copy.percent) == ("ready", 100)
    assert Notice.objects.filter(member=member, kind="people.copy_ready").exists()
    client.post("/account/reauthenticate/", {"password": "zayande-rud-1405"})
    answer = client.post(f"/me/settings/data/{copy.pk}")
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert not parcels.path_of(copy.token).exists()
    assert client.post(f"/me/settings/data/{copy.pk}").status_code == 404


def test_a_copy_needs_its_owner_and_a_fresh_sign_in(town, member, other_member, signed_in):
    copy = actions.ask_for_copy(by=member)
    jobs.drain()
    assert signed_in(other_member).post(f"/me/settings/data/{copy.pk}").status_code in {302, 404}
    answer = signed_in(member).post(f"/me/settings/data/{copy.pk}")
    assert (answer.status_code, answer.headers["Location"].startswith("/account/reauthenticate/")) == (302, True)
    copy.refresh_from_db()
    assert copy.state == "ready"


def test_a_copy_is_gone_after_a_day(town, member):
    copy = actions.ask_for_copy(by=member)
    jobs.drain()
    DataCopy.objects.update(ready_at=timezone.now() - dt.timedelta(hours=25))
    parcels.drop(actions.drop_old_copies())
    assert not parcels.path_of(copy.token).exists()
    assert not DataCopy.objects.exists()


def test_who_closes_the_account_is_out_at_once_and_may_come_back(town, member, signed_in, client):
    mine = signed_in(member)
    mine.post("/account/reauthenticate/", {"password": "zayande-rud-1405"})
    assert mine.post("/me/settings/leaving", {"handle": "reza"}).status_code == 400
    assert mine.post("/me/settings/leaving", {"handle": "@Mina"}).status_code == 200
    member.refresh_from_db()
    assert not member.is_active
    assert mine.get("/me/settings").status_code == 302
    jobs.drain()
    letter = next(one for one in mail.outbox if one.to == ["mina@example.org"])
    way = letter.body[letter.body.index("/account/back/") :].split()[0]
    assert client.get(way).status_code == 200
    assert not Member.objects.get(pk=member.pk).is_active
    client.post(way)
    assert Member.objects.get(pk=member.pk).is_active
    assert client.post(way).status_code == 400


def test_the_last_owner_has_to_hand_over_first(owner):
    with pytest.raises(LastOwner):
        actions.close_account(by=owner)
    with pytest.raises(LastOwner):
        going.erase(owner)


def test_whoever_does_not_come_back_is_erased_when_the_time_is_over(town, member):
    actions.close_account(by=member)
    assert going.erase_due() == 0
    Leaving.objects.update(erase_at=timezone.now())
    assert going.erase_due() == 1
    assert Erasure.objects.get().member_number == member.pk
    assert going.erase_due() == 0


def test_threads_stay_readable_under_a_former_member(
    town, member, other_member, client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        going.erase(member)
    member.refresh_from_db()
    page = client.get(f"/t/{town.pk}", follow=True).content.decode()
    assert "عضو پیشین" in page
    assert f"صدا {WORD}" in page
    assert f"@{member.handle}" in Post.objects.get(author=other_member).text
    assert "@mina" not in page
    assert not Reaction.objects.exists()
    assert wrong_counters() == []
    assert [one for one in findings() if one["code"] != "search_stale"] == []


def test_the_road_forgets_who_and_keeps_that_something_was_done(town, member):
    before = Activity.objects.count()
    going.erase(member)
    assert Activity.objects.count() == before + 1
    assert (
        not Activity.objects.annotate(words=models.functions.Cast("data", models.TextField()))
        .filter(words__contains="mina")
        .exists()
    )


def test_an_older_backup_does_not_bring_anybody_back(town, member):
    going.erase(member)
    pseudonym = Erasure.objects.get().pseudonym
    Erasure.objects.all().delete()
    Member.objects.filter(pk=member.pk).update(handle="mina", name="مینا", is_active=True)
    assert [one.pk for one, _ in log.outstanding()] == [member.pk]
    assert going.replay() == 1
    assert Member.objects.get(pk=member.pk).handle == pseudonym
    assert going.replay() == 0


def test_own_pictures_go_with_the_words(town, member, settings):
    token = hangout.take_picture(png(), by=member).token
    hangout.reply(town, NewReply(f"![نما](/media/pictures/{token}.webp)"), by=member)
    going.erase(member, with_text=True)
    assert not Picture.objects.filter(owner=member).exists()
    assert "صاحبش" not in Topic.objects.get(pk=town.pk).title
    assert WORD not in "".join(Post.objects.values_list("text", flat=True))


def everything() -> dict[str, bytes]:
    """Every text of every table, by table."""
    found = {}
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        for name in names if connection.vendor != "sqlite" else [one for one in names if one != "search_index"]:
            cursor.execute(f'SELECT * FROM "{name}"')
            found[name] = "\n".join(str(row) for row in cursor.fetchall()).encode()
    return found


def test_nothing_is_left_in_any_table(town, member, other_member):
    plant(member, other_member, WORD, goes=True)
    going.erase(member, with_text=True)
    tables = everything()
    left = {
        name: [text[max(0, at - 150) : at + 40] for at in places(text, WORD.encode())] for name, text in tables.items()
    }
    assert [name for name, at in left.items() if at] == []
    assert [name for name, text in tables.items() if b"mina@example.org" in text] == []


def places(text: bytes, word: bytes) -> list[int]:
    """Where a word stands, at most three places."""
    found, at = [], text.find(word)
    while at >= 0 and len(found) < 3:
        found.append(at)
        at = text.find(word, at + 1)
    return found


@pytest.mark.usefixtures("busy_house")
def test_nothing_is_left_in_the_bytes_of_the_files(tmp_path, settings):
    from patogh.conftest import made_member
    from patogh.people.models import Brand

    Brand.objects.create(id=1, name="رکاب", name_en="Rekab", language="fa")
    owner, member = made_member("behrouz", "بهروز", "owner"), made_member("mina", f"مینا {WORD}")
    space = hangout.open_space(SpaceFacts("repair", "تعمیر"), by=owner)
    topic = hangout.open_topic(space, NewTopic(f"توپی {WORD}", f"صدا {WORD}"), by=member)
    hangout.reply(topic, NewReply(f"باز {WORD}"), by=member)
    hangout.save_draft("new", f"ناتمام {WORD}", by=member)
    actions.edit_profile(member, name=f"مینا {WORD}", bio=WORD, place=WORD, links=[], by=member)
    jobs.drain()
    assert WORD.encode() in b"".join(path.read_bytes() for path in tmp_path.rglob("patogh.sqlite3*"))
    going.erase(member, with_text=True)
    left = {path.name: places(path.read_bytes(), WORD.encode()) for path in tmp_path.rglob("*") if path.is_file()}
    assert {name: at for name, at in left.items() if at} == {}


def test_an_older_dump_does_not_bring_anybody_back(town, member, other_member):
    from patogh.people.actions.staging import Staging, stage_members

    was = stage_members("so:x", [Staging("7", "نگار بحرانی", email="negar@example.org")])["7"]
    going.erase(was)
    again = stage_members("so:x", [Staging("7", "نگار بحرانی", email="negar@example.org"), Staging("8", "سارا")])
    assert again["7"].pk == was.pk
    assert Member.objects.filter(name="نگار بحرانی").count() == 0
    assert Member.objects.filter(name="سارا").count() == 1


def test_the_log_carries_hashes_into_a_house_that_never_knew_them(town):
    from patogh.people.actions.staging import Staging, stage_members
    from patogh.people.leaving import sources
    from patogh.people.models import ErasedSource

    going.erase(stage_members("so:x", [Staging("7", "نگار")])["7"])
    ErasedSource.objects.all().delete()
    going.replay()
    assert list(sources.erased("so:x", ["7", "8"])) == ["7"]
    assert "so:x" not in log._path().read_text()


def test_a_house_killed_before_the_mentions_were_renamed_goes_on(town, member, other_member):
    from patogh.people.actions.erasing import erase_member

    erasure = erase_member(member)
    assert "@mina" in Post.objects.get(author=other_member).text
    jobs.drain()
    assert f"@{erasure.pseudonym}" in Post.objects.get(author=other_member).text
    jobs.drain()
    assert not Activity.objects.annotate(words=models.functions.Cast("data", models.TextField())).filter(
        words__contains='"mina"'
    )


def test_mentions_are_renamed_a_few_posts_at_a_time(town, member, other_member, monkeypatch):
    from patogh.hangout.actions import leaving as hangouts

    monkeypatch.setattr(hangouts, "NAMED_STEP", 2)
    for number in range(5):
        hangout.reply(town, NewReply(f"{number} @mina و @minaye نه"), by=other_member)
    going.erase(member)
    texts = Post.objects.filter(author=other_member).values_list("text", flat=True)
    assert [text for text in texts if "@mina " in text] == []
    assert sum("@minaye" in text for text in texts) == 5
    assert wrong_counters() == []


def test_the_command_erases_only_whose_handle_was_typed(town, member, monkeypatch):
    from click.testing import CliRunner

    from patogh.conf.cli import accounts

    refused = CliRunner().invoke(accounts.erase, ["mina"], input="reza\n")
    assert (refused.exit_code, Erasure.objects.count()) == (1, 0)
    done = CliRunner().invoke(accounts.erase, ["mina"], input="mina\n")
    assert (done.exit_code, Erasure.objects.count()) == (0, 1)


def test_who_has_no_password_signs_in_once_more_by_code_before_taking_a_copy(town, member, client):
    from patogh.people.tests.test_signing_in import code_in

    def sign_in_by_code():
        client.post("/account/login/code/", {"contact": member.email})
        letter = next(one for one in reversed(mail.outbox) if one.to == [member.email] and "کد" in one.body)
        client.post("/account/login/code/confirm/", {"code": code_in(letter.body)})

    member.set_unusable_password()
    member.save()
    copy = actions.ask_for_copy(by=member)
    jobs.drain()
    sign_in_by_code()
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": 1.0}]
    session.save()
    answer = client.post(f"/me/settings/data/{copy.pk}")
    assert answer.headers["Location"].startswith("/account/login/?next=")
    assert client.get("/me/settings/data").status_code == 302
    copy.refresh_from_db()
    assert copy.state == "ready"
    sign_in_by_code()
    assert b"".join(client.post(f"/me/settings/data/{copy.pk}").streaming_content).startswith(b"PK")
