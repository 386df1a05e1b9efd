"""What can be wrong with a device that somebody allows."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Invalid


class DeviceUnusable(Invalid):
    """A subscription that no browser made, or whose service is no place of the open web."""

    code = "device_unusable"
    sentence = _("This browser gave us no address that we could send messages to. Turn it off and on once more.")
