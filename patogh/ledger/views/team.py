"""The keeping of the open book, for admins: its health, its witnesses, keys and policy."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patogh.kit import numbers
from patogh.kit.calendar import Viewer
from patogh.kit.errors import Conflict, Invalid, NotFound
from patogh.ledger import forms, limits
from patogh.ledger.actions import enlisting
from patogh.ledger.models import LogKey, Witness
from patogh.ledger.queries import pages as reads
from patogh.ledger.queries.policy import missing, needed, policy_text
from patogh.ledger.views.book import page
from patogh.looks.pages import viewer_for
from patogh.people.http import SignedInRequest, allowed

ROWS_MAX = 100


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("manage_roles")
def team_book(request: SignedInRequest) -> HttpResponse:
    """Show how the book is kept; a POST adds a witness."""
    form = forms.WitnessForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            enlisting.add_witness(form.described(), by=request.member)
        except (Invalid, Conflict) as refusal:
            field = getattr(refusal, "field", "")
            form.add_error(field if field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The witness is asked from the next seal on."))
            return HttpResponseRedirect(reverse("team_book"))
    front = reads.front()
    context = {
        "form": form, "front": front, "waiting": reads.waiting_count(), "alarms": alarms(request, front),
        "witnesses": list(Witness.objects.order_by("retired_at", "pk")[:ROWS_MAX]), "policy": policy_text(),
        "keys": list(LogKey.objects.order_by("-pk")[:ROWS_MAX]), "icon_names": forms.ICONS, "icons": dict(forms.ICONS),
        "rules_url": reverse("team_book_rules"),
    }  # fmt: skip
    return page(request, "ledger/team_book.html", context, 400 if form.errors else 200)


@require_http_methods(["DELETE"])
@allowed("manage_roles")
def team_witness(request: SignedInRequest, witness_id: int) -> HttpResponse:
    """Retire a witness."""
    found = Witness.objects.filter(pk=witness_id, retired_at=None).first()
    if found is None:
        raise NotFound
    enlisting.retire_witness(found, by=request.member)
    messages.success(request, _("The witness is no longer asked. What it signed stays."))
    return HttpResponseRedirect(reverse("team_book"))


def alarms(request: SignedInRequest, front: reads.Front) -> list[str]:
    """Return what needs somebody, each as a sentence with the way out."""
    now, viewer = timezone.now(), viewer_for(request)
    found = _too_few(viewer)
    silent_before = now - dt.timedelta(seconds=limits.WITNESS_SILENT_S)
    silent = [one for one in front.outside if one.last_seen_at is None or one.last_seen_at < silent_before]
    least = needed(len(front.outside))
    if front.outside and len(front.outside) - len(silent) <= least and silent:
        names = ", ".join(one.label_en if viewer.language == "en" else one.label_fa or one.name for one in silent)
        found.append(
            _("Silent: %(names)s. If one more falls silent, seals find no quorum. Call them, or add a witness.")
            % {"names": names}
        )
    if front.latest and not front.latest.enough and front.latest.at < now - dt.timedelta(seconds=limits.PENDING_S_MAX):
        found.append(
            _("The newest seal has too few witnesses (%(least)s are needed). Results and payouts wait for them.")
            % {"least": numbers.number(least, viewer)}
        )
    sealed = front.latest.size if front.latest else 0
    last = front.latest.at if front.latest else (front.log.opened_at if front.log else now)
    if front.size > sealed and last < now - dt.timedelta(seconds=limits.WAITING_S_MAX):
        found.append(
            _("New lines have waited long for a seal. See whether the worker runs, and what patogh book status says.")
        )
    return found


def _too_few(viewer: Viewer) -> list[str]:
    """Return the sentence about a setting that asks for more witnesses than there are."""
    less, asked = missing(), settings.BOOK_QUORUM
    if not less:
        return []
    return [
        _(
            "PATOGH_BOOK_QUORUM asks for %(asked)s witnesses and only %(count)s count, so the quorum is lower than you set."
            " Add a witness, or lower the setting."
        )
        % {"asked": numbers.number(asked, viewer), "count": numbers.number(asked - less, viewer)}
    ]
