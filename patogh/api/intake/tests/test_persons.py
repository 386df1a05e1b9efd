"""Whose events they are: claims suggest, proved names link, and whoever was erased stays away."""

import pytest
from django.utils import timezone

from patogh.activity.jobs import drain
from patogh.activity.models import Activity
from patogh.people.leaving import going
from patogh.people.models import Identity
from patogh.persons.models import Merge, Suggestion, Trait

COOKIE = "3f2b8c1e-6f0a-4c55-9d0e-7a1b2c3d4e5f"
WORD = "kanarikanari"


def persons() -> set:
    """The persons behind all identities that came from outside."""
    kinds = ("segment-user", "segment-anonymous", "cookie", "email", "phone")
    return set(
        Identity.objects.filter(kind__in=kinds, member=None)
        .exclude(value="owner@example.org")
        .values_list("person_id", flat=True)
    )


def test_a_browser_that_says_who_it_is_only_suggests(source_of):
    website = source_of(kind="browser")
    website.send("identify", {"userId": "u-17", "anonymousId": COOKIE, "traits": {"email": "mina@example.net"}})
    drain()
    assert len(persons()) == 3 and not Merge.objects.exists()
    assert Suggestion.objects.filter(state="waiting").exists()
    assert Identity.objects.get(kind="email", value="mina@example.net").verified_at is None


def test_a_trusted_server_links_a_user_and_a_browser(source_of):
    shop = source_of(is_trusted=True, proves_contact=True)
    shop.send("track", {"anonymousId": COOKIE, "event": "Looked"})
    shop.send(
        "identify",
        {"userId": "u-17", "anonymousId": COOKIE, "traits": {"email": "Mina@Example.net", "phone": "۰۹۱۲ ۱۲۳ ۴۵۶۷"}},
    )
    drain()
    assert len(persons()) == 1
    assert Identity.objects.get(kind="phone").value == "+989121234567"


def test_a_server_that_knows_its_users_but_proves_no_address_takes_nobody_over(source_of, member):
    email = Identity.objects.create(
        kind="email", value="mina@example.net", person=member.identity.person, verified_at=timezone.now()
    )
    source_of(is_trusted=True).send("identify", {"userId": "u-17", "traits": {"email": "mina@example.net"}})
    drain()
    user = Identity.objects.get(kind="segment-user")
    assert user.person_id != email.person_id and not Merge.objects.exists()
    assert Suggestion.objects.filter(state="waiting").count() == 1


def test_a_server_that_is_not_trusted_links_nobody(server):
    server.send("identify", {"userId": "u-17", "anonymousId": COOKIE})
    drain()
    assert len(persons()) == 2


def test_two_users_of_one_source_are_never_joined_by_a_shared_browser(source_of):
    shop = source_of(is_trusted=True)
    shop.batch(*({"type": "identify", "userId": user, "anonymousId": COOKIE} for user in ("u-1", "u-2")))
    drain()
    users = Identity.objects.filter(kind="segment-user").values_list("person_id", flat=True)
    assert len(set(users)) == 2


def test_an_alias_of_a_trusted_server_joins_a_browser_to_its_user(source_of):
    source_of(is_trusted=True).send("alias", {"userId": "u-17", "previousId": COOKIE})
    drain()
    assert len(persons()) == 1


def test_sources_of_one_family_share_their_users_and_others_do_not(source_of):
    for name, users in (("a", "shop"), ("b", "shop"), ("c", "")):
        source_of(name=name, users=users).send("track", {"userId": "u-17", "event": "Looked"})
    assert Identity.objects.filter(kind="segment-user").count() == 2


def test_a_guessable_anonymous_id_is_no_cookie_of_the_house(server):
    server.send("track", {"anonymousId": "visitor-1", "event": "Looked"})
    assert Identity.objects.get(kind="segment-anonymous").value.endswith(":visitor-1")


def test_contacts_that_cannot_be_read_are_kept_as_traits_and_told(server):
    said = server.send("identify", {"userId": "u-17", "traits": {"email": "no address", "phone": "12"}})
    assert [one["code"] for one in said["warnings"]] == ["contact_unreadable"]
    assert set(Trait.objects.values_list("name", flat=True)) == {"email", "phone"}
    assert not Identity.objects.filter(kind__in=("email", "phone"), value__contains="12").exists()


def test_a_profile_takes_no_more_traits_than_the_guardrail(server, monkeypatch):
    from patogh.persons.actions import events as road

    monkeypatch.setattr(road, "TRAITS_MAX", 3)
    call = {"userId": "u-17", "traits": {"a": 1, "b": 2, "c": 3}}
    assert server.send("identify", call)["accepted"] == 1
    assert server.send("identify", call)["accepted"] == 1
    assert server.send("identify", {**call, "traits": {"d": 4}})["errors"][0]["code"] == "too_many_traits"


@pytest.fixture
def erased(source_of, member, settings, tmp_path):
    """Mina, known to a trusted shop with words of hers, left for good."""
    settings.DATA = tmp_path
    shop = source_of(is_trusted=True, proves_contact=True)
    call = {
        "userId": "u-17",
        "anonymousId": COOKIE,
        "traits": {"email": "mina@example.org", "note": WORD},
        "messageId": "m-1",
    }
    shop.batch(
        {"type": "identify", **call},
        {"type": "track", "userId": "u-17", "event": "Looked", "properties": {"note": WORD}, "messageId": "m-2"},
    )
    from patogh.people.actions import link_identity

    for one in Identity.objects.filter(kind__in=("segment-user", "cookie", "email")):
        link_identity(one, member.identity.person, by=member)
    drain()
    going.erase(member)
    return shop


def test_of_an_erased_person_no_word_that_a_source_said_is_left(erased):
    assert not Trait.objects.exists()
    assert WORD not in str(list(Activity.objects.values_list("data", "key")))


def test_what_comes_of_an_erased_person_later_is_counted_and_dropped(erased):
    before = Identity.objects.count()
    said = erased.batch(
        {"type": "track", "userId": "u-17", "event": "Looked", "messageId": "m-2"},
        {"type": "identify", "userId": "u-17", "anonymousId": "visitor-2"},
        {"type": "identify", "userId": "u-99", "traits": {"email": "mina@example.org"}},
    )
    assert [one["code"] for one in said["errors"]] == ["kept_out"] * 3
    assert (
        Identity.objects.count(),
        Activity.objects.filter(source=f"intake:{erased.source.pk}").exclude(data={}).count(),
    ) == (before, 0)


def test_ones_own_copy_holds_what_sources_said(source_of, member, tmp_path):
    import zipfile

    from patogh.people.actions import link_identity
    from patogh.people.leaving import packing

    source_of().send("identify", {"userId": "u-17", "traits": {"note": WORD}})
    link_identity(Identity.objects.get(kind="segment-user"), member.identity.person, by=member)
    with zipfile.ZipFile(packing.pack(member, tmp_path / "mina.zip")) as copy:
        assert any(WORD in copy.read(name).decode("utf-8", "replace") for name in copy.namelist())
