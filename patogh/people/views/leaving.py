"""One's own data: taking it out, closing the account, coming back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.contrib import messages
from django.contrib.auth import logout
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from patogh.kit.errors import NotFound
from patogh.looks import pages
from patogh.people import forms
from patogh.people.actions import leaving as actions
from patogh.people.errors import CopyGone, LastOwner
from patogh.people.http import MemberRequest, SignedInRequest, signed_in
from patogh.people.leaving import back, parcels
from patogh.people.models import DataCopy

View = Callable[..., HttpResponseBase]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def settings_data(request: SignedInRequest) -> HttpResponseBase:
    """Show the copies of one's data and how to close the account; a POST asks for a copy."""
    if request.method == "POST":
        actions.ask_for_copy(by=request.member)
        return redirect("settings_data")
    copies = DataCopy.objects.filter(member=request.member).order_by("-pk")[:5]
    facts = {"copies": copies, "waits": any(copy.state == "waiting" for copy in copies), "here": "settings_data"}
    return pages.render(request, "people/settings_data.html", facts)


def _surely(view: View) -> View:
    """Have members who can be asked neither for a password nor for a passkey sign in once more, with a code.

    allauth would take them at their word. Only the sign-in is undone, not what the device may show.
    """

    @wraps(view)
    def asked(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        ways = get_reauthentication_flows(request.member)
        if request.method != "POST" or ways or get_adapter(request).signed_in_just_now():
            return view(request, *args, **kwargs)
        request.session.flush()
        messages.info(request, _("To be sure that it is you: sign in once more with a code, then go on."))
        return redirect(f"{reverse('account_login')}?{urlencode({'next': reverse('settings_data')})}")

    return asked


@never_cache
@require_POST
@signed_in
@_surely
@reauthentication_required(app="people")  # type: ignore[untyped-decorator]
def data_copy(request: SignedInRequest, copy_id: int) -> HttpResponseBase:
    """Send a copy to its owner, once; the file is gone when it has been opened."""
    copy = DataCopy.objects.filter(pk=copy_id, member=request.member).first()
    if copy is None:
        raise NotFound
    try:
        file = parcels.path_of(copy.token).open("rb")
    except OSError as error:
        raise CopyGone from error
    try:
        actions.take_copy(copy, by=request.member)
    except BaseException:
        file.close()
        raise
    parcels.drop([copy.token])
    return FileResponse(
        file, as_attachment=True, filename=f"{request.member.handle}.zip", content_type="application/zip"
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@_surely
@reauthentication_required(allow_get=True, app="people")  # type: ignore[untyped-decorator]
def settings_leaving(request: SignedInRequest) -> HttpResponseBase:
    """Say what goes and what stays; a POST with one's own handle closes the account."""
    form = forms.LeavingForm(request.POST or None, handle=request.member.handle)
    if request.method == "POST" and form.is_valid():
        try:
            leaving = actions.close_account(by=request.member, with_text=form.cleaned_data["with_text"])
        except LastOwner as refusal:
            form.add_error(None, str(refusal))
        else:
            logout(request)
            return pages.render(request, "people/left.html", {"leaving": leaving, "address": back.address(leaving)})
    facts = {"form": form, "here": "settings_data", "days": actions.UNDO_DAYS}
    return pages.render(request, "people/settings_leaving.html", facts, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account_back(request: MemberRequest, token: str) -> HttpResponseBase:
    """Show whose account opens again, with a button; only the button does it."""
    leaving = back.read(token)
    if request.method != "POST":
        return pages.render(request, "people/account_back.html", {"leaving": leaving, "person": leaving.member})
    actions.come_back(by=leaving.member)
    return redirect("account_login")
