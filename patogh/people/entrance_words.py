"""What the pages of django-allauth, which are rendered by its own views, know besides: the demo's people, outside
doors, devices.
"""

from __future__ import annotations

import re
from typing import Any, Final

from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from patogh.people.demo import DEMO_DOORS
from patogh.people.models import Member

BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: Final = (
    ("Android", _("Android")),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", _("Windows")),
    ("Mac OS", "macOS"),
    ("Linux", _("Linux")),
)


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the Jinja2 engine: functions only, so that pages that do not ask pay nothing."""
    return {"demo_cast": demo_cast, "providers": lambda: providers(request), "device": device}


def demo_cast() -> list[tuple[Member, Any]]:
    """Return the demo's people with their parts, in their order; nobody outside a demo."""
    if not settings.DEMO:
        return []
    found = {member.handle: member for member in Member.objects.filter(handle__in=DEMO_DOORS)}
    return [(found[handle], part) for handle, part in DEMO_DOORS.items() if handle in found]


def providers(request: HttpRequest) -> list[dict[str, str]]:
    """Return name and address of the OpenID Connect doors that the settings name."""
    if not settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]:
        return []
    onward = f"?{urlencode({'next': request.GET['next']})}" if request.GET.get("next") else ""
    found = get_adapter(request).list_providers(request)
    return [
        {"name": provider.name, "address": provider.get_login_url(request) + onward}
        for provider in found
        if provider.id == "openid_connect"
    ]


def device(user_agent: str) -> str:
    """Return a browser and a system that people recognise, from what a browser says of itself."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((str(name) for sign, name in SYSTEMS if re.search(sign, user_agent)), "")
    return " · ".join(filter(None, (browser, system))) or user_agent[:40] or "?"
