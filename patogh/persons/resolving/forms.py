"""A record in the forms that are compared: what the batch puts in columns and the live scorer holds in its hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from patogh.persons.resolving import fields
from patogh.persons.resolving.fields import Record
from patogh.persons.resolving.names import name_key


@dataclass(frozen=True, slots=True)
class Compared:
    """Comparable forms; "" is "not told". `given_k` and `family_k` are skeletons; phones and e-mails are folded."""

    id: str
    given: str = ""
    given_k: str = ""
    family: str = ""
    family_k: str = ""
    birth: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    street: str = ""
    house: str = ""
    unit: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    external: Mapping[str, str] = field(default_factory=dict)


def compared(record: Record, region: str = "IR", date_order: str = "dmy") -> Compared:
    """Return a record in its comparable forms; phones without a country are of `region`."""
    given, family = name_key(record.given), name_key(record.family)
    return Compared(
        id=record.id,
        given=given.fold,
        given_k=given.skeleton,
        family=family.fold,
        family_k=family.skeleton,
        birth=fields.birth(record.birth_date, date_order).digits,
        phones=_known(fields.phone_compared(one, region) for one in record.phones),
        emails=_known(fields.email_compared(one) for one in record.emails),
        street=fields.plain(record.street),
        house=fields.number(record.house_number),
        unit=fields.number(record.unit),
        city=name_key(record.city).fold,
        region=fields.plain(record.region),
        postcode=fields.postcode(record.postcode),
        external={name: fields.plain(value) for name, value in record.external.items() if value.strip()},
    )


def _known(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
