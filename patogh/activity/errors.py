"""What can go wrong behind the door."""

import errno

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import PatoghError


class StorageBusy(PatoghError):
    """The database is locked, restarting or gone; trying again soon is right."""

    status = 503
    code = "storage_busy"
    retry_after_s = 3
    sentence = _(
        "The hangout is busy for a moment. What you wrote is still in your form; please send it again in a few seconds."
    )


class StorageFull(PatoghError):
    """The disk is full: reading goes on, writing waits for the operator."""

    status = 507
    code = "storage_full"
    retry_after_s = 300
    sentence = _(
        "There is no room left on the disk, so nothing new can be kept right now. "
        "The team has been told; please try again later."
    )


FULL = ("full", "no space", "quota")
BUSY = (
    "locked", "busy", "connection", "disk i/o", "shutting down", "starting up", "terminating", "unable to open",
    "recovery mode", "readonly", "read-only", "deadlock", "could not serialize", "timeout",
)  # fmt: skip


def storage_error(error: DatabaseError) -> Exception:
    """Return what to raise for a database error: busy or full where storage is the cause, else itself."""
    if not isinstance(error, OperationalError | InterfaceError):
        return error
    words = str(error).lower()
    if any(sign in words for sign in FULL):
        return StorageFull()
    if any(sign in words for sign in BUSY):
        return StorageBusy()
    return error


def file_error(error: OSError) -> Exception:
    """Return what to raise when a file beside the database cannot be written: full, or busy for any other reason."""
    return StorageFull() if error.errno in {errno.ENOSPC, errno.EDQUOT} else StorageBusy()
