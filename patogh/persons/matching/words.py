"""Why two persons may be one, in sentences: what agrees, what differs, and how much each of it weighs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

SENTENCES: Final = {
    ("given", "same"): _("The first names are the same."),
    ("given", "swapped"): _("First name and family name changed places."),
    ("given", "sound"): _("The first names are two spellings of one name."),
    ("given", "initial"): _("One first name is the first letter of the other."),
    ("given", "close"): _("The first names differ in a letter or two."),
    ("given", "begins"): _("One first name begins like the other."),
    ("given", "similar"): _("The first names are similar."),
    ("given", "different"): _("The first names differ."),
    ("family", "same"): _("The family names are the same."),
    ("family", "sound"): _("The family names are two spellings of one name."),
    ("family", "close"): _("The family names differ in a letter or two."),
    ("family", "begins"): _("One family name begins like the other."),
    ("family", "similar"): _("The family names are similar."),
    ("family", "different"): _("The family names differ."),
    ("birth", "same"): _("The birth dates are the same."),
    ("birth", "one"): _("The birth dates differ in one digit."),
    ("birth", "two"): _("The birth dates differ in two digits."),
    ("birth", "different"): _("The birth dates differ."),
    ("phone", "same"): _("They have a phone number in common."),
    ("phone", "near"): _("Their phone numbers differ in one digit."),
    ("phone", "different"): _("Their phone numbers differ."),
    ("email", "same"): _("They have an e-mail address in common."),
    ("email", "mailbox"): _("Their e-mail addresses have the same name at different houses."),
    ("email", "near"): _("Their e-mail addresses are similar."),
    ("email", "different"): _("Their e-mail addresses differ."),
    ("address", "same"): _("They live at the same address."),
    ("address", "close"): _("Their addresses are spelled a little differently."),
    ("address", "street"): _("They live in the same street."),
    ("address", "similar"): _("Their streets are similar."),
    ("address", "different"): _("Their addresses differ."),
    ("unit", "same"): _("They live in the same flat."),
    ("unit", "close"): _("Their flats are written alike."),
    ("unit", "different"): _("Their flats differ."),
    ("area", "postcode"): _("Their postcodes are the same."),
    ("area", "near"): _("Their postcodes differ in one digit."),
    ("area", "city"): _("They live in the same city."),
    ("area", "similar"): _("Their cities are written alike."),
    ("area", "different"): _("Their cities or postcodes differ."),
    ("external", "same"): _("Another system gives them the same key."),
    ("external", "near"): _("Another system's keys differ in one letter."),
    ("external", "different"): _("Another system gives them different keys."),
    ("same_message", "proved"): _("One message proved both identities."),
    ("same_message", "claimed"): _("One message named both identities; nobody proved it."),
    ("identifiers", "differ"): _("Each of them has proved an identity of the same kind, and they differ."),
}
UNKNOWN: Final = _("Something else was compared.")


@dataclass(frozen=True)
class Told:
    """One reason: its sentence, its bits, and its length as a share of the strongest."""

    words: str
    weight: float
    share: float

    @property
    def speaks_for(self) -> bool:
        """Whether it speaks for one person."""
        return self.weight >= 0


def told(reasons: Iterable[Any]) -> list[Told]:
    """Return the reasons of a suggestion as sentences, the strongest first; reasons that cannot be read are left out."""
    rows = [(str(one[0]).partition(":")[0], str(one[1]), float(one[2])) for one in reasons if len(one) >= 3]
    most = max((abs(weight) for _field, _level, weight in rows), default=0.0) or 1.0
    found = [
        Told(str(SENTENCES.get((field, level), UNKNOWN)), weight, abs(weight) / most) for field, level, weight in rows
    ]
    return sorted(found, key=lambda one: (not one.speaks_for, -abs(one.weight)))


def summary(reasons: Iterable[Any]) -> str:
    """Return the two strongest reasons that speak for one person, as one line."""
    good = [one.words for one in told(reasons) if one.speaks_for][:2]
    return " ".join(good) or _now("Nothing that was compared speaks for it.")
