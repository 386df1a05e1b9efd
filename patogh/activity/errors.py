"""What can go wrong behind the door."""

from django.db import DatabaseError, IntegrityError
from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import PatoghError


class StorageBusy(PatoghError):
    """The database is locked, restarting or gone; trying again soon is right."""

    status = 503
    code = "storage_busy"
    retry_after_s = 3
    sentence = _("The hangout is busy for a moment. What you wrote is still in your form; please send it again in a few seconds.")


class StorageFull(PatoghError):
    """The disk is full: reading goes on, writing waits for the operator."""

    status = 507
    code = "storage_full"
    retry_after_s = 300
    sentence = _("There is no room left on the disk, so nothing new can be kept right now. The team has been told; please try again later.")


def storage_error(error: DatabaseError) -> Exception:
    """Return what to raise for a database error: a broken constraint stays itself, the rest is busy or full."""
    if isinstance(error, IntegrityError):
        return error
    words = str(error).lower()
    if "full" in words or "no space" in words:
        return StorageFull()
    if any(sign in words for sign in ("locked", "busy", "connection", "disk i/o", "shutting down", "starting up", "terminating")):
        return StorageBusy()
    return error
