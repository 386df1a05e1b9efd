"""Receipts are signed: anybody checks them with the public keys, and nothing that was touched passes."""

import base64
import json

import pytest
import rfc8785
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt import PyJWK, api_jws

from patogh.conf.cli import main
from patogh.kit import jws
from patogh.people import consent
from patogh.people.consent import receipts
from patogh.people.tests.consents.saying import SAID

pytestmark = pytest.mark.django_db
KEYS = "/.well-known/consent-receipt-keys.json"


@pytest.fixture
def made(phone):
    return json.loads(json.dumps(receipts.receipt(consent.give(phone, "offers", "sms", **SAID), "fa")))


def text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def with_header(made, **said):
    """Return a receipt whose header says something else, with the same signature."""
    header, _, signed = made["signature"]["jws"].split(".")
    old = json.loads(base64.urlsafe_b64decode(header + "=="))
    made["signature"]["jws"] = f"{text(rfc8785.dumps({**old, **said}))}..{signed}"
    return made


def signed_by(made, key, number):
    """Return a receipt that a key of somebody else signed under any number."""
    plain = {name: value for name, value in made.items() if name != "signature"}
    header = text(rfc8785.dumps({"alg": "EdDSA", "kid": number, "typ": "consent-receipt"}))
    made["signature"]["jws"] = f"{header}..{text(key.sign(f'{header}.{text(rfc8785.dumps(plain))}'.encode()))}"
    return made


def test_a_receipt_is_signed_with_a_key_that_the_house_publishes(made, client):
    answer = client.get(KEYS)
    assert answer["Content-Type"] == "application/jwk-set+json"
    assert receipts.check(made, answer.json()) == answer.json()["keys"][0]["kid"]
    assert receipts.check(made) == made["signature"]["key_id"]


def test_a_library_of_others_checks_it(made, client):
    (key,) = client.get(KEYS).json()["keys"]
    header, payload, signed = made.pop("signature")["jws"].split(".")
    assert not payload
    whole = f"{header}.{text(rfc8785.dumps(made))}.{signed}"
    assert api_jws.decode(whole, PyJWK(key), algorithms=["EdDSA"]) == rfc8785.dumps(made)


def test_the_key_is_not_the_secret_and_not_shown(brand, client, settings):
    (key,) = client.get(KEYS).json()["keys"]
    assert "d" not in key
    assert settings.SECRET_KEY not in json.dumps(key)
    assert jws.key_set("something-else")["keys"][0]["kid"] != key["kid"]


@pytest.mark.parametrize("path", ["words", "state", "time", "hash", "added", "gone", "kantara"])
def test_whatever_is_touched_shows(made, path):
    match path:
        case "words":
            made["pii_processing"]["privacy_notice"]["text"] += " و همهٔ شریک‌ها"
        case "state":
            made["events"][0]["event_state"] = "withdrawn"
        case "time":
            made["events"][0]["event_time"] = "2020-01-01T00:00:00+00:00"
        case "hash":
            made["hash"]["value"] = "0" * 64
        case "added":
            made["also"] = "profiling"
        case "gone":
            del made["party_identification"]
        case "kantara":
            made["kantara"]["consentTimestamp"] += 1
    with pytest.raises(jws.Forged):
        receipts.check(made)


@pytest.mark.parametrize("said", [{"alg": "none"}, {"alg": "HS256"}, {"typ": "webhook"}, {"crit": ["b64"]}, {"kid": "x"}, {"kid": 7}], ids=str)  # fmt: skip
def test_another_header_is_no_header_of_ours(made, said):
    with pytest.raises(jws.Forged):
        receipts.check(with_header(made, **said))


def test_a_key_of_somebody_else_does_not_pass_under_our_name(made):
    key = Ed25519PrivateKey.generate()
    with pytest.raises(jws.Forged):
        receipts.check(signed_by(dict(made), key, made["signature"]["key_id"]))
    theirs = jws.thumbprint(key.public_key().public_bytes_raw())
    with pytest.raises(jws.Forged):
        receipts.check(signed_by(dict(made), key, theirs))


def test_a_key_set_that_calls_its_key_by_our_number_is_not_believed(made):
    key, ours = Ed25519PrivateKey.generate(), made["signature"]["key_id"]
    row = {"kty": "OKP", "crv": "Ed25519", "kid": ours, "x": text(key.public_key().public_bytes_raw())}
    with pytest.raises(jws.Forged):
        receipts.check(signed_by(made, key, ours), {"keys": [row]})


@pytest.mark.parametrize("written", ["", "a.b", "..", "a.b.c", "!..!", "e30..e30", "a..b..c", "W1tb" * 400 + "..x", "x" * 3_000, 7, None], ids=lambda one: str(one)[:8])  # fmt: skip
def test_what_is_no_signature_is_refused(made, written):
    made["signature"]["jws"] = written
    with pytest.raises(jws.Forged):
        receipts.check(made)


@pytest.mark.parametrize("what", [{}, {"signature": "x"}, [], None, {"keys": 3}], ids=str)
def test_what_is_no_receipt_is_refused(what):
    with pytest.raises(jws.Forged):
        receipts.check(what)


@pytest.mark.parametrize("keys", [{}, {"keys": {}}, {"keys": [3]}, {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "!"}]}], ids=str)  # fmt: skip
def test_a_key_set_that_is_none_is_refused(made, keys):
    with pytest.raises(jws.Forged):
        receipts.check(made, keys)


def test_a_receipt_of_a_former_secret_is_checked_on(made, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another secret, long enough to be one"
    assert receipts.check(made) == made["signature"]["key_id"]
    assert receipts.key_set()["keys"][0]["kid"] != made["signature"]["key_id"]
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(jws.Forged):
        receipts.check(made)


@pytest.mark.parametrize("written", [b"", b"{", b"[]", b"\xff", b'{"a": 1, "a": 2}', b'{"a": {"b": 1, "b": 1}}', b"[" * 100_000, b" " * 300_000], ids=lambda one: repr(one[:12]))  # fmt: skip
def test_a_file_that_is_no_receipt_or_says_one_thing_twice_is_refused(written):
    with pytest.raises(jws.Forged):
        receipts.read(written)


def test_the_command_says_who_signed(made, tmp_path):
    file, keys = tmp_path / "receipt.json", tmp_path / "keys.json"
    file.write_text(json.dumps(made), encoding="utf-8")
    keys.write_text(json.dumps(receipts.key_set()))
    told = CliRunner().invoke(main, ["people", "receipt", str(file), "--keys", str(keys)])
    assert (told.exit_code, made["signature"]["key_id"] in told.output) == (0, True)
    file.write_text(json.dumps({**made, "also": 1}))
    told = CliRunner().invoke(main, ["people", "receipt", str(file)])
    assert told.exit_code != 0
    assert "do not trust it" in told.output
