"""Words of persons: what the fields are called."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

FIELDS: Final = {
    "name": _("Name"),
    "first_name": _("First name"),
    "last_name": _("Family name"),
    "city": _("City"),
    "bio": _("About"),
    "language": _("Language"),
    "birthday": _("Birth date"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "street": _("Street"),
    "postcode": _("Postcode"),
    "region": _("Region"),
}


def field_words(name: str) -> str:
    """Return what people call a field; traits of other systems keep their own name."""
    return str(FIELDS.get(name, name))
