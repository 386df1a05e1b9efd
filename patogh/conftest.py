"""One small named cast for every test, built by calling actions where an action exists."""

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone, translation

from patogh.api.pace import forget_pace as forget_calls
from patogh.api.webhooks import wanted
from patogh.channels.webmention.queries import IS_TELLING
from patogh.hangout.pace import forget_pace
from patogh.hangout.queries.beside import nearby
from patogh.looks.assembly import store
from patogh.people.handles import name_order
from patogh.people.models import Brand, Identity, IdentityLink, Member, Person, RoleGrant
from patogh.people.queries import forget_brand
from patogh.people.sms import MemorySender
from patogh.search.actions.vocabulary import forget_known
from patogh.segments import asked
from patogh.shop.queries.sharing import forget_sharing
from patogh.trust.queries import forget_terms, forget_words

# What a process keeps between two requests. The rows it was read from go with their test, and the next have their ids.
MEMORIES = (
    cache.clear, store.clear, nearby.clear, forget_brand, forget_terms, forget_words, forget_known, forget_pace, forget_calls,
    forget_sharing,
)  # fmt: skip


def forget() -> None:
    """Remember nothing of what was read in a database that is no more."""
    for forget_it in MEMORIES:
        forget_it()


@pytest.fixture(scope="session", autouse=True)
def _house_of_tests() -> Iterator[None]:
    """Write in the test's own transaction, hash and send nothing in earnest: set once, each setting of a test is a layer."""
    with override_settings(
        DOOR="inline", PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend", SMS_SENDER="patogh.people.sms.MemorySender",
        BRAND_CACHE_S=0,
    ):  # fmt: skip
        yield


@pytest.fixture(scope="session")
def _pictures(tmp_path_factory) -> Iterator[Path]:
    """Paths that nothing is at, one for each test: most write no picture, and to make a folder takes longer than a test of theirs."""
    folder = tmp_path_factory.mktemp("pictures")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _quiet_house(_house_of_tests, _pictures, settings, request) -> Iterator[None]:
    """Keep pictures apart from other tests', in the test's folder if it has one, speak Persian, begin without memories.

    And leave none: what a whole file shares is made before the fixtures of its first test.
    """
    has_folder = "tmp_path" in request.fixturenames
    settings.MEDIA_ROOT = request.getfixturevalue("tmp_path") / "media" if has_folder else next(_pictures)
    forget()
    wanted.assume_none()
    asked.assume_none()
    IS_TELLING.assume(False)
    MemorySender.sent.clear()
    with translation.override("fa"):
        yield
    forget()


def made_member(handle: str, name: str, role: str = "") -> Member:
    """Make one member of the cast, with the identity and person that every member has."""
    person = Person.objects.create()
    identity = Identity.objects.create(kind="member", value=handle, person=person, verified_at=timezone.now())
    IdentityLink.objects.create(identity=identity, person=person, why="joined")
    member = Member(
        identity=identity, handle=handle, name=name, name_key=name, name_order=name_order(name), email=f"{handle}@example.org",
        joined_at=timezone.now() - dt.timedelta(days=30), age_band="adult", roles=role,
    )  # fmt: skip
    member.set_password("zayande-rud-1405")
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    if role:
        RoleGrant.objects.create(member=member, role=role)
    return member


@pytest.fixture
def brand(db) -> Brand:
    """The demo brand, set up."""
    return Brand.objects.create(id=1, name="رکاب", name_en="Rekab", language="fa")


@pytest.fixture
def owner(db, brand) -> Member:
    """Behrouz, who owns the hangout."""
    return made_member("behrouz", "بهروز بختیاری", "owner")


@pytest.fixture
def moderator(db, brand) -> Member:
    """Navid, a moderator."""
    return made_member("navid", "نوید صادقی", "moderator")


@pytest.fixture
def agent(db, brand) -> Member:
    """Hamid, an agent of the team."""
    return made_member("hamid", "حمید یزدی", "agent")


@pytest.fixture
def member(db, brand) -> Member:
    """Mina, a member."""
    return made_member("mina", "مینا کیانی")


@pytest.fixture
def other_member(db, brand) -> Member:
    """Reza, another member."""
    return made_member("reza", "رضا نجفی")


@pytest.fixture
def stranger(db, brand) -> Client:
    """Somebody who is not signed in."""
    return Client()


@pytest.fixture
def signed_in(db):
    """Return a function that gives a client signed in as a member."""

    def make(member: Member, **options) -> Client:
        client = Client(**options)
        client.force_login(member)
        return client

    return make
