"""The page of notices, the preview of the digest, and the door out of every mail."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patogh.channels import actions, forms, queries, registry, unsubscribing, words
from patogh.channels.errors import ChoiceUnknown
from patogh.channels.mail import letters
from patogh.channels.models import Terms
from patogh.channels.push import views as push
from patogh.kit.calendar import Viewer
from patogh.kit.numbers import localised
from patogh.looks import pages
from patogh.people import notice_kinds
from patogh.people.http import SignedInRequest, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def notice_settings(request: SignedInRequest) -> HttpResponseBase:
    """Show and change which events are told where and when."""
    if request.method == "POST":
        actions.choose(request.member, forms.wishes_in(request.POST), by=request.member)
        messages.success(request, _("Your choices are kept."))
        return redirect("notice_settings")
    form = forms.TermsForm(initial=forms.terms_initial(queries.terms_of(request.member)))
    return _settings_page(request, form)


@require_POST
@signed_in
def notice_terms(request: SignedInRequest) -> HttpResponseBase:
    """Change quiet hours, the digest and the cap."""
    form = forms.TermsForm(request.POST)
    if not form.is_valid():
        return _settings_page(request, form, status=400)
    actions.change_terms(request.member, by=request.member, **form.terms())
    messages.success(request, _("Your choices are kept."))
    return redirect("notice_settings")


@require_http_methods(["POST", "DELETE"])
@signed_in
def notice_silence(request: SignedInRequest) -> HttpResponseBase:
    """Let nothing leave for a while (POST), or end that (DELETE)."""
    if request.method == "DELETE":
        actions.unmute(request.member, by=request.member)
        return redirect("notice_settings")
    form = forms.SilenceForm(request.POST)
    if not form.is_valid():
        raise ChoiceUnknown(field="hours")
    actions.mute(request.member, form.until(), by=request.member)
    return redirect("notice_settings")


@require_POST
@signed_in
def notice_reach(request: SignedInRequest) -> HttpResponseBase:
    """Try an address again whose mails came back."""
    actions.forgive(request.member, by=request.member)
    messages.success(request, _("We try your address again."))
    return redirect("notice_settings")


@require_safe
@signed_in
def digest_preview(request: SignedInRequest) -> HttpResponseBase:
    """Show what this week's summary would say."""
    sections = queries.preview_of(request.member)
    facts = {"sections": sections, "here": "notice_settings", "terms": queries.terms_of(request.member)}
    return pages.render(request, "channels/digest.html", facts)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ask (GET) and do (POST, RFC 8058: no sign-in, no cookie); the same page undoes it."""
    member, what = unsubscribing.read(token)
    with translation.override(member.language):
        facts = {"token": token, "what": what, "event": _event(what, member.language), "state": "ask", "undo": ""}
        if request.method == "POST" and request.POST.get("undo"):
            actions.resubscribe(member, unsubscribing.read_undo(member, request.POST["undo"]), by=member)
            facts["state"] = "back"
        elif request.method == "POST":
            before = actions.unsubscribe(member, "all" if request.POST.get("what") == "all" else what, by=member)
            facts |= {"state": "out", "undo": unsubscribing.undo_token(member, before)}
        return _apart(request, facts)


def _apart(request: HttpRequest, facts: dict[str, str]) -> HttpResponse:
    """Return the page of a link that tells who came: kept by nobody, followed by nobody."""
    answer = pages.render(request, "channels/unsubscribe.html", facts)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _settings_page(request: SignedInRequest, form: forms.TermsForm, *, status: int = 200) -> HttpResponse:
    member = request.member
    shown = {
        "groups": _grouped(queries.matrix(member, request.viewer.language)),
        "channels": [(one.name, one.icon, one.title(request.viewer.language)) for one in registry.channels().values()],
        "when": words.WHEN,
        "form": form,
        "numbered": partial(_numbered, form, request.viewer),
        "terms": Terms.objects.filter(member=member).first(),
        "silences": list(forms.SILENCES.items()),
        "reach": queries.unreachable(member),
        "deliveries": _deliveries(request),
        "here": "notice_settings",
        **push.facts(member),
    }
    return pages.render(request, "channels/settings.html", shown, status=status)


def _grouped(events: list[queries.Event]) -> list[tuple[str, list[queries.Event]]]:
    """Return the events by the room they are of: talk first, then ideas and people, then the rest together."""
    names = {
        "hangout": _("In the conversations"),
        "ideas": _("Ideas"),
        "people": _("People and your account"),
        "trust": _("Review and trust"),
    }
    groups: dict[str, list[queries.Event]] = {name: [] for name in [*names.values(), _("Other news")]}
    for event in events:
        groups[names.get(event.kind.partition(".")[0], _("Other news"))].append(event)
    return [(name, its) for name, its in groups.items() if its]


def _numbered(form: forms.TermsForm, viewer: Viewer, name: str) -> list[tuple[str, str]]:
    """Return the choices of a field with their numbers in the reader's digits."""
    choices: Any = form.fields[name]
    return [(key, localised(str(text), viewer)) for key, text in choices.choices]


def _deliveries(request: SignedInRequest) -> list[dict[str, object]]:
    """Return the last deliveries as the page tells of them."""
    language = request.viewer.language
    return [
        {
            "at": one.ended_at or one.due_at,
            "channel": registry.channels()[one.channel].title(language)
            if one.channel in registry.channels()
            else one.channel,
            "icon": registry.channels()[one.channel].icon if one.channel in registry.channels() else "bell",
            "title": letters.sentence(one.notice, language) if one.notice else _("Summary"),
            "state": words.STATES[one.state],
            "is_sent": one.state == "sent",
            "why": words.WHY.get(one.why, ""),
        }
        for one in queries.recent_deliveries(request.member)
    ]


def _event(what: str, language: str) -> str:
    if what == "digest":
        return _("the summary of what is worth reading")
    known = notice_kinds.notice_kinds().get(what)
    return known.label(language) if known else _("all notices")
