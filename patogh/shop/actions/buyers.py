"""Who ordered: an address or a number as the source tells it, kept as an identity that nobody has proved."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from allauth.account.models import EmailAddress

from patogh.activity import upkeep
from patogh.people import phones
from patogh.people.actions.elsewhere import forget_elsewhere, identities_elsewhere
from patogh.people.errors import PhoneUnreadable
from patogh.people.models import Identity, Member
from patogh.people.queries import own_identities
from patogh.shop.models import Order, Redemption

KINDS = ("order-email", "order-phone")
Contact = tuple[str, str]


def identity_of(email: str, phone: str) -> Contact | None:
    """Return the kind and value by which a buyer is known: the address where there is one, else the number; None for neither."""
    address = email.strip().lower()
    if address and "@" in address[1:-1] and len(address) <= 254 and address.isprintable() and " " not in address:
        return "order-email", address
    number = _phone(phone.strip()[:40]) if phone.strip() else ""
    return ("order-phone", number) if number else None


def _buyers(contacts: Iterable[Contact]) -> dict[Contact, int | None]:
    """Return the identities of buyers by what was said of them; two queries a kind, and one insert for the new."""
    known = {contact: identity_of(*contact) for contact in set(contacts)}
    found: dict[tuple[str, str], int] = {}
    for kind in KINDS:
        values = {one[1] for one in known.values() if one and one[0] == kind}
        if values:
            found |= {(kind, value): pk for value, pk in identities_elsewhere(kind, values).items()}
    return {contact: found.get(one) if one else None for contact, one in known.items()}


@upkeep
def forget_buyer(member: Member) -> None:
    """Take a member who is erased out of the orders: they stay, with nobody's name."""
    for kind, value in contacts_of(member):
        Order.objects.filter(buyer__kind=kind, buyer__value=value).update(buyer=None)
        Redemption.objects.filter(buyer__kind=kind, buyer__value=value).update(buyer=None)
        forget_elsewhere(member, kind, [value])


@upkeep
def forget_buyers(identities: list[int]) -> None:
    """Take identities that are erased out of the orders: they stay, with nobody's name."""
    for start in range(0, len(identities), 400):
        some = identities[start : start + 400]
        Order.objects.filter(buyer_id__in=some).update(buyer=None)
        Redemption.objects.filter(buyer_id__in=some).update(buyer=None)


def contacts_of(member: Member) -> list[Contact]:
    """Return how the orders of a member are known: by every address and number that the member has proved to be theirs, and by
    their own numbers as customers of shops; what the team or a machine merely laid beside them may be another human's.
    """
    proved = EmailAddress.objects.filter(user=member, verified=True).order_by("pk").values_list("email", flat=True)
    found = [("order-email", address.lower()) for address in proved]
    if member.phone and member.phone_verified_at is not None:
        found.append(("order-phone", member.phone))
    numbers = Identity.objects.filter(pk__in=own_identities(member), kind="shop-customer")
    return found + [("shop-customer", value) for value in numbers.order_by("pk").values_list("value", flat=True)]


@lru_cache(maxsize=4096)
def _phone(text: str) -> str:
    try:
        return phones.normalised(text)
    except PhoneUnreadable:
        return ""
