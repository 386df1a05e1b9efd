"""The page of a person: a reason before it, everything on it in a fixed number of statements, notes, promises, the log."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patogh.conftest import made_member
from patogh.people.identifying import identity_of
from patogh.persons.actions import looking, writing
from patogh.persons.errors import LookReasonNeeded, MayNotWriteNotes
from patogh.persons.merging import merge_persons, undo_merge
from patogh.persons.models import Look, PersonNote, Pledge
from patogh.persons.queries.persons import person_of
from patogh.persons.tests.test_road import lived

pytestmark = pytest.mark.django_db


def at(identity, rest=""):
    return f"/team/people/{identity.person_id}{rest}"


@pytest.fixture
def desk(signed_in, agent):
    """Hamid at the team's desk."""
    return signed_in(agent)


@pytest.fixture
def opened(desk, writer):
    """Hamid, who said why he looks at Maryam."""
    desk.post(at(writer, "/looks"), {"reason": "رنگ سبز را پرسیده است"})
    return desk


def test_without_a_case_or_a_reason_the_page_shows_nothing_but_the_name(desk, writer):
    writing_text = "یادداشتی که نباید پیدا باشد"
    PersonNote.objects.create(identity=writer, text=writing_text, written_at=timezone.now())
    page = desk.get(at(writer)).content.decode()
    assert "مریم صالحی" in page and writing_text not in page and "@maryam_s" not in page
    assert Look.objects.count() == 0


@pytest.mark.parametrize("said", [{}, {"reason": "  "}, {"reason": "هی"}, {"why": "nobody's reason"}])
def test_a_look_without_a_reason_is_refused_and_says_so(desk, writer, said):
    answer = desk.post(at(writer, "/looks"), said)
    assert answer.status_code == 400 and "چرا" in answer.content.decode()
    assert not Look.objects.exists()


def test_a_reason_opens_the_page_for_half_an_hour_and_stays_written(opened, writer, agent):
    page = opened.get(at(writer)).content.decode()
    look = Look.objects.get()
    assert "رنگ سبز را پرسیده است" in page and (look.member, look.what) == (agent, "page")
    later = timezone.now() + dt.timedelta(minutes=31)
    assert looking.standing_look(person_of(writer), agent, later) is None
    assert looking.standing_look(person_of(writer), agent) == look


def test_an_open_promise_is_a_case_that_opens_by_itself(desk, writer, agent):
    writing.make_pledge(person_of(writer), "فردا زنگ می‌زنیم", timezone.now() + dt.timedelta(days=1), by=agent)
    assert "فردا زنگ می‌زنیم" in desk.get(at(writer)).content.decode()
    assert Look.objects.get().case.startswith("pledge:")


