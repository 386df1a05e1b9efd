"""What the pages of a data copy call tables, columns and values."""

from __future__ import annotations

import json
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_TABLES: Final = {
    "people.member": gettext_lazy("Your account"),
    "people.identity": gettext_lazy("Addresses and numbers you are known by"),
    "people.identitylink": gettext_lazy("Why they count as yours"),
    "people.rolegrant": gettext_lazy("Roles"),
    "people.memberfollow": gettext_lazy("Whom you follow or mute"),
    "people.notice": gettext_lazy("Notices"),
    "people.stagedmember": gettext_lazy("Where your account came from"),
    "activity.activity": gettext_lazy("Everything you did"),
    "hangout.topic": gettext_lazy("Topics you opened"),
    "hangout.post": gettext_lazy("Posts you wrote"),
    "hangout.revision": gettext_lazy("Earlier versions of your posts"),
    "hangout.reaction": gettext_lazy("Words you gave to posts"),
    "hangout.picture": gettext_lazy("Pictures you sent"),
    "hangout.pollvote": gettext_lazy("Your votes"),
    "hangout.follow": gettext_lazy("What you follow or mute"),
    "hangout.readmarker": gettext_lazy("How far you have read"),
    "hangout.bookmark": gettext_lazy("Posts you keep"),
    "hangout.draft": gettext_lazy("Drafts"),
    "account.emailaddress": gettext_lazy("E-mail addresses"),
    "account.usersession": gettext_lazy("Devices"),
    "account.authenticator": gettext_lazy("Passkeys and second steps"),
    "account.socialaccount": gettext_lazy("Outside accounts"),
}
_COLUMNS: Final = {
    "text": gettext_lazy("Text"),
    "title": gettext_lazy("Title"),
    "name": gettext_lazy("Name"),
    "handle": gettext_lazy("Handle"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Mobile number"),
    "bio": gettext_lazy("About you"),
    "place": gettext_lazy("Place"),
    "links": gettext_lazy("Links"),
    "kind": gettext_lazy("Kind"),
    "created_at": gettext_lazy("When"),
    "happened_at": gettext_lazy("When"),
    "joined_at": gettext_lazy("Member since"),
    "verb": gettext_lazy("What was done"),
    "why": gettext_lazy("Reason"),
    "topic": gettext_lazy("Topic"),
    "post": gettext_lazy("Post"),
    "author": gettext_lazy("Author"),
    "member": gettext_lazy("Member"),
}


def label(name: str) -> str:
    """Return what a table is called."""
    return str(_TABLES.get(name) or name)


def column(name: str) -> str:
    """Return what a column is called."""
    return str(_COLUMNS.get(name) or name.replace("_", " "))


def shown(value: Any) -> str:
    """Return a value in words; nothing for what is empty."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
