"""The addresses of the book under hostile hands: odd paths, huge numbers, NUL, marks of direction, keys that are none."""

import csv
import io
import socket
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from patogh.conftest import forget
from patogh.kit.errors import PatoghError
from patogh.kit.tlog.cosignature import CosignatureSigner
from patogh.kit.tlog.note import Ed25519Signer
from patogh.ledger.actions import sealing
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.actions.transfers import transfer
from patogh.ledger.models import Witness
from patogh.ledger.tests.sealed import code_of, sealed, witnesses, written
from patogh.ledger.wanted import Line

pytestmark = pytest.mark.django_db
# A key that signs the log is no witness's; the same in every process, since it names a test.
ORIGIN_VKEY = Ed25519Signer("club.example", Ed25519PrivateKey.from_private_bytes(bytes(32))).vkey
NOWHERE = (
    "tile/0/%00", "tile/0/000%00.p/1", "tile/" + "9" * 400 + "/000", "tile/99/000", "tile/0/" + "x999/" * 5 + "999",
    "tile/0/" + "x999/" * 400 + "999", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/..%2f..%2fkey", "tile/0/%2e%2e%5c%2e%2e%5ckey",
    "tile/entries/..%c0%af..%c0%afkey", "tile/0//000", "tile//etc/passwd", "tile/0/۰۰۰", "tile/-1/000", "tile/0/000%0a", "tile/entries/000.p/%d9%a1",
    "proof/%00.tlog-proof", "proof/" + "9" * 5000 + ".tlog-proof", "proof/-1.tlog-proof", "proof/..%2fkey.tlog-proof",
)  # fmt: skip
ODD_CODES = (
    "\0",
    "K" * 9000,
    "\u202eK7QF",
    "\u200fسلام",
    "K7QF-2M8T-RX4C\0",
    "..",
    "'--",
    "{{7*7}}",
    "\ufffe",
    "\U0001f4d6",
    "%",
)
NO_KEYS = (
    "", "\0", "club.example+zzzzzzzz+AAAA", "club.example+00000000+", "a+b+c+d", "none+00000000+BAAA", "\u200fگواه+1+2", "=1+1", ORIGIN_VKEY,
)  # fmt: skip
ODD_QUERIES = (
    "code=%ff%fe",
    "code=%c0%80",
    "code=a&code=b",
    "code[]=x",
    "below=%00",
    "kind=%00",
    "code=" + "%00" * 3000,
)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, brand):
    """Keep the book of a test in a folder of its own."""
    settings.DATA, settings.BOOK_ORIGIN = tmp_path / "data", "test.example/book"


@pytest.fixture
def kept(owner, member, monkeypatch):
    """A book with lines under a witnessed seal."""
    signers = witnesses(owner)
    first, *_rest = written(3, owner=member)
    sealed(monkeypatch, signers)
    return first


def test_an_odd_address_of_the_log_is_not_found(stranger, kept):
    answers = {path: stranger.get(f"/book/log/{path}").status_code for path in NOWHERE}
    assert {path: status for path, status in answers.items() if status != 404} == {}


@pytest.mark.parametrize("way", ["receipts", "form"])
def test_an_odd_code_is_refused_in_a_sentence(stranger, kept, way):
    wrong = {}
    for code in ODD_CODES:
        forget()
        answer = (
            stranger.get("/book", {"code": code})
            if way == "form"
            else stranger.get(f"/book/receipts/{quote(code, safe='')}")
        )
        if answer.status_code not in {400, 404} or "\0" in answer.content.decode():
            wrong[code] = answer.status_code
    assert wrong == {}


def test_marks_of_direction_around_a_code_do_not_hide_it(stranger, kept):
    code = code_of(kept)
    answer = stranger.get("/book", {"code": f"\u200f{code}\u200e"})
    assert answer.headers["Location"] == f"/book/receipts/{code}"


@pytest.mark.parametrize("path", ["/book", "/book/lines"])
def test_a_query_in_another_encoding_is_answered(stranger, kept, path):
    wrong = {}
    for raw in ODD_QUERIES:
        forget()
        answer = stranger.get(f"{path}?{raw}")
        if answer.status_code not in {200, 400}:
            wrong[raw] = answer.status_code
    assert wrong == {}


def test_the_book_is_only_read(signed_in, member, kept):
    client = signed_in(member)
    answers = {
        (method, path): getattr(client, method)(path).status_code
        for method in ("post", "put", "delete", "patch")
        for path in ("/book", "/book/lines", "/book/log/checkpoint", "/book/log/tile/0/000", "/me/book.csv")
    }
    assert {asked: status for asked, status in answers.items() if status != 405} == {}


def test_no_cell_of_the_points_file_is_a_formula(signed_in, member):
    for number, idem in enumerate(("=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3")):
        transfer(
            idem,
            "grant",
            "pt",
            [Line("issuance:pt", -5 - number), Line(f"member:{member.pk}:pt", 5 + number)],
            owner=member,
        )
    append_waiting()
    raw = b"".join(signed_in(member).get("/me/book.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(raw)))
    assert len(rows) == 5
    assert not [cell for row in rows for cell in row if cell[:1] in "=+@\t\r" and cell]
    assert not [cell for row in rows for cell in row if cell.startswith("-") and not cell[1:].isdigit()]


@pytest.mark.parametrize("kind", ["=cmd", "+x", "@x", "-x", "a,b", 'a"b', "a\nb"])
def test_no_formula_is_the_kind_of_a_transfer(member, kind):
    with pytest.raises(PatoghError):
        transfer("k:1", kind, "pt", [Line("issuance:pt", -5), Line(f"member:{member.pk}:pt", 5)])


def described(**other):
    """What an admin sends for a witness."""
    vkey = CosignatureSigner.generate("club.example").vkey
    return {"vkey": vkey, "url": "https://club.example/", "label_fa": "انجمن", "label_en": "Club", **other}


def statuses(client, forms):
    """What the page of witnesses answers to each form."""
    answered = []
    for form in forms:
        forget()
        answered.append((client.post("/team/book", form).status_code, form))
    return answered


def test_what_is_no_witness_key_is_refused(signed_in, owner):
    forms = [described(vkey=vkey) for vkey in NO_KEYS]
    assert [said for said in statuses(signed_in(owner), forms) if said[0] != 400] == []
    assert not Witness.objects.exists()


@pytest.mark.parametrize("field", ["url", "label_fa", "label_en"])
def test_odd_words_about_a_witness_are_refused(signed_in, owner, field):
    forms = [described(**{field: value}) for value in ("\0", "x" * 9000, "a\u202eb\0", "   ")]
    assert [said for said in statuses(signed_in(owner), forms) if said[0] != 400] == []
    assert not Witness.objects.exists()


@pytest.mark.parametrize("url", ["http://127.0.0.1:22/", "http://[::1]/", "http://169.254.169.254/latest/", "http://10.0.0.8/", "http://localhost/", "http://0x7f000001/"])  # fmt: skip
def test_a_witness_inside_is_never_asked_unless_the_operator_named_it(signed_in, owner, url, monkeypatch):
    """An admin may write any address down; only PATOGH_WITNESSES_INSIDE lets the signer knock at one inside."""
    signed_in(owner).post("/team/book", described(url=url))
    knocked = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: knocked.append(address))
    written(1)
    sealing.forget_comparison()
    sealing.seal()
    assert knocked == []
    assert "not public" in Witness.objects.get().last_error
