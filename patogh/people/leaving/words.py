"""What the pages of a data copy call tables, columns and values."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patogh.kit import calendar
from patogh.kit.calendar import Viewer

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
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
    "hangout.pollrecord": gettext_lazy("What the open book knows of your polls"),
    "hangout.elector": gettext_lazy("Your keys on the rolls of sealed polls"),
    "hangout.ballot": gettext_lazy("Your sealed ballots"),
    "hangout.follow": gettext_lazy("What you follow or mute"),
    "hangout.readmarker": gettext_lazy("How far you have read"),
    "hangout.bookmark": gettext_lazy("Posts you keep"),
    "hangout.draft": gettext_lazy("Drafts"),
    "api.token": gettext_lazy("Tokens of programs"),
    "channels.choice": gettext_lazy("How you are told of what"),
    "channels.terms": gettext_lazy("Quiet hours and digests"),
    "channels.delivery": gettext_lazy("Mails and messages we sent you"),
    "channels.digestturn": gettext_lazy("Your digests"),
    "channels.reach": gettext_lazy("Addresses that refused mail"),
    "channels.inboundmail": gettext_lazy("Mails you sent us"),
    "channels.pushdevice": gettext_lazy("Devices that are told"),
    "hangout.space": gettext_lazy("Spaces you opened"),
    "hangout.spacemember": gettext_lazy("Private spaces you are in"),
    "hangout.poll": gettext_lazy("Polls you asked"),
    "hangout.polloption": gettext_lazy("Choices of your polls"),
    "hangout.pin": gettext_lazy("Topics you pinned"),
    "hangout.closure": gettext_lazy("Topics you closed"),
    "hangout.topictrash": gettext_lazy("Topics you took away"),
    "hangout.posttrash": gettext_lazy("Posts you took away"),
    "hangout.posthide": gettext_lazy("Posts you hid"),
    "hangout.acceptedanswer": gettext_lazy("Answers you accepted"),
    "hangout.topicmove": gettext_lazy("Topics you moved"),
    "hangout.topicmerge": gettext_lazy("Topics you merged"),
    "hangout.promise": gettext_lazy("Promises you made"),
    "people.person": gettext_lazy("The person behind your account"),
    "people.datacopy": gettext_lazy("Copies you asked for"),
    "people.leaving": gettext_lazy("That you closed the account"),
    "trust.flag": gettext_lazy("What you flagged"),
    "trust.held": gettext_lazy("Texts of yours that were held"),
    "trust.block": gettext_lazy("Whom you blocked"),
    "trust.decision": gettext_lazy("Decisions about you"),
    "trust.sanction": gettext_lazy("Warnings and silences"),
    "trust.appeal": gettext_lazy("Your appeals"),
    "trust.record": gettext_lazy("What your trust level counts"),
    "trust.memberday": gettext_lazy("Your days here"),
    "trust.repliedtopic": gettext_lazy("Topics you replied in"),
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


def shown(value: Any, viewer: Viewer) -> str:
    """Return a value in words, times by the reader's calendar; nothing for what is empty."""
    if isinstance(value, str) and _TIME.fullmatch(value):
        return calendar.stamp(dt.datetime.fromisoformat(value), viewer)
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