def test_nobody_changes_or_deletes_a_look(opened):
    for change in (lambda: Look.objects.update(reason=""), lambda: Look.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_members_read_who_looked_at_them(signed_in, member, agent):
    looking.open_person(member.identity.person, by=agent, reason="پروندهٔ ضمانت")
    page = signed_in(member).get("/me/settings/looks").content.decode()
    assert "حمید یزدی" in page and "پروندهٔ ضمانت" in page


def test_a_member_without_looks_reads_that_nobody_looked(signed_in, other_member):
    assert "هیچ‌کس" in signed_in(other_member).get("/me/settings/looks").content.decode()


def test_the_same_note_sent_twice_is_one_and_can_be_taken_back(opened, writer):
    for _ in range(2):
        opened.post(at(writer, "/notes"), {"text": "صبح‌ها کلاس دارد", "key": "k1"})
    note = PersonNote.objects.get()
    opened.post(f"/team/people/notes/{note.pk}", {"do": "remove"})
    assert "صبح‌ها کلاس دارد" not in opened.get(at(writer)).content.decode()
    opened.post(f"/team/people/notes/{note.pk}", {"do": "restore"})
    opened.post(f"/team/people/notes/{note.pk}", {"do": "edit", "text": "عصرها کلاس دارد"})
    assert "عصرها کلاس دارد" in opened.get(at(writer)).content.decode()


def test_a_note_stays_as_it_was_written(opened, writer):
    opened.post(at(writer, "/notes"), {"text": "بعد از ۱۰ زنگ بزنید؛ كد ٤٧"})
    assert PersonNote.objects.get().text == "بعد از ۱۰ زنگ بزنید؛ كد ٤٧"


def test_money_of_an_unknown_unit_is_shown_as_it_was_told(opened, writer):
    lived(writer.pk, "persons.event_tracked", 1, value=1_250, currency="SEK")
    assert "۱٬۲۵۰ SEK" in opened.get(at(writer)).content.decode()


def test_the_sentence_says_how_long_they_are_known_and_how_much_they_did(opened, writer):
    lived(writer.pk, "persons.event_tracked", 5, every_h=24 * 270)
    page = opened.get(at(writer)).content.decode()
    assert "<b>نزدیک ۳ سال</b> است با ماست" in page and "<b>۵ کار</b>" in page and "&lt;b&gt;" not in page


def test_what_somebody_did_out_of_sight_is_told_with_dots(opened, writer):
    lived(writer.pk, "hangout.reaction_given", 1, target_kind="hangout.topic", target_id="9")
    assert "برای نوشته‌ای در … واژه‌ای گذاشت" in opened.get(at(writer)).content.decode()


def test_a_note_that_is_too_long_is_refused_and_kept_in_the_form(opened, writer):
    answer = opened.post(at(writer, "/notes"), {"text": "ب" * 4_001})
    assert answer.status_code == 400 and "ب" * 4_001 in answer.content.decode()


def test_what_was_typed_before_the_page_closed_is_given_back_with_the_reason_asked(desk, writer):
    long = "ب" * 4_001
    gate = desk.post(at(writer, "/notes"), {"text": long, "key": "k7"})
    assert gate.status_code == 400 and long in gate.content.decode() and 'name="reason"' in gate.content.decode()
    again = desk.post(at(writer, "/looks"), {"reason": "هی", "text": long, "key": "k7"})
    assert again.status_code == 400 and long in again.content.decode()
    page = desk.post(at(writer, "/looks"), {"reason": "رنگ سبز را پرسیده است", "text": long, "key": "k7"})
    assert page.status_code == 200 and long in page.content.decode() and 'value="k7"' in page.content.decode()
    assert not PersonNote.objects.exists()


def test_a_promise_typed_before_the_page_closed_is_given_back(desk, writer):
    said = {"pledge": "زنگ می‌زنیم", "due": "دیروز"}
    assert "زنگ می‌زنیم" in desk.post(at(writer, "/pledges"), said).content.decode()
    page = desk.post(at(writer, "/looks"), {"reason": "رنگ سبز را پرسیده است", **said}).content.decode()
    assert "زنگ می‌زنیم" in page and "دیروز" in page


@pytest.mark.parametrize("is_open", [True, False])
def test_a_note_that_is_mended_badly_keeps_what_was_typed(desk, writer, agent, is_open):
    note = writing.write_note(person_of(writer), "صبح‌ها کلاس دارد", by=agent)
    if is_open:
        desk.post(at(writer, "/looks"), {"reason": "رنگ سبز را پرسیده است"})
    long = "ب" * 4_001
    page = desk.post(f"/team/people/notes/{note.pk}", {"do": "edit", "text": long})
    assert page.status_code == 400 and long in page.content.decode()
    said = {"reason": "رنگ سبز را پرسیده است", "text": long, "note": str(note.pk)}
    page = desk.post(at(writer, "/looks"), said).content.decode()
    assert page.count(long) == 1 and f'id="id_text_{note.pk}"' in page
    assert PersonNote.objects.get().text == "صبح‌ها کلاس دارد"


@pytest.mark.parametrize("due", ["", "دیروز", "۳۱ فروردین ۱۲۰۰", "2020-01-01", "x" * 400, "\0"])
def test_a_promise_needs_a_day_ahead_and_keeps_what_was_typed(opened, writer, due):
    answer = opened.post(at(writer, "/pledges"), {"pledge": "زنگ می‌زنیم", "due": due})
    assert answer.status_code == 400 and "زنگ می‌زنیم" in answer.content.decode()
    assert not Pledge.objects.exists()


def test_a_promise_is_kept_or_dropped_with_words_and_can_be_reopened(opened, writer, agent):
    due = timezone.now() + dt.timedelta(days=2)
    pledge = writing.make_pledge(person_of(writer), "قطعه را می‌فرستیم", due, by=agent)
    opened.post(f"/team/people/pledges/{pledge.pk}", {"do": "drop"})
    assert Pledge.objects.get().dropped_at is None
    opened.post(f"/team/people/pledges/{pledge.pk}", {"do": "keep"})
    assert Pledge.objects.get().kept_at is not None
    opened.post(f"/team/people/pledges/{pledge.pk}", {"do": "reopen"})
    assert "قطعه را می‌فرستیم" in opened.get("/team/pledges").content.decode()


def test_a_member_of_no_team_writes_no_notes(member, writer):
    with pytest.raises(MayNotWriteNotes):
        writing.write_note(person_of(writer), "سلام", by=member)


def test_looking_needs_a_reason_in_code_too(agent, writer):
    with pytest.raises(LookReasonNeeded):
        looking.open_person(person_of(writer), by=agent)


def test_notes_and_promises_go_back_with_their_identity_when_a_merge_is_undone(writer, buyer, agent, owner):
    one, two = person_of(writer), person_of(buyer)
    writing.write_note(two, "همیشه با کارت خودش می‌خرد", by=agent)
    merge = merge_persons(one, two, by=owner, why="staff", reason="یک نفرند")
    assert PersonNote.objects.filter(identity__person=one).exists()
    undo_merge(merge, by=owner)
    assert PersonNote.objects.get().identity.person_id == two.pk


def test_the_page_asks_the_same_number_of_statements_for_a_long_road(opened, writer):
    lived(writer.pk, "persons.event_tracked", 3)
    with CaptureQueriesContext(connection) as short:
        opened.get(at(writer))
    lived(writer.pk, "persons.event_tracked", 400, every_h=1)
    with CaptureQueriesContext(connection) as long:
        opened.get(at(writer))
    assert len(long) <= len(short) + 1, (len(short), len(long))


def test_lanes_and_older_pages_are_links(opened, writer):
    lived(writer.pk, "persons.event_tracked", 30)
    page = opened.get(at(writer, "?lane=events")).content.decode()
    assert "after=" in page
    assert opened.get(at(writer, "?lane=nobodys")).status_code == 404
    assert opened.get(at(writer, "?after=broken")).status_code == 400


def test_a_promise_is_kept_by_the_team_only(agent, writer, db):
    from patogh.persons.errors import PledgeOwnerUnknown

    outsider = made_member("sara", "سارا محمدی")
    with pytest.raises(PledgeOwnerUnknown):
        writing.make_pledge(person_of(writer), "x", timezone.now() + dt.timedelta(days=1), by=agent, owner=outsider)


def test_somebody_known_by_a_number_alone_has_a_page_too(desk, brand):
    alone = identity_of("phone", "+989121234567")
    desk.post(at(alone, "/looks"), {"reason": "زنگ زده بود"})
    page = desk.get(at(alone)).content.decode()
    assert "4567" in page and "+989121234567" not in page


def test_whom_the_team_laid_beside_somebody_is_not_read_of_by_them(signed_in, member, other_member, agent):
    looking.open_person(other_member.identity.person, by=agent, reason="شکایتِ محرمانه")
    theirs = identity_of("phone", "09131234567", verified=True)
    looking.reveal_value(theirs, by=agent, reason="تماسِ پنهان")
    merge_persons(member.identity.person, other_member.identity.person, by=agent, reason="یکی‌اند")
    merge_persons(member.identity.person, theirs.person, by=agent)
    looking.open_person(member.identity.person, by=agent, reason="هر دو را می‌بینم")
    mine, hers = (signed_in(one).get("/me/settings/looks").content.decode() for one in (member, other_member))
    assert "هر دو را می‌بینم" in mine and "محرمانه" not in mine and "پنهان" not in mine
    assert "هر دو را می‌بینم" in hers and "محرمانه" in hers and "پنهان" not in hers


def test_an_address_is_shown_in_full_only_with_a_reason_or_an_open_page(desk, opened, writer, agent, other_member):
    known = identity_of("phone", "09131234567", verified=True)
    shut = f"/team/people/identities/{known.pk}/value"
    assert "9131234567" not in desk.post(shut).content.decode() and Look.objects.filter(identity=known).count() == 0
    merge_persons(writer.person, known.person, by=agent)
    assert "9131234567" in opened.post(shut).content.decode()
    assert Look.objects.get(identity=known).reason == "رنگ سبز را پرسیده است"
