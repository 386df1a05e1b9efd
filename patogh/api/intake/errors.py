"""What the intake refuses: whole requests as exceptions, single events as faults by code."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import (
    Busy,
    Conflict,
    Forbidden,
    Invalid,
    PatoghError,
    SignInNeeded,
    TooLarge,
    TooMany,
    Unsupported,
)


class KeyMissing(SignInNeeded):
    """Nobody said which source this is."""

    code = "write_key_missing"
    sentence = _("Please send a write key: as the user of Basic authentication, or as “writeKey” in the body.")


class KeyUnknown(SignInNeeded):
    """The write key is none of ours, was revoked or has ended; all look the same."""

    code = "write_key_unknown"
    sentence = _("This write key is not known here, has ended or was revoked. Take the newest key of the source.")


class OriginRefused(Forbidden):
    """A page of a website that the source does not name."""

    code = "origin_refused"
    sentence = _("Pages of this website may not send with this write key. Add its origin to the source.")


class BodyUnreadable(Invalid):
    """Nothing could be read: no JSON, no UTF-8, no gzip, no list of events."""

    code = "body_unreadable"
    sentence = _("Nothing could be read: the body has to be JSON in UTF-8, an event or a batch of events.")


class IntakeTooLarge(TooLarge):
    """More bytes than a batch may have, packed or open."""

    code = "batch_too_large"
    sentence = _("A request may have at most %(most)s bytes, also when it is unpacked.")


class TooManyEvents(TooLarge):
    """More events than a batch may have."""

    code = "batch_too_long"
    sentence = _("A batch may have at most %(most)s events.")


class PackingUnknown(Unsupported):
    """A Content-Encoding other than gzip."""

    code = "encoding_unknown"
    sentence = _("A body comes as it is or packed with gzip; nothing else.")


class TooManyRequests(TooMany):
    """More than the key or the address may send in a minute."""

    code = "too_many_events"
    sentence = _(
        "That was more than this write key may send in a minute. The header Retry-After says when to come back."
    )


class IntakeBusy(Busy):
    """As many requests wait as may."""

    code = "intake_busy"
    sentence = _(
        "Too many events wait to be written. Nothing of this request was taken; please send it again in a moment."
    )


class MethodRefused(PatoghError):
    """Another method than POST."""

    status = 405
    code = "method_unknown"
    sentence = _("Events come by POST.")


class SourceNameMissing(Invalid):
    """A source without a name."""

    code = "source_name_missing"
    field = "name"
    sentence = _("Please give the source a name.")


class OriginsUnreadable(Invalid):
    """Origins that are none."""

    code = "origins_unreadable"
    field = "origins"
    sentence = _("“%(origin)s” is not an origin. Write them like https://shop.example, separated by spaces.")


class UsersUnreadable(Invalid):
    """A name of a family of user ids that cannot stand before a colon."""

    code = "users_unreadable"
    field = "users"
    sentence = _("Use small Latin letters, digits and hyphens, at most 36.")


class BrowserProvesNothing(Invalid):
    """A key in plain sight that should prove something."""

    code = "browser_proves_nothing"
    field = "kind"
    sentence = _("Keys of a website are in plain sight, so they can prove nothing. Use a server for that.")


class TooManySources(Conflict):
    """As many sources as may be."""

    code = "too_many_sources"
    sentence = _("There are %(most)s sources already. Close one first.")


class TooManyKeys(Conflict):
    """As many keys of a source as may work at once."""

    code = "too_many_write_keys"
    sentence = _("This source has %(most)s keys that work already. Revoke one first.")


class SourceClosed(Conflict):
    """A closed source takes nothing more."""

    code = "source_closed"
    sentence = _("This source is closed, and nothing of it is taken. Add a new source, and send with its key.")


FAULTS: Final = {
    "not_an_object": _("An event has to be a JSON object."),
    "type_unknown": _("“type” has to be identify, track, page, screen, group or alias."),
    "id_missing": _("Every event needs a userId or an anonymousId."),
    "id_wrong": _("An id has to be text or a whole number."),
    "id_too_long": _("An id may have at most 200 characters."),
    "id_meaningless": _("This id means nobody (like null, undefined or 0), so all who have it would become one."),
    "event_missing": _("A track call needs “event”, the name of what happened."),
    "name_wrong": _("A name has to be text of at most 200 characters."),
    "group_missing": _("A group call needs a groupId."),
    "previous_missing": _("An alias call needs a previousId and a userId."),
    "message_id_wrong": _("A messageId has to be text of at most 200 characters."),
    "timestamp_unreadable": _("This is not a time that we can read; write it as ISO 8601, like 2026-11-23T09:30:00Z."),
    "object_wrong": _("This has to be a JSON object."),
    "event_too_large": _("An event may have at most 32 KB."),
    "too_deep": _("An event may be nested at most 16 levels deep."),
    "number_too_large": _("A number is larger than we keep."),
    "text_broken": _("A text holds a NUL or half of a character, which no text may hold."),
    "too_many_traits": _("A profile may have at most 6,000 traits, an event at most 1,000."),
    "not_storable": _("This event could not be kept. The others of the batch were not held up by it."),
    "order_refused": _("The event was kept, but the shop could not take it as an order."),
    "kept_out": _("This person asked to be forgotten; nothing of the event was kept."),
}
WARNINGS: Final = {
    "clock_ahead": _("The time lies ahead of ours, so the time of arrival stands."),
    "clock_absurd": _("The time lies before the year 2000, so the time of arrival stands."),
    "contact_unreadable": _("An address or a number in the traits could not be read; the trait was kept as it came."),
    "profile_fast": _("More than 25 events of one profile in a second: is this one person?"),
}


class Fault(Exception):
    """Why one event was refused: a code of FAULTS and the field at fault."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code, field)
        self.code, self.field = code, field
