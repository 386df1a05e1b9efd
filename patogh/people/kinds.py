"""The kinds of identities: what one channel knows somebody by, each with its one normal form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from patogh.kit.errors import Invalid
from patogh.people.errors import KindUnknown
from patogh.people.identifying import forms


@dataclass(frozen=True)
class Kind:
    """One kind of identity.

    `normal(text)` returns the one form that is stored and compared, or raises a PatoghError that says what is wrong.
    `is_unique`: two different verified ones are two people as far as a machine may say; `is_sourced`: values begin with
    the name of their source ("woo:12"), are unique within it, and are so even as claims. `reaches` is the channel that
    writes to it ("mail", "sms", "telegram", …), or "". `same_as` names the kind whose values mean the same thing: an
    address that an order was placed with is an e-mail address.
    """

    name: str
    icon: str
    fa: str
    en: str
    normal: Callable[[str], str]
    is_unique: bool = False
    reaches: str = ""
    is_sourced: bool = False
    same_as: str = ""

    def title(self, language: str) -> str:
        """Return what people call this kind."""
        return self.fa if language == "fa" else self.en


_kinds: dict[str, Kind] = {}


def identity_kind(made: Kind) -> Kind:
    """Offer a kind; raises ValueError for a second one of that name."""
    if _kinds.setdefault(made.name, made) is not made:
        raise ValueError(f"identity kind {made.name} is registered twice")
    return made


def kinds() -> dict[str, Kind]:
    """Return every kind by name."""
    return dict(_kinds)


def kind(name: str) -> Kind:
    """Return a kind; raises KeyError."""
    return _kinds[name]


def normal(kind_name: str, text: str) -> str:
    """Return the one form of a value of this kind; raises KindUnknown or an Invalid that says what is wrong."""
    found = _kinds.get(kind_name)
    if found is None:
        raise KindUnknown
    return found.normal(text)


def readable(kind_name: str, text: str) -> str:
    """Return the one form of a value, or "" where it cannot be read."""
    try:
        return normal(kind_name, text)
    except Invalid:
        return ""


def alike(name: str) -> tuple[str, ...]:
    """Return the kinds whose values mean the same as this one's, itself first."""
    home = _kinds[name].same_as or name
    return (name, *(one.name for one in _kinds.values() if one.name != name and home in {one.name, one.same_as}))


EMAIL: Final = identity_kind(
    Kind("email", "mail", "ایمیل", "e-mail", forms.email, is_unique=True, reaches="mail"),
)
for _made in (
    Kind("member", "user", "عضو پاتوق", "member", forms.member, is_unique=True),
    Kind("phone", "phone", "تلفن همراه", "mobile", forms.phone, is_unique=True, reaches="sms"),
    Kind("import", "archive", "حساب قدیمی", "older account", forms.imported),
    Kind("telegram", "send", "تلگرام", "Telegram", forms.telegram, is_unique=True, reaches="telegram"),
    Kind("bale", "send", "بله", "Bale", forms.telegram, is_unique=True, reaches="bale"),
    Kind("instagram", "camera", "اینستاگرام", "Instagram", forms.instagram, is_unique=True),
    Kind("mastodon", "at-sign", "ماستودون", "Mastodon", forms.mastodon, reaches="mastodon"),
    Kind("bluesky", "at-sign", "بلواسکای", "Bluesky", forms.bluesky, reaches="bluesky"),
    Kind("cookie", "monitor", "مرورگر", "browser", forms.opaque),
    Kind("chat", "message-square", "گفت‌وگوی سایت", "web chat", forms.opaque, reaches="chat"),
    Kind("shop-customer", "shopping-bag", "مشتری فروشگاه", "shop customer", forms.sourced, is_sourced=True),
    Kind("card", "hash", "کارت بانکی", "payment card", forms.card),
    Kind("order-email", "mail", "ایمیل سفارش", "e-mail of an order", forms.email, same_as="email"),
    Kind("order-phone", "phone", "تلفن سفارش", "phone of an order", forms.phone, same_as="phone"),
    Kind("webmention", "globe", "وبگاه", "website", forms.url),
    Kind("feed", "rss", "خوراک", "feed", forms.url),
    Kind("segment-user", "smartphone", "کاربر برنامه", "user of an app", forms.sourced, is_sourced=True),
    Kind("segment-anonymous", "monitor", "بازدیدکننده", "visitor", forms.sourced),
):
    identity_kind(_made)
