"""What is known of persons, as records that can be compared: from their identities, accounts and traits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields as fields_of
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from patogh.people.identifying import is_erased
from patogh.people.models import Identity
from patogh.persons import limits
from patogh.persons.models import Trait
from patogh.persons.resolving.fields import Record
from patogh.persons.resolving.forms import Compared, compared

_STEP: Final = 400
MATCHABLE: Final = ("email", "phone", "order-email", "order-phone", "member", "import", "shop-customer", "card")
EXTERNAL: Final = ("shop-customer", "segment-user", "card")
# Which trait says which field of a record; names as Segment's and other customer data platforms write them.
TRAITS: Final = {
    "name": "name", "full_name": "name", "fullName": "name", "display_name": "name",
    "first_name": "given", "firstName": "given", "given_name": "given", "last_name": "family", "lastName": "family",
    "family_name": "family", "birthday": "birth_date", "birth_date": "birth_date", "birthDate": "birth_date",
    "phone": "phone", "mobile": "phone", "email": "email", "address.street": "street", "street": "street",
    "address.city": "city", "city": "city", "address.state": "region", "address.postalCode": "postcode",
    "address.postal_code": "postcode", "postcode": "postcode",
}  # fmt: skip


def known_of(persons: Iterable[UUID]) -> dict[UUID, Compared]:
    """Return the comparable record of each person that says anything at all; two queries for 400 persons."""
    every = list(persons)
    found: dict[UUID, Compared] = {}
    for start in range(0, len(every), _STEP):
        for person, record in _records(every[start : start + _STEP]).items():
            found[person] = compared(record)
    return found


def records_of(persons: Iterable[UUID]) -> dict[UUID, Record]:
    """Return the records as they were said, for the batch."""
    every = list(persons)
    found: dict[UUID, Record] = {}
    for start in range(0, len(every), _STEP):
        found |= _records(every[start : start + _STEP])
    return found


def as_json(record: Compared) -> dict[str, Any]:
    """Return a record as it is kept, without what it does not tell."""
    every = {one.name: getattr(record, one.name) for one in fields_of(record) if one.name != "id"}
    return {name: value if not isinstance(value, tuple) else list(value) for name, value in every.items() if value}


def from_json(person: UUID | str, facts: Mapping[str, Any]) -> Compared:
    """Return a kept record."""
    said: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
    return Compared(id=str(person), **said)


class Kept:
    """A kept record that is only looked at: it reads as a Compared and costs a tenth of one to make."""

    given = given_k = family = family_k = birth = street = house = unit = city = region = postcode = ""
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    external: Mapping[str, str] = MappingProxyType({})

    def __init__(self, person: UUID | str, facts: dict[str, Any]) -> None:
        self.__dict__ = facts
        self.id = person

    def compared(self) -> Compared:
        """Return the whole record."""
        said = dict(self.__dict__)
        return from_json(said.pop("id"), said)


def _records(persons: list[UUID]) -> dict[UUID, Record]:
    rows = list(Identity.objects.filter(person_id__in=persons).select_related("member").order_by("pk"))
    rows = [row for row in rows if not is_erased(row)]
    of = {row.pk: row.person_id for row in rows}
    traits = Trait.objects.filter(identity_id__in=list(of), name__in=list(TRAITS)).order_by("said_at", "pk")
    said: defaultdict[Any, dict[str, str]] = defaultdict(dict)
    lists: defaultdict[Any, dict[str, list[str]]] = defaultdict(lambda: {"phone": [], "email": []})
    for trait in traits:
        _take(said[of[trait.identity_id]], lists[of[trait.identity_id]], TRAITS[trait.name], trait.value)
    external: defaultdict[Any, dict[str, str]] = defaultdict(dict)
    for row in rows:
        _take_identity(row, said[row.person_id], lists[row.person_id], external[row.person_id])
    return {
        person: _record(str(person), said[person], lists[person], external[person])
        for person in dict.fromkeys(of.values())
        if person is not None
    }


def _take(said: dict[str, str], lists: dict[str, list[str]], field: str, value: Any) -> None:
    """Take one trait; a later one stands."""
    if isinstance(value, bool | dict | list) or value is None:
        return
    text = str(value).strip()[:200]
    if field in lists and text:
        lists[field].append(text)
    elif text:
        said[field] = text


def _take_identity(row: Identity, said: dict[str, str], lists: dict[str, list[str]], external: dict[str, str]) -> None:
    """Take what an identity says: addresses, numbers, keys, and a member's own name above all others."""
    if row.kind in {"email", "order-email"}:
        lists["email"].insert(0, row.value)
    elif row.kind in {"phone", "order-phone"}:
        lists["phone"].insert(0, row.value)
    elif row.kind in EXTERNAL:
        source, _, key = row.value.rpartition(":")
        external[f"{row.kind}.{source}" if source else row.kind] = key
    if row.kind in {"member", "import"} and (member := getattr(row, "member", None)) is not None:
        said["name"] = member.name
        said.pop("given", None)
        said.pop("family", None)
        if member.phone and member.phone_verified_at:
            lists["phone"].insert(0, member.phone)
        if member.place and "city" not in said:
            said["city"] = member.place


def _record(key: str, said: dict[str, str], lists: dict[str, list[str]], external: dict[str, str]) -> Record:
    first, _, rest = said.get("name", "").strip().partition(" ")
    most = limits.MATCH_FACTS_PER_FIELD_MAX
    return Record(
        id=key, given=said.get("given") or first, family=said.get("family") or rest.strip(), birth_date=said.get("birth_date", ""),
        phones=tuple(dict.fromkeys(lists["phone"]))[:most], emails=tuple(dict.fromkeys(lists["email"]))[:most],
        street=said.get("street", ""), city=said.get("city", ""), region=said.get("region", ""), postcode=said.get("postcode", ""),
        external=external,
    )  # fmt: skip
