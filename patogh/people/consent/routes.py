"""Over what: the channels that a consent names, and which kind of identity is reached by which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from patogh.people import kinds
from patogh.people.consent.errors import WayUnknown
from patogh.people.models import Identity


@dataclass(frozen=True)
class Way:
    """One channel of consents; `is_common` ones are offered to everybody, others to whoever has an address there."""

    name: str
    icon: str
    fa: str
    en: str
    is_common: bool = False

    def title(self, language: str) -> str:
        """Return what people call it."""
        return self.fa if language == "fa" else self.en


HERE: Final = "here"
_REACHED: Final = {"email": "mail", "phone": "sms", "order-email": "mail", "order-phone": "sms"}
_ways: dict[str, Way] = {}


def way(made: Way) -> Way:
    """Offer a channel; raises ValueError for a second one of that name."""
    if _ways.setdefault(made.name, made) is not made:
        raise ValueError(f"way {made.name} is registered twice")
    return made


def ways() -> dict[str, Way]:
    """Return every channel by name, also those that only kinds of identities tell of."""
    told = {one.reaches: Way(one.reaches, one.icon, one.fa, one.en) for one in kinds.kinds().values() if one.reaches}
    return {**_ways, **{name: one for name, one in told.items() if name not in _ways}}


def known(name: str) -> Way:
    """Return a channel; raises WayUnknown."""
    found = ways().get(name)
    if found is None:
        raise WayUnknown(name)
    return found


def way_of(identity: Identity) -> str:
    """Return the channel that writes to an identity, "" for one that nothing writes to."""
    told = kinds.kinds().get(identity.kind)
    return (told.reaches if told else "") or _REACHED.get(identity.kind, "")


way(Way("mail", "mail", "ایمیل", "e-mail", is_common=True))
way(Way("sms", "smartphone", "پیامک", "text message", is_common=True))
way(Way("telegram", "send", "تلگرام", "Telegram"))
way(Way("bale", "send", "بله", "Bale"))
way(Way("push", "bell", "اعلان دستگاه", "push message"))
way(Way(HERE, "house", "همین‌جا", "the house"))
