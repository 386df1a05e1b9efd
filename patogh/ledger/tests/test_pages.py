"""The pages of the open book: what strangers, members and admins read, in order and out of it."""

import base64
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patogh.kit.tlog.policy import Policy
from patogh.kit.tlog.proof import TlogProof, verify
from patogh.ledger.actions import enlisting
from patogh.ledger.actions.keeping import replace_log
from patogh.ledger.health import alarms
from patogh.ledger.models import Witness
from patogh.ledger.queries.pages import sides_of
from patogh.ledger.queries.published import folder
from patogh.ledger.receipt_codes import code_of as typed_code
from patogh.ledger.sentences import fields_of
from patogh.ledger.tests.sealed import code_of, sealed, witnesses, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path, brand):
    """Keep the book of a test in a folder of its own."""
    settings.DATA, settings.BOOK_ORIGIN = tmp_path / "data", "test.example/book"


@pytest.fixture
def kept(owner, member, monkeypatch):
    """A book with three lines of a member under a witnessed seal; returns the first of them."""
    signers = witnesses(owner)
    first, *_rest = written(3, owner=member)
    sealed(monkeypatch, signers)
    return first


def text(answer):
    """Return a page as words."""
    return answer.content.decode()


def test_an_empty_book_says_that_it_is_empty_and_has_no_seal(stranger):
    page = text(stranger.get("/book"))
    assert "هنوز خالی" in page
    assert "هنوز مُهری نیست" in page


@pytest.mark.parametrize("path", ["/book/lines", "/book/how", "/book/balance"])
def test_the_pages_of_an_empty_book_answer(stranger, path):
    assert stranger.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/book/lines/0", "/book/lines/0.json", "/book/log/checkpoint", "/book/log/proof/0.tlog-proof", "/book/log/consistency"])  # fmt: skip
def test_what_an_empty_book_does_not_have_is_not_found(stranger, path):
    assert stranger.get(path).status_code == 404


@pytest.mark.parametrize(
    "typed", ["k7qf2m8trx4c", "K7QF 2M8T RX4C", "k۷qf-۲m۸t-rx۴c", " K7QF–2M8T–RX4C ", "#K7QF.2M8T.RX4C"]
)
def test_a_receipt_code_may_be_typed_in_many_ways(stranger, typed):
    answer = stranger.get("/book", {"code": typed})
    assert answer.headers["Location"] == "/book/receipts/K7QF-2M8T-RX4C"


@pytest.mark.parametrize(
    "typed", ["x", "K7QF-2M8T-RX4", "K0QF-2M8T-RX4C", "<script>", "سلام", "K" * 5000, "\0", "K7QF-2M8T-RX4C-9"]
)
def test_what_is_no_code_is_told_so(stranger, typed):
    answer = stranger.get("/book", {"code": typed})
    assert answer.status_code == 400
    assert "دوازده حرف و رقم" in text(answer)
    assert "<script>alert" not in text(answer)


def test_a_code_that_nobody_has_says_what_to_check(stranger, kept):
    answer = stranger.get("/book/receipts/K7QF-2M8T-RX4C")
    assert answer.status_code == 404
    assert "هیچ رسیدی این رمز را ندارد" in text(answer)


def test_a_stranger_finds_a_line_by_its_code_without_scripts(stranger, kept):
    page = text(stranger.get(f"/book/receipts/{code_of(kept)}"))
    assert f"/book/lines/{kept.leaf}.json" in page
    assert "۲ از ۲ گواه" in page
    assert "شمارش خود خانه است" in page
    assert "noindex" in page


def test_a_line_that_waits_for_its_seal_says_so(stranger, member):
    page = text(stranger.get(f"/book/receipts/{code_of(written(1, owner=member)[0])}"))
    assert "منتظر مُهر بعدی" in page


def test_too_few_witnesses_are_said(stranger, owner, member, monkeypatch):
    signers = witnesses(owner)
    line = written(1, owner=member)[0]
    sealed(monkeypatch, signers[:1])
    assert "گواهان هنوز باید ببینندش" in text(stranger.get(f"/book/receipts/{code_of(line)}"))


def test_a_line_shows_its_bytes_and_its_file_proves_it(stranger, kept):
    page = text(stranger.get(f"/book/lines/{kept.leaf}"))
    assert "idea.withdrawn.v1" in page
    said = json.loads(stranger.get(f"/book/lines/{kept.leaf}.json").content)
    policy = Policy.parse(text(stranger.get("/book/log/policy")))
    verdict = verify(TlogProof.parse(said["proof"]), base64.b64decode(said["entry"]), policy)
    assert verdict.quorum_met
    assert said["openings"] == []


