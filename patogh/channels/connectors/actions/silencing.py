"""No longer hearing somebody at one setup, and hearing them again."""

from __future__ import annotations

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.channels.models import Setup, Silenced
from patogh.people.models import Identity, Member


@action
def silence(setup: Setup, identity: Identity, *, by: Member) -> Silenced:
    """Drop whatever somebody writes to this setup from now on."""
    made, is_new = Silenced.objects.get_or_create(
        setup=setup, identity=identity, defaults={"by": by, "at": timezone.now()}
    )
    if not is_new:
        return unchanged(made)
    record("channels.sender_silenced", by=by, subject=identity, target=setup, channel=setup.connector[:24])
    return made


@action
def hear_again(setup: Setup, identity: Identity, *, by: Member) -> None:
    """Take what somebody writes to this setup again."""
    gone, _by_model = Silenced.objects.filter(setup=setup, identity=identity).delete()
    if not gone:
        return unchanged(None)
    record("channels.sender_heard", by=by, subject=identity, target=setup, channel=setup.connector[:24])
    return None
