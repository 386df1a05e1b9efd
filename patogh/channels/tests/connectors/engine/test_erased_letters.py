"""Dead letters that name somebody go with them when they are erased, whatever the letters are made of."""

import json
from urllib.parse import urlencode

import pytest

from patogh.activity import jobs
from patogh.activity.models import Job
from patogh.channels.connectors import letters, naming
from patogh.channels.connectors.actions import dead
from patogh.channels.models import DeadLetter, LetterName
from patogh.channels.tests.connectors.conftest import NOW
from patogh.channels.tests.connectors.engine.puppets import fresh, message
from patogh.people.actions.elsewhere import forget_identities
from patogh.people.identifying import identity_of

pytestmark = pytest.mark.django_db
MINA, PHONE, FEDI = ("email", "mina@example.org"), ("phone", "+989121234567"), ("mastodon", "@mina@toot.example")
BIG = b"x " * 150_000


def lay(setup, body, **more):
    return dead.lay_aside(setup, body if isinstance(body, bytes) else body.encode(), {"form": "poll"}, "چه؟", **more)


NAMING = {
    "mail as it stands": (MINA, "From: Mina <Mina@Example.org>\n\nسلام"),
    "mail in JSON": (MINA, json.dumps({"از": [{"to": "mina@example.org"}]})),
    "mail in escapes": (MINA, r'{"a": "\u006dina@example.org"}'),
    "mail in a form": (MINA, urlencode({"from": "mina@example.org", "text": "سلام"})),
    "mail in half a JSON": (MINA, '{"from": "mina@example.org", "te'),
    "mail after bytes of no letters": (MINA, b"\xff\xfe\x00 mina@example.org \x80"),
    "phone of the country": (PHONE, "from=09121234567&text=x"),
    "phone with signs": (PHONE, "tel: +98 (912) 123-4567"),
    "phone in Persian digits": (PHONE, "از ۰۹۱۲۱۲۳۴۵۶۷"),
    "phone as a number": (PHONE, '{"from": 989121234567}'),
    "handle": (FEDI, '{"acct": "Mina@toot.example"}'),
    "number of an account": (("telegram", "5400000001"), '{"id": 5400000001}'),
    "page": (("webmention", "https://mina.example/blog"), '<a href="https://Mina.example/blog/">'),
    "customer": (("shop-customer", "woo:90210"), '{"customer": 90210}'),
    "arrival": (MINA, letters.written(message())),
}


@pytest.mark.parametrize("name", NAMING)
@pytest.mark.parametrize("size", ["small", "large"])
def test_a_letter_goes_with_whom_it_names(setup, name, size):
    (kind, value), said = NAMING[name]
    body = said if isinstance(said, bytes) else said.encode()
    identity = identity_of(kind, value)
    letter, other = lay(setup, body if size == "small" else BIG + body), lay(setup, "reza@example.org 09350000000")
    if name == "mail in escapes" and size == "large":
        return  # what is before the JSON makes it none
    assert letter.is_named is (size == "small")
    forget_identities([identity.pk])
    jobs.drain()
    assert list(DeadLetter.objects.values_list("pk", flat=True)) == [other.pk]
    assert fresh(setup).dead_count == 1


def test_a_call_that_names_somebody_in_its_address_goes_too(setup, client, puppet):
    puppet.says = [ValueError("nobody reads this")]
    answer = client.get(f"/channels/{setup.address}/in", {"from": "09121234567"})
    assert answer.status_code == 202
    forget_identities([identity_of(*PHONE).pk])
    assert not DeadLetter.objects.exists()


def test_digests_tell_nobody_who_and_go_with_their_letter(setup, owner):
    one, two = lay(setup, "mina@example.org"), lay(setup, "mina@example.org again")
    assert "mina" not in str(list(LetterName.objects.values()))
    dead.drop_letter(one, by=owner)
    assert {name.letter_id for name in LetterName.objects.all()} == {two.pk}
    DeadLetter.objects.update(came_at=NOW.replace(year=2020))
    dead.forget_letters()
    assert not LetterName.objects.exists()


def test_letters_from_before_are_read_by_the_worker_with_digests_alone(setup):
    DeadLetter.objects.create(setup=setup, key="k", body=b"mina@example.org", fault="x", came_at=NOW)
    identity = identity_of(*MINA)
    forget_identities([identity.pk])
    assert "mina@example" not in str(list(Job.objects.values_list("args", flat=True)))
    jobs.drain()
    assert not DeadLetter.objects.exists()


@pytest.mark.parametrize("kind", ["shop-customer"])
def test_what_is_too_short_to_tell_anybody_apart_takes_nothing_along(setup, kind):
    lay(setup, '{"id": 12, "n": "12"}')
    forget_identities([identity_of(kind, "woo:12").pk])
    assert DeadLetter.objects.count() == 1


@pytest.mark.parametrize(
    "body", [b"", b"\x00" * 100, b"[" * 50_000, b"{}", "ا".encode()[:1] * 9, b"@" * 5_000, b"1" * 5_000, b"a@" * 5_000]
)
def test_odd_bodies_are_laid_aside_all_the_same(setup, body):
    assert lay(setup, body).pk


def test_a_crowded_letter_keeps_so_many_names_and_is_read_later(setup):
    letter = lay(setup, " ".join(f"n{number}@example.org" for number in range(2_000)))
    assert not letter.is_named
    assert LetterName.objects.count() <= naming.NAMES_MAX + 2