@pytest.mark.parametrize("index", ["x", "-1", "99999", "9" * 40, "1.5", "%00"])
def test_a_line_that_is_none_is_not_found(stranger, kept, index):
    assert stranger.get(f"/book/lines/{index}").status_code == 404


def test_a_line_in_persian_digits_leads_to_its_address(stranger, kept):
    assert stranger.get("/book/lines/۱").headers["Location"] == "/book/lines/1"


@pytest.mark.parametrize(
    "asked",
    [{"kind": "nonsense"}, {"below": "x"}, {"below": "-5"}, {"below": "9" * 30}, {"kind": "support.v1", "below": "2"}],
)
def test_the_list_survives_any_filter(stranger, kept, asked):
    assert stranger.get("/book/lines", asked).status_code == 200


def test_the_list_is_paged_and_filtered_by_kind(stranger, owner, monkeypatch):
    written(60)
    first = text(stranger.get("/book/lines"))
    assert first.count('class="no"') == 50
    assert "below=10" in first
    assert text(stranger.get("/book/lines?below=10")).count('class="no"') == 10
    assert text(stranger.get("/book/lines?kind=support.v1")).count('class="no"') == 0


def asked_for(client, path):
    """Return how many queries a page takes."""
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", ["/book", "/book/lines", "/book/how", "/book/lines/0"])
def test_a_page_of_the_book_takes_as_many_queries_with_thirty_lines_as_with_one(stranger, monkeypatch, path):
    written(1)
    sealed(monkeypatch)
    few = asked_for(stranger, path)
    written(30)
    sealed(monkeypatch)
    assert asked_for(stranger, path) == few


@pytest.mark.parametrize("count", [1, 30])
def test_my_receipts_take_the_same_number_of_queries(signed_in, member, monkeypatch, count):
    written(count, owner=member)
    sealed(monkeypatch)
    assert asked_for(signed_in(member), "/me/book") <= 14


def test_only_the_owner_gets_the_file_that_opens_a_line(signed_in, member, other_member, owner, kept):
    path = f"/me/book/{code_of(kept)}.json"
    assert json.loads(signed_in(member).get(path).content)["format"] == "patogh-receipt/v1"
    assert signed_in(other_member).get(path).status_code == 404
    assert signed_in(owner).get(path).status_code == 404
    assert signed_in(member).get("/me/book/nonsense.json").status_code == 404


def test_my_page_lists_receipts_with_their_standing(signed_in, member, kept):
    page = text(signed_in(member).get("/me/book"))
    assert code_of(kept) in page
    assert "گواهی‌شده" in page
    assert b"number,at,kind" in b"".join(signed_in(member).get("/me/book.csv").streaming_content)


@pytest.mark.parametrize("path", ["tile/../../key", "tile/0/../../../../etc/passwd", "tile/0/000.p/999", "tile/x/000", "tile/0/%2e%2e/%2e%2e", "tile/entries/x000"])  # fmt: skip
def test_no_address_of_the_log_leads_out_of_its_folder(stranger, kept, path):
    assert stranger.get(f"/book/log/{path}").status_code == 404


def test_tiles_are_kept_for_an_hour_and_checkpoints_are_asked_again(stranger, kept):
    address = f"/book/log/tile/0/000.p/{type(kept.log).objects.get().size}"
    tile = stranger.get(address)
    assert tile.headers["Cache-Control"] == "public, max-age=3600"
    again = stranger.get(address, headers={"If-None-Match": tile.headers["ETag"]})
    assert (again.status_code, again.headers["Cache-Control"]) == (304, "public, max-age=3600")
    assert len(tile.content) % 32 == 0
    assert stranger.get("/book/log/checkpoint").headers["Cache-Control"] == "no-cache"
    assert tile.headers["Access-Control-Allow-Origin"] == "*"


def test_a_receipt_of_a_closed_book_names_it_and_links_no_line_of_the_open_one(stranger, signed_in, member, kept):
    replace_log()
    for page in (text(stranger.get(f"/book/receipts/{code_of(kept)}")), text(signed_in(member).get("/me/book"))):
        assert "در دفتر پیشین" in page and "test.example/book<" in page
        assert f"/book/log/proof/{kept.leaf}." not in page and f"/book/lines/{kept.leaf}." not in page
    assert signed_in(member).get(f"/me/book/{code_of(kept)}.json").status_code == 200


def test_a_cache_that_asks_again_gets_the_tile_of_the_log_that_is_open_now(stranger, kept):
    address = "/book/log/tile/0/000.p/1"
    (folder() / "tile/0/000.p").mkdir(parents=True, exist_ok=True)
    (folder() / "tile/0/000.p/1").write_bytes(b"a" * 32)
    old = stranger.get(address)
    (folder() / "tile/0/000.p/1").write_bytes(b"b" * 32)
    new = stranger.get(address, headers={"If-None-Match": old.headers["ETag"]})
    assert (new.status_code, new.content) == (200, b"b" * 32)


