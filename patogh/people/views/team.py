"""Pages of the owner and admins."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patogh.kit.errors import Invalid, NotFound
from patogh.looks import pages
from patogh.people import actions, forms, queries
from patogh.people.http import SignedInRequest, allowed

BRAND_WORDS = ("name", "name_en", "tagline", "tagline_en", "colour", "language")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("manage_roles")
def team_roles(request: SignedInRequest) -> HttpResponseBase:
    """Show who holds which role; a POST gives one."""
    form = forms.RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            member = queries.member_at(said["handle"].lstrip("@"), request.member)
            actions.grant_role(member, said["role"], by=request.member, title=said["title"])
        except NotFound:
            form.add_error("handle", _("Nobody has this handle."))
        else:
            return redirect("team_roles")
    facts = {"form": form, "grants": queries.team(), "roles": queries.ROLE_NAMES}
    return pages.render(request, "people/team_roles.html", facts, status=400 if form.errors else 200)


@require_http_methods(["DELETE"])
@allowed("manage_roles")
def team_role(request: SignedInRequest, grant_id: int) -> HttpResponseBase:
    """Take a role back."""
    grant = queries.team().filter(pk=grant_id).first()
    if grant is None:
        raise NotFound
    actions.revoke_role(grant.member, grant.role, by=request.member)
    return redirect("team_roles")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("manage_brand")
def team_brand(request: SignedInRequest) -> HttpResponseBase:
    """Show and change the brand."""
    row = queries.brand()
    form = forms.BrandForm(
        request.POST or None, request.FILES or None, initial={name: getattr(row, name) for name in BRAND_WORDS}
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.edit_brand(by=request.member, logo=said["logo"], **{name: said[name] for name in BRAND_WORDS})
        except Invalid as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The brand is saved."))
            return redirect("team_brand")
    return pages.render(
        request, "people/team_brand.html", {"form": form, "row": row}, status=400 if form.errors else 200
    )
