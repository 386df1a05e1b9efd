"""Opening spaces, changing them, and letting people into private ones."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patogh.hangout import actions, forms
from patogh.hangout.models import SpaceMember
from patogh.hangout.queries import access
from patogh.hangout.views.writing import REFUSALS, done, page
from patogh.kit.errors import PatoghError
from patogh.people.http import SignedInRequest, allowed
from patogh.people.models import Member

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_POST
@allowed("manage_spaces")
def space_new(request: SignedInRequest) -> HttpResponse:
    """Open a space."""
    form = forms.SpaceForm(request.POST or None, initial={"colour": "fir", "access": "public"})
    refusal: PatoghError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            space = actions.open_space(form.facts(), by=request.member)
        except REFUSALS as error:
            refusal = error
            form.add_error(getattr(error, "field", "") or None, str(error))
        else:
            return done(request, _("The space is open."), f"/s/{space.slug}")
    return _form_page(request, {"form": form, "space": None}, refusal)


@GET_POST
@allowed("manage_spaces")
def space_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    """Change a space."""
    space = access.one(access.spaces_managed_by(request.member), slug=slug)
    names = list(forms.SpaceForm.base_fields)
    form = forms.SpaceForm(request.POST or None, initial={name: getattr(space, name) for name in names})
    refusal: PatoghError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.edit_space(space, form.facts(), by=request.member)
        except REFUSALS as error:
            refusal = error
            form.add_error(getattr(error, "field", "") or None, str(error))
        else:
            return done(request, _("Your changes are saved."), f"/s/{changed.slug}/edit")
    return _form_page(request, {"form": form, "space": space}, refusal)


def _form_page(request: SignedInRequest, context: dict[str, object], refusal: PatoghError | None) -> HttpResponse:
    answer = page(request, "hangout/space_form.html", context, refusal)
    form = context["form"]
    if refusal is None and getattr(form, "errors", None):
        answer.status_code = 400
    return answer


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@allowed("manage_spaces")
def space_members(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show who may enter a private space; let somebody in (POST) or out (DELETE)."""
    space = access.one(access.spaces_managed_by(request.member), slug=slug, access="private")
    if request.method in {"POST", "DELETE"}:
        handle = request.POST.get("handle", "").strip().lstrip("@").lower()
        who = access.one(Member.objects.filter(is_active=True), handle=handle)
        change = actions.let_in if request.method == "POST" else actions.show_out
        change(space, who, by=request.member)
        return done(request, _("Done."), f"/s/{space.slug}/members")
    rows = SpaceMember.objects.filter(space=space).select_related("member").order_by("pk")[:500]
    return page(request, "hangout/space_members.html", {"space": space, "rows": rows})