@pytest.mark.parametrize("asked", ["from=1&to=2", "from=2&to=3"])
def test_two_sizes_are_tied_by_hashes(stranger, kept, asked):
    assert stranger.get(f"/book/log/consistency?{asked}").status_code == 200


@pytest.mark.parametrize(
    "asked", ["from=0&to=2", "from=3&to=2", "from=1&to=99", "from=x", "from=-1&to=2", "from=1&to=" + "9" * 40]
)
def test_sizes_that_the_book_never_had_are_not_found(stranger, kept, asked):
    assert stranger.get(f"/book/log/consistency?{asked}").status_code == 404


@pytest.mark.parametrize(
    ("index", "size", "sides"), [(0, 1, []), (0, 2, ["r"]), (1, 2, ["l"]), (2, 3, ["l"]), (4, 7, ["r", "r", "l"])]
)
def test_the_sides_of_steps_are_those_of_the_tree(index, size, sides):
    assert sides_of(index, size) == sides


def test_an_admin_adds_and_retires_a_witness_and_both_are_lines(signed_in, owner):
    from patogh.kit.tlog.cosignature import CosignatureSigner
    from patogh.ledger.models import Submission

    said = {
        "vkey": CosignatureSigner.generate("club.example").vkey,
        "url": "https://club.example/",
        "label_fa": "انجمن",
        "label_en": "Club",
    }
    assert signed_in(owner).post("/team/book", said).status_code == 302
    made = Witness.objects.get()
    assert signed_in(owner).post(f"/team/book/witnesses/{made.pk}", {"_method": "DELETE"}).status_code == 302
    assert Witness.objects.get().retired_at is not None
    assert Submission.objects.filter(kind="policy.changed.v1").count() == 2
    again = signed_in(owner).post("/team/book", said)
    assert again.status_code == 400
    assert "در فهرست هست یا روزی بوده است" in text(again)


@pytest.mark.parametrize(
    "wrong",
    [{"vkey": "x"}, {"vkey": "a+00000000+AAAA"}, {"url": "ftp://x"}, {"url": "https://"}, {"url": "https://user:x@host/"}, {"label_fa": ""}, {"vkey": "K" * 9000}, {"icon": "bomb"}, {"url": "https://[x"}],
)  # fmt: skip
def test_a_witness_that_cannot_be_asked_is_refused_with_a_sentence(signed_in, owner, wrong):
    from patogh.kit.tlog.cosignature import CosignatureSigner

    said = {
        "vkey": CosignatureSigner.generate("club.example").vkey,
        "url": "https://club.example/",
        "label_fa": "انجمن",
        "label_en": "Club",
    }
    answer = signed_in(owner).post("/team/book", {**said, **wrong})
    assert answer.status_code == 400
    assert not Witness.objects.exists()


def test_a_silent_witness_and_a_missing_quorum_are_alarms(signed_in, owner, monkeypatch):
    witnesses(owner)
    written(1)
    sealed(monkeypatch)
    assert "خاموش" in text(signed_in(owner).get("/team/book"))


def test_only_admins_keep_the_book(signed_in, member, agent):
    assert signed_in(member).get("/team/book").status_code == 404
    assert signed_in(agent).get("/team/book").status_code == 404


def test_codes_leave_out_what_is_read_wrong():
    assert typed_code("K7QF-2M8T-RX4C") == "K7QF-2M8T-RX4C"
    assert typed_code("K7QF-2M8T-RX4O") is None


def test_a_quorum_above_the_witnesses_that_are_left_is_an_alarm_that_says_what_to_do(signed_in, owner, kept, settings):
    settings.BOOK_QUORUM = 2
    assert not any("PATOGH_BOOK_QUORUM" in one for one in alarms())
    assert "PATOGH_BOOK_QUORUM" not in text(signed_in(owner).get("/team/book"))
    enlisting.retire_witness(Witness.objects.first(), by=owner)
    (told,) = [one for one in alarms() if "PATOGH_BOOK_QUORUM" in one]
    assert "asks for 2 witnesses and only 1 count" in told and "witness add" in told
    assert "PATOGH_BOOK_QUORUM ۲ گواه می‌خواهد" in text(signed_in(owner).get("/team/book"))


def test_each_field_of_an_opening_has_words():
    said = [name for name, _value, _how in fields_of({"balances": [{"unit": "pt", "transfers": 1, "classes": []}]})]
    assert said and not any("balances" in name for name in said)
