"""One's own pages: settings and notices."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patogh.kit.calendar import day_words, local_day
from patogh.kit.errors import Invalid, NotFound
from patogh.looks import pages
from patogh.people import actions, forms, notice_kinds, phones, queries
from patogh.people.entrance_words import device
from patogh.people.http import SignedInRequest, safe_next, signed_in

ZONES = {
    "Asia/Tehran": gettext_lazy("Tehran"),
    "Asia/Kabul": gettext_lazy("Kabul"),
    "Asia/Dushanbe": gettext_lazy("Dushanbe"),
    "Asia/Dubai": gettext_lazy("Dubai"),
    "Asia/Baghdad": gettext_lazy("Baghdad"),
    "Europe/Istanbul": gettext_lazy("Istanbul"),
    "Europe/Berlin": gettext_lazy("Berlin"),
    "Europe/Paris": gettext_lazy("Paris"),
    "Europe/London": gettext_lazy("London"),
    "Europe/Stockholm": gettext_lazy("Stockholm"),
    "Europe/Vienna": gettext_lazy("Vienna"),
    "America/Toronto": gettext_lazy("Toronto"),
    "America/Vancouver": gettext_lazy("Vancouver"),
    "America/New_York": gettext_lazy("New York"),
    "America/Chicago": gettext_lazy("Chicago"),
    "America/Los_Angeles": gettext_lazy("Los Angeles"),
    "Australia/Sydney": gettext_lazy("Sydney"),
    "UTC": gettext_lazy("World time (UTC)"),
}


@require_safe
@signed_in
def me(request: SignedInRequest) -> HttpResponseBase:
    """Lead to one's own profile."""
    return HttpResponseRedirect(request.member.url)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def settings_reading(request: SignedInRequest) -> HttpResponseBase:
    """Show and change language, calendar, zone and theme."""
    if request.method == "POST":
        wishes = {
            name: request.POST[name] for name in ("language", "calendar", "zone", "theme") if name in request.POST
        }
        actions.change_settings(request.member, by=request.member, **wishes)
        response = redirect("settings")
        for name in {"language", "theme"} & set(wishes):
            response.set_cookie(
                name, wishes[name], max_age=400 * 24 * 3600, samesite="Lax", httponly=True, secure=request.is_secure()
            )
        return response
    mine = request.member.zone
    zones = {mine: mine, **ZONES}
    return pages.render(
        request,
        "people/settings.html",
        {"zones": zones.items(), "here": "settings"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def settings_profile(request: SignedInRequest) -> HttpResponseBase:
    """Show and change what others read about the member."""
    member = request.member
    initial = {"name": member.name, "bio": member.bio, "place": member.place, "links": "\n".join(member.links)}
    form = forms.ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.edit_profile(
                member,
                name=said["name"],
                bio=said["bio"],
                place=said["place"],
                links=said["links"].splitlines(),
                by=member,
            )
        except Invalid as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, _("Your profile is saved."))
            return redirect("settings_profile")
    status = 400 if form.errors else 200
    return pages.render(
        request, "people/settings_profile.html", {"form": form, "here": "settings_profile"}, status=status
    )


@require_http_methods(["POST", "DELETE"])
@signed_in
def settings_avatar(request: SignedInRequest) -> HttpResponseBase:
    """Take a photo (POST) or give the star back (DELETE)."""
    if request.method == "DELETE":
        actions.remove_avatar(request.member, by=request.member)
    elif data := forms.picture_of(request.FILES.get("photo")):
        actions.change_avatar(request.member, data, by=request.member)
    return redirect("settings_profile")


@require_safe
@signed_in
def settings_security(request: SignedInRequest) -> HttpResponseBase:
    """Show how the member signs in, and lead to where each of it is changed."""
    member = request.member
    kinds = list(Authenticator.objects.filter(user=member).values_list("type", flat=True))
    facts: dict[str, Any] = {
        "here": "settings_security",
        "addresses": EmailAddress.objects.filter(user=member).order_by("-primary", "pk"),
        "phone": phones.masked(member.phone) if member.phone else "",
        "has_password": member.has_usable_password(),
        "has_totp": "totp" in kinds,
        "passkeys": kinds.count("webauthn"),
        "sessions": UserSession.objects.filter(user=member).order_by("-last_seen_at")[:10],
        "claimable": queries.claimable_by(member),
        "device": device,
    }
    return pages.render(request, "people/settings_security.html", facts)


@require_POST
@signed_in
def claim(request: SignedInRequest, staged_id: int) -> HttpResponseBase:
    """Take over an imported account that came with a confirmed address of this member."""
    staged = queries.claimable_by(request.member).filter(pk=staged_id).first()
    if staged is None:
        raise NotFound
    actions.claim(staged, by=request.member)
    messages.success(request, _("What was written there is yours now."))
    return redirect("settings_security")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def notices(request: SignedInRequest) -> HttpResponseBase:
    """Show a member's notices by day; a POST says that all of them are seen."""
    if request.method == "POST":
        actions.see_notices(by=request.member)
        return HttpResponse(status=204) if pages.wants_part(request) else redirect("notices")
    page = queries.notices_page(request.member, after=request.GET.get("after"), before=request.GET.get("before"))
    lines = [(notice, *notice_kinds.words_of(notice, request.viewer.language)) for notice in page]
    by_day = groupby(lines, key=lambda line: local_day(line[0].happened_at, request.viewer))
    days = [
        (day_words(group[0][0].happened_at, request.viewer), group) for group in (list(items) for _, items in by_day)
    ]
    return pages.render(request, "people/notices.html#list", {"page": page, "days": days})


@require_POST
@signed_in
def notice_read(request: SignedInRequest, notice_id: int) -> HttpResponseBase:
    """Note that one notice was opened."""
    if not queries.has_notice(request.member, notice_id):
        raise NotFound
    actions.see_notice(notice_id, by=request.member)
    return (
        HttpResponse(status=204) if pages.wants_part(request) else HttpResponseRedirect(safe_next(request, "/notices"))
    )
