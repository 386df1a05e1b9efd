"""What a token may do: reading and writing by resource, and the two that lend the owner's office."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

SCOPES: Final = {
    "read:me": _("See your profile, settings, drafts and bookmarks"),
    "write:me": _("Change your profile and settings, keep drafts and bookmarks"),
    "read:members": _("See members"),
    "write:members": _("Follow, mute and block members"),
    "read:topics": _("Read spaces and conversations, and search them"),
    "write:topics": _("Open, edit and follow conversations, vote, and take pictures in"),
    "read:posts": _("Read replies"),
    "write:posts": _("Reply, edit, say a word for a reply, report it"),
    "read:notices": _("Read your notices"),
    "write:notices": _("Mark notices as seen and choose what you hear of"),
    "read:ideas": _("Read ideas, programmes and their rules"),
    "write:ideas": _("Stand behind ideas, draft and submit one’s own"),
    "read:shop": _("See products; orders and returns too, if you look after the shop"),
    "write:shop": _("Bring products, orders and returns, if you look after the shop"),
    "read:segments": _("See segments and who is in them, if you look after people"),
    "moderate": _("Decide as a moderator, if you are one"),
    "admin": _("Change spaces, roles and the brand, if you may"),
}
READING: Final = tuple(name for name in SCOPES if name.startswith("read:"))
_MODERATORS: Final = frozenset({"moderator", "community_manager", "agent"})


def offices(roles: str, scopes: frozenset[str]) -> str:
    """Return which of a member's roles a token with these scopes may act in.

    Without `moderate` a moderator's token is a member's; without `admin` an owner's is at most a moderator's.
    """
    held = set(roles.split())
    if "admin" in scopes:
        return roles
    if "moderate" not in scopes:
        return ""
    rulers = held & {"owner", "admin"}
    return " ".join(sorted((held & _MODERATORS) | ({"moderator"} if rulers else set())))


def checked(names: list[str]) -> list[str]:
    """Return the known scopes among these, in our order."""
    return [name for name in SCOPES if name in names]
