"""The first run, and changing the brand later."""

from __future__ import annotations

import re
from typing import TypedDict, Unpack

from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from patogh.activity import action, record, upkeep
from patogh.kit import ids, persian, pictures
from patogh.people import queries
from patogh.people.actions.contacts import confirm_email
from patogh.people.actions.joining import cleaned_name, join
from patogh.people.actions.roles import grant_role
from patogh.people.errors import BrandIsSetUp, ColourUnknown, ColourUnreadable, SettingUnknown
from patogh.people.models import Brand, Member

CONTRAST_MIN = 4.5  # WCAG 2.2, 1.4.3


class BrandWords(TypedDict, total=False):
    """What a brand may say of itself."""

    name: str
    name_en: str
    tagline: str
    tagline_en: str
    colour: str
    language: str


@action
def set_up_brand(*, by: Member, logo: bytes = b"", **words: Unpack[BrandWords]) -> Brand:
    """End the first run: write the brand that `by`, the first owner, chose. Raises BrandIsSetUp and what `edit_brand`
    raises.
    """
    if Brand.objects.filter(pk=1).exists():
        raise BrandIsSetUp
    brand = Brand(pk=1, set_up_by=by)
    _write(brand, words, logo)
    record("people.brand_set_up", by=by, subject=brand)
    return brand


@upkeep
def open_house(words: BrandWords, *, owner: dict[str, str], logo: bytes = b"") -> Member:
    """Run the first run's three acts as one transaction: the owner joins, gets the role, and sets the brand up.

    `owner` holds name, email and password. The address counts as proved:
    whoever can reach the first run owns the machine.
    """
    language = words.get("language", "fa")
    member = join(
        owner["name"],
        email=owner["email"],
        password=owner["password"],
        age_band="adult",
        language=language,
        channel="setup",
    )
    grant_role(member, "owner", by=None)
    set_up_brand(by=member, logo=logo, **words)
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    confirm_email(member, member.email or "")
    return member


@action
def edit_brand(*, by: Member, logo: bytes = b"", **words: Unpack[BrandWords]) -> Brand:
    """Change the brand; raises NameUnreadable, ColourUnknown, ColourUnreadable, SettingUnknown or kit.pictures'
    refusals.
    """
    brand = Brand.objects.select_for_update().get(pk=1)
    brand.version += 1
    _write(brand, words, logo)
    record("people.brand_edited", by=by, subject=brand)
    return brand


def checked_colour(colour: str) -> str:
    """Return a colour as #RRGGBB, or "" for none; raises ColourUnknown, or ColourUnreadable with a darker one that
    works.
    """
    colour = colour.strip().upper()
    if not colour:
        return ""
    if not re.fullmatch(r"#[0-9A-F]{6}", colour):
        raise ColourUnknown
    if contrast_with_white(colour) < CONTRAST_MIN:
        raise ColourUnreadable(ratio=f"{contrast_with_white(colour):.1f}", darker=_darker(colour))
    return colour


def contrast_with_white(colour: str) -> float:
    """Return the WCAG contrast ratio (1 to 21) of white letters on #RRGGBB (relative luminance after WCAG 2.2)."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _darker(colour: str) -> str:
    """Return the same hue, dark enough for white letters."""
    while contrast_with_white(colour) < CONTRAST_MIN:
        colour = "#" + "".join(f"{int(int(colour[at : at + 2], 16) * 0.94):02X}" for at in (1, 3, 5))
    return colour


def _write(brand: Brand, words: BrandWords, logo: bytes) -> None:
    """Check and save the words and the logo, and let pages see them once they are committed."""
    brand.name = cleaned_name(words.get("name", brand.name))[:40]
    brand.name_en = persian.name_clean(words.get("name_en", brand.name_en))[:40] or brand.name
    brand.tagline = persian.name_clean(words.get("tagline", brand.tagline))[:160]
    brand.tagline_en = persian.name_clean(words.get("tagline_en", brand.tagline_en))[:160]
    brand.colour = checked_colour(words.get("colour", brand.colour))
    brand.language = words.get("language", brand.language)
    if brand.language not in dict(Member.LANGUAGES):
        raise SettingUnknown
    if logo:
        brand.logo = default_storage.save(f"brand/{ids.token(12)}.webp", ContentFile(pictures.take(logo).thumb_webp))
    brand.save()
    transaction.on_commit(queries.forget_brand)
