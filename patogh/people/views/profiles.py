"""One member, all members, and their pictures."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from patogh.activity import registry
from patogh.kit.calendar import local_day, month_name, parts
from patogh.kit.errors import NotFound
from patogh.kit.hooks import plugins
from patogh.kit.numbers import localised
from patogh.looks import pages
from patogh.looks.static import FOREVER
from patogh.people import actions, queries
from patogh.people.http import MemberRequest, SignedInRequest, safe_next, signed_in
from patogh.people.models import Member

OWN_TABS = ("", "followers", "following")


@require_safe
def profile(request: MemberRequest, handle: str, tab: str = "") -> HttpResponseBase:
    """Show a member: who she is, and one of the lists of what she does."""
    member = queries.member_at(handle, request.member)
    if handle != member.handle:
        return HttpResponseRedirect(member.url + (f"/{tab}" if tab else ""))
    facts: dict[str, Any] = {"person": member, "tab": tab, "tabs": _tabs(member, request.member)}
    facts["follow"] = queries.follow_between(request.member, member)
    facts["is_me"] = request.member is not None and request.member.pk == member.pk
    facts["since"] = _month_of(member, request)
    facts["shows_more"] = not member.is_minor or facts["is_me"]
    facts["person_key"] = member.identity.person_id if queries.may(request.member, "persons.see") else None
    after, before = request.GET.get("after"), request.GET.get("before")
    if tab in {"followers", "following"}:
        facts["page"] = queries.followers_page(member, following=tab == "following", after=after, before=before)
    elif tab == "":
        facts["page"] = page = queries.road_page(member, request.member, after=after)
        facts["stops"] = _stops(page.items, request)
    else:
        facts["section"] = plugins.hook.profile_section(request=request, member=member, tab=tab)
        if facts["section"] is None:
            raise NotFound
    return pages.render(request, "people/profile.html#section", facts)


@require_http_methods(["POST", "DELETE"])
@signed_in
def follow(request: SignedInRequest, handle: str) -> HttpResponseBase:
    """Follow or mute a member (POST, `level`), or end either (DELETE)."""
    member = queries.member_at(handle, request.member)
    if request.method == "DELETE":
        actions.unfollow_member(member, by=request.member)
    elif request.POST.get("level") == "muted":
        actions.mute_member(member, by=request.member)
    else:
        actions.follow_member(member, by=request.member)
    member.refresh_from_db()
    if pages.wants_part(request):
        facts = {"person": member, "follow": queries.follow_between(request.member, member), "is_me": False}
        return pages.part(request, "people/follow.html#follow", facts)
    return HttpResponseRedirect(safe_next(request, member.url))


@require_safe
def members(request: MemberRequest) -> HttpResponseBase:
    """Show the directory."""
    by, beginning = request.GET.get("by", "helpful"), request.GET.get("q", "").strip()
    page = queries.members_page(
        by=by,
        viewer=request.member,
        beginning=beginning,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    return pages.render(request, "people/members.html#list", {"page": page, "by": by, "q": beginning})


@require_safe
def picture(_request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """Serve a photo or logo, which our own re-encoding wrote."""
    try:
        with default_storage.open(f"{folder}/{name}.webp") as stored:
            body = stored.read()
    except FileNotFoundError as error:
        raise NotFound from error
    return HttpResponse(
        body, headers={"Content-Type": "image/webp", "Cache-Control": FOREVER, "X-Content-Type-Options": "nosniff"}
    )


def _tabs(member: Member, viewer: Member | None) -> list[tuple[str, str, str, int]]:
    """Return (label, address, key, count) of the tabs: the road, what other rooms bring, and who follows whom."""
    brought = [tab for answer in plugins.hook.profile_tabs(member=member, viewer=viewer) if answer for tab in answer]
    tabs = [(_("Road"), member.url, "", 0)]
    tabs += [(label, f"{member.url}/{key}", key, count) for key, label, count in brought]
    tabs.append((_("Followers"), f"{member.url}/followers", "followers", member.followers_count))
    tabs.append((_("Following"), f"{member.url}/following", "following", member.following_count))
    return tabs


def _month_of(member: Member, request: MemberRequest) -> str:
    """Return the month of joining in the viewer's calendar: «مهر ۱۴۰۴»."""
    year, month, _day = parts(local_day(member.joined_at, request.viewer), request.viewer)
    return localised(f"{month_name(month, request.viewer)} {year}", request.viewer)


def _stops(activities: list[Any], request: MemberRequest) -> list[dict[str, Any]]:
    """Return the stops of a lane: when, and the verb's phrase with what it was about in its places, as links."""
    names = _names(activities, request)
    return [
        {
            "when": activity.happened_at,
            "phrase": _filled(registry.known(activity.verb).phrase(request.viewer.language), activity, names),
            "kind": registry.known(activity.verb).type,
        }
        for activity in activities
    ]


def _names(activities: list[Any], request: MemberRequest) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the name and address of everything these activities are about, as far as the viewer may see it."""
    kinds: dict[str, set[str]] = {}
    for activity in activities:
        kinds.setdefault(activity.subject_kind, set()).add(activity.subject_id)
        if activity.target_kind:
            kinds.setdefault(activity.target_kind, set()).add(activity.target_id)
    names: dict[tuple[str, str], tuple[str, str]] = {}
    for kind, keys in kinds.items():
        for answer in plugins.hook.subjects_named(kind=kind, keys=sorted(keys), viewer=request.member):
            names.update({(kind, key): named for key, named in (answer or {}).items()})
    return names


def _filled(phrase: str, activity: Any, names: dict[tuple[str, str], tuple[str, str]]) -> SafeString:
    """Put links into the places of a phrase; a phrase without places gets its subject at the end."""
    subject = names.get((activity.subject_kind, activity.subject_id))
    target = names.get((activity.target_kind, activity.target_id)) or subject
    filled = conditional_escape(phrase)
    for place, named in (("{subject}", subject or target), ("{target}", target)):
        filled = mark_safe(filled.replace(place, _link(named)))
    if "{" not in phrase and subject and activity.verb != "people.member_joined":
        filled = format_html("{} {}", filled, _link(subject))
    return filled


def _link(named: tuple[str, str] | None) -> SafeString:
    """Return a name as a link, or three dots for what the viewer may not see."""
    return format_html('<a class="who" href="{}"><bdi>{}</bdi></a>', named[1], named[0]) if named else mark_safe("…")
