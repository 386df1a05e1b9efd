"""Mobile numbers as people write them, stored as E.164: ۰۹۱۲…, 0098…, +98 912 … are one number."""

from __future__ import annotations

import phonenumbers
from django.conf import settings

from patogh.kit import persian
from patogh.people.errors import PhoneUnreadable


def normalised(text: str, region: str = "") -> str:
    """Return the number as E.164 (`+989121234567`); raises PhoneUnreadable. Without a country code it is of `region`
    ("TR"), or of the brand's country.
    """
    plain = persian.digits_en(persian.chars(text)).replace("\u200c", "").strip()
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    try:
        number = phonenumbers.parse(plain[:40], region or settings.PHONE_REGION)
    except phonenumbers.NumberParseException as error:
        raise PhoneUnreadable from error
    if not phonenumbers.is_valid_number(number):
        raise PhoneUnreadable
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def looks_like_one(text: str) -> bool:
    """Return whether somebody who typed this meant a phone number and not an e-mail address or a handle."""
    plain = persian.digits_en(persian.chars(text))
    return (
        "@" not in plain
        and sum(letter.isdigit() for letter in plain) >= 7
        and not any(letter.isalpha() for letter in plain)
    )


def masked(phone: str) -> str:
    """Return a number that its owner recognises and nobody else can use: `+98912•••4567`."""
    return f"{phone[:-7]}•••{phone[-4:]}" if len(phone) > 8 else phone
