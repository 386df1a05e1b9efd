"""Files of people: claims and never proofs, once each, taken back whole."""

import re
import zipfile

import pytest
from click.testing import CliRunner

from patogh.activity.models import Activity
from patogh.conf.cli import main
from patogh.people import consent
from patogh.people.consent.errors import ConsentWithdrawn
from patogh.people.identifying import identity_of
from patogh.people.leaving import sources
from patogh.people.models import Consent, ErasedSource, Identity
from patogh.persons.actions import importing as actions
from patogh.persons.errors import ImportNotNewest, ImportNotWaiting, MayNotImport, PeopleFileRefused, PeoplePlanRefused
from patogh.persons.importing import files, plans, rows, running, tables
from patogh.persons.models import Brought, PeopleImport, PeopleRefusal, Trait

pytestmark = pytest.mark.django_db
CSV = "شناسه;نام;نام خانوادگی;موبایل;ایمیل;باشگاه\n7;مینا;رستمی;۰۹۱۲ ۱۲۳ ۴۵۶۷;Mina@Example.org;طلایی\n8;Jo;Meier;+49 151 23456789;jo@example.org;\n9;;;;;\n;;;12;;\n"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def bring(owner):
    """Return a function that reads a file to its end."""

    def read(text=CSV, label="crm", chosen=None, said=None, by=owner, content=None):
        kept = actions.keep_people(files.keep([content or text.encode()], label, "crm.csv"), by=by)
        table = tables.opened(files.path_of(kept.file))
        plan = plans.made(
            table, chosen or ["id", "given", "family", "phone", "email", "trait"][: len(table.header)], said or {}
        )
        return running.read_on(actions.begin_people(kept, plan, by=by))

    return read


def counts(row):
    return (row.rows_count, row.new_count, row.known_count, row.same_count, row.blocked_count, row.refused_count)


def undone(row, owner):
    actions.undo_people(row, by=owner)
    while actions.undo_some(row.pk):
        pass


def test_columns_are_guessed_in_persian(owner):
    table = tables.opened(files.path_of(files.keep([CSV.encode()], "crm", "a.csv").file))
    assert plans.proposed(table)[1:5] == ["given", "family", "phone", "email"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_brings_people_as_claims(bring, encoding):
    row = bring(content=CSV.replace("+49 151 23456789", "+4915123456789").encode(encoding))
    assert (row.state, counts(row)) == ("ended", (4, 3, 0, 0, 0, 1))
    mina = Identity.objects.get(kind="import", value="crm:7")
    assert mina.verified_at is None
    assert dict(Trait.objects.filter(identity=mina).values_list("name", "value")) == {
        "first_name": "مینا", "last_name": "رستمی", "name": "مینا رستمی", "phone": "+989121234567", "email": "mina@example.org", "باشگاه": "طلایی",
    }  # fmt: skip
    assert not Identity.objects.exclude(kind="member").filter(verified_at__isnull=False).exists()
    assert PeopleRefusal.objects.get().code == "phone_unreadable"


def test_a_file_of_an_older_windows_is_read(bring):
    old = CSV.replace("ی", "ي")
    for digit in "۰۱۲۳۴۵۶۷۸۹":
        old = old.replace(digit, str(int(digit)))
    row = bring(content=old.encode("windows-1256"))
    assert counts(row)[:2] == (4, 3)
    assert Identity.objects.filter(kind="phone", value="+989121234567").exists()


def test_the_same_file_again_changes_nothing_and_a_changed_row_is_known(bring):
    bring()
    again = bring()
    changed = bring(CSV.replace("طلایی", "نقره‌ای"))
    assert (counts(again)[1:4], counts(changed)[1:4]) == ((0, 0, 3), (0, 1, 2))
    assert Trait.objects.get(name="باشگاه").value == "نقره‌ای"


def test_whoever_was_erased_is_left_out_and_counted(bring):
    ErasedSource.objects.create(digest=sources.digest("email", "mina@example.org"), member_number=7)
    row = bring()
    assert (row.blocked_count, row.new_count) == (1, 2)
    assert not Identity.objects.filter(value="crm:7").exists()


def test_a_file_is_taken_back_whole_and_can_come_again(bring, owner):
    known = identity_of("email", "jo@example.org", verified=True)
    row = bring()
    undone(row, owner)
    row.refresh_from_db()
    assert (row.state, Trait.objects.count(), Brought.objects.count()) == ("undone", 0, 0)
    assert list(
        Identity.objects.filter(kind__in=("import", "email", "phone"), value__contains="@").values_list("pk", flat=True)
    ) == [known.pk]
    assert not Identity.objects.filter(value="crm:7").exists()
    assert counts(bring())[1] == 3


def test_taking_back_gives_what_the_source_said_before(bring, owner):
    first = bring()
    second = bring(CSV.replace("طلایی", "نقره‌ای"))
    with pytest.raises(ImportNotNewest):
        actions.undo_people(first, by=owner)
    undone(second, owner)
    assert Trait.objects.get(name="باشگاه").value == "طلایی"
    with pytest.raises(ImportNotWaiting):
        actions.undo_people(second, by=owner)


def test_a_yes_is_kept_only_with_the_words_it_was_said_to(bring):
    text = "email,ok\nmina@example.org,بله\njo@example.org,no\n"
    with pytest.raises(PeoplePlanRefused):
        bring(text, chosen=["email", "consent"])
    bring(
        text,
        chosen=["email", "consent"],
        said={"words": "خبرها را برایم بفرستید", "method": "paper", "purpose": "news"},
    )
    row = Consent.objects.get()
    assert (row.identity.value, row.state, row.words, row.method) == (
        "mina@example.org",
        "given",
        "خبرها را برایم بفرستید",
        "paper",
    )


def test_what_no_database_holds_is_left_out_of_the_words_of_a_yes():
    said = plans._consent({"words": "خبر\0ها", "method": "paper", "purpose": "news", "evidence": "قفسهٔ\0 ۳\n"})
    assert said == {"words": "خبرها", "method": "paper", "purpose": "news", "evidence": "قفسهٔ ۳"}


AGREED = {"words": "خبرها را برایم بفرستید", "method": "paper", "purpose": "news"}


def test_a_file_lifts_nobodys_no_and_its_yes_goes_with_it(bring, owner):
    how = {"words": "", "method": "link", "evidence": {"page": 1}, "language": "fa"}
    mina = identity_of("email", "mina@example.org")
    consent.withdraw(mina, "news", "mail", **how)
    row = bring("email,ok\nmina@example.org,بله\njo@example.org,بله\n", chosen=["email", "consent"], said=AGREED)
    with pytest.raises(ConsentWithdrawn):
        consent.may_send(mina, "news", "mail")
    jo = Identity.objects.get(value="jo@example.org")
    consent.may_send(jo, "news", "mail")
    undone(row, owner)
    assert list(Consent.objects.order_by("pk").values_list("identity_id", "state")) == [
        (mina.pk, "withdrawn"), (jo.pk, "given"), (jo.pk, "withdrawn"),
    ]  # fmt: skip


def test_what_no_database_holds_is_left_out_of_a_cell():
    found = rows.read(1, ("7", "م\0ینا"), {"columns": ["id", "full"], "names": ["id", "name"]}, "crm")
    assert (found.keys, found.traits) == ((("import", "crm:7"),), {"name": "مینا"})


def test_two_workers_and_a_killed_one_take_each_row_once(bring, owner, monkeypatch):
    monkeypatch.setattr("patogh.persons.limits.PEOPLE_CHUNK_ROWS", 2)
    text = "id,name\n" + "".join(f"{at},نفر {at}\n" for at in range(9))
    kept = actions.keep_people(files.keep([text.encode()], "crm", "a.csv"), by=owner)
    table = tables.opened(files.path_of(kept.file))
    begun = actions.begin_people(kept, plans.made(table, ["id", "full"], {}), by=owner)
    half = running.read_on(begun, turn_s=0)
    assert (half.state, half.rows_count) == ("reading", 2)
    assert running.read_on(begun, turn_s=9) is None  # it still thinks that nothing was read
    assert counts(running.read_on(half))[:2] == (9, 9)
    assert Activity.objects.filter(verb="persons.traits_said").count() == 9


def workbook(tmp_path, values):
    import openpyxl

    book = openpyxl.Workbook()
    for row in values:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    return (tmp_path / "a.xlsx").read_bytes()


def test_a_workbook_is_read_as_a_table(bring, tmp_path):
    content = workbook(
        tmp_path, [["id", "phone", "name"], [7, 9121234567, "مینا"], [None, None, None], [8, "+4915123456789", "=1+1"]]
    )
    row = bring(content=content, chosen=["id", "phone", "full"])
    assert counts(row) == (2, 2, 0, 0, 0, 0)
    assert Identity.objects.filter(kind="phone", value="+989121234567").exists()


def bomb(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 20_000_000)
    return path.read_bytes()


@pytest.mark.parametrize("name", ["empty", "header", "picture", "zip", "bomb", "doubled", "wide", "cut", "endless"])
def test_what_is_no_table_is_refused_with_a_sentence(name, tmp_path):
    content = {
        "empty": b"", "header": b"id,name\n", "picture": b"\x89PNG\r\n\x1a\n\0\0\0", "zip": b"PK\x03\x04 nothing", "bomb": bomb(tmp_path),
        "doubled": b"id,id\n1,2\n", "wide": b",".join([b"x%d" % at for at in range(300)]) + b"\n1\n", "cut": bomb(tmp_path)[:500],
        "endless": b"x" * 300_000,
    }[name]  # fmt: skip
    with pytest.raises(PeopleFileRefused) as refused:
        tables.opened(files.path_of(files.keep([content], "crm", "a").file))
    assert str(refused.value)


@pytest.mark.parametrize(
    ("cells", "why"),
    [(["", "", ""], "nobody_named"), (["", "x@", ""], "email_unreadable"), (["", "", "12"], "phone_unreadable"), (["", ";".join(f"a{at}@example.org" for at in range(9)), ""], "too_many_keys"), (["1", "x@", "12"], "")],
)  # fmt: skip
def test_a_row_that_names_nobody_says_why(cells, why):
    assert rows.read(1, cells, {"columns": ["id", "email", "phone"], "names": ["a", "b", "c"]}, "crm").why == why


@pytest.mark.parametrize("chosen", [["trait"], ["id", "id"], ["email", "wrong"], []])
def test_columns_that_cannot_be_read_so_are_refused(bring, chosen):
    with pytest.raises(PeoplePlanRefused):
        bring("a,b\n1,2\n", chosen=chosen or ["", ""])


def test_only_who_may_take_people_out_brings_them_in(bring, member):
    with pytest.raises(MayNotImport):
        bring(by=member)


def test_the_pages_from_upload_to_taking_back(owner, member, client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(owner)
    sent = client.post("/team/people/import", {"label": "crm", "file": SimpleUploadedFile("crm.csv", CSV.encode())})
    row = PeopleImport.objects.get()
    page = client.get(sent.headers["Location"]).content.decode()
    assert "مینا رستمی" in page
    columns = {f"column_{at}": name for at, name in enumerate(["id", "given", "family", "phone", "email", "trait"])}
    assert client.post(f"/team/people/import/{row.pk}", {"column_0": "trait", "begin": "1"}).status_code == 400
    assert client.post(f"/team/people/import/{row.pk}", columns | {"look": "1"}).status_code == 200
    assert client.post(f"/team/people/import/{row.pk}", columns | {"begin": "1"}).status_code == 302
    row.refresh_from_db()
    running.read_on(row)
    assert client.get(f"/team/people/import/{row.pk}/progress").status_code == 200
    assert b"phone_unreadable" in client.get(f"/team/people/import/{row.pk}/refusals.csv").content
    assert client.delete(f"/team/people/import/{row.pk}").status_code == 302
    assert (
        client.post("/team/people/import", {"label": "crm", "file": SimpleUploadedFile("a", b"PK\x03\x04")}).status_code
        == 400
    )
    client.force_login(member)
    assert client.get("/team/people/import").status_code == 404


CONSENT = ["--consent-words", "خبرها را برایم بفرستید", "--consent-purpose", "news", "--consent-method", "paper"]


@pytest.mark.parametrize(
    ("more", "said"),
    [([], "جمله"), (CONSENT, "--as"), ([*CONSENT, "--as", "nobody_here"], "")],
    ids=["bare", "whose", "who"],
)
def test_the_command_brings_no_yes_without_words_and_somebody_who_answers(db, tmp_path, brand, more, said):
    path = tmp_path / "crm.csv"
    path.write_text("email,ok\nmina@example.org,بله\n", "utf-8")
    done = CliRunner().invoke(main, ["people", "import", str(path), "--label", "crm", "--column", "ok=consent", *more])
    assert done.exit_code == 1 and said in done.output
    assert not PeopleImport.objects.exists()


def test_the_command_keeps_a_yes_with_its_words_its_proof_and_who_answers(owner, tmp_path):
    path = tmp_path / "crm.csv"
    path.write_text("email,ok\nmina@example.org,بله\njo@example.org,no\n", "utf-8")
    more = [*CONSENT, "--consent-evidence", "قفسهٔ ۳، پوشهٔ نمایشگاه", "--as", owner.handle]
    done = CliRunner().invoke(main, ["people", "import", str(path), "--label", "crm", "--column", "ok=consent", *more])
    assert "2 rows: 2 new" in done.output, done.output
    row = Consent.objects.get()
    assert (row.identity.value, row.method, row.evidence["said"]) == (
        "mina@example.org",
        "paper",
        "قفسهٔ ۳، پوشهٔ نمایشگاه",
    )
    assert PeopleImport.objects.get().brought_by == owner


def test_a_page_says_how_much_of_the_file_is_read(bring, owner, client):
    row = bring()
    assert row.rows_total == row.rows_count == 4
    PeopleImport.objects.filter(pk=row.pk).update(state="reading", rows_count=1)
    client.force_login(owner)
    page = client.get(f"/team/people/import/{row.pk}").content.decode()
    assert 'max="4" value="1"' in page and "۱ از ۴ سطر" in page
    assert re.search(r"<noscript>.*دوباره نگاه کن.*</noscript>", page) and "http-equiv" not in page


def test_the_team_finds_the_files_from_the_list_of_people(owner, agent, client):
    client.force_login(owner)
    assert "/team/people/import" in client.get("/team/people").content.decode()
    client.force_login(agent)
    page = client.get("/team/people").content.decode()
    assert "/team/people/import" not in page and "/team/pledges" in page


def test_the_command_counts_first_and_reads_then(db, tmp_path, brand):
    path = tmp_path / "crm.csv"
    path.write_text(CSV, "utf-8")
    asked = ["people", "import", str(path), "--label", "crm", "--column", "شناسه=id"]
    dry = CliRunner().invoke(main, [*asked, "--dry-run"])
    assert "new: 3" in dry.output, dry.output
    assert not PeopleImport.objects.exists()
    done = CliRunner().invoke(main, asked)
    assert "4 rows: 3 new" in done.output, done.output
