"""Pictures, sketches and model files over HTTP: in, described, taken away, and out to whoever may see their idea."""

from __future__ import annotations

from django.core.files import File
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patogh.ideas import forms, limits, sniffing
from patogh.ideas.actions import materials
from patogh.ideas.models import Idea, Material
from patogh.ideas.queries import access
from patogh.ideas.views.writing import REFUSALS, done, refused
from patogh.kit import limits as kit_limits
from patogh.kit.errors import NotFound
from patogh.people.http import MemberRequest, SignedInRequest, signed_in

A_YEAR_S = 31_536_000


@require_POST
@signed_in
def idea_materials(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Take one file: a picture, a sketch, or a model file, as `kind` says."""
    idea = access.one(access.visible(request.member), idea_id)
    file, kind = request.FILES.get("file"), request.POST.get("kind", "picture")
    back = f"/ideas/{idea.pk}/edit#materials"
    try:
        if kind == "model":
            data = forms.file_bytes(file, limits.MODEL_BYTES_MAX)
            materials.add_model(idea, data, by=request.member, name=getattr(file, "name", "") or "")
        else:
            data = forms.file_bytes(file, kit_limits.PICTURE_BYTES_MAX)
            materials.add_picture(idea, data, by=request.member, kind=kind, alt=request.POST.get("alt", ""))
    except REFUSALS as refusal:
        return refused(request, refusal, back)
    return done(request, _("It is added."), back)


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def idea_material(request: MemberRequest, idea_id: int, material_id: int) -> HttpResponseBase:
    """Send a model file; describe a picture or put it first (POST); take it away (DELETE)."""
    if request.method in {"POST", "DELETE"}:
        return _change(request, idea_id, material_id)
    row = _one(access.one(access.visible(request.member), idea_id), material_id)
    if row.kind != "model":
        raise NotFound
    file = _opened(materials.path_of(row.token, "model"))
    headers = {
        "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, max-age=300",
        "Cross-Origin-Resource-Policy": "same-origin",
    }  # fmt: skip
    return FileResponse(
        file, as_attachment=True, filename=row.name, content_type=sniffing.type_of(row.name), headers=headers
    )


@signed_in
def _change(request: SignedInRequest, idea_id: int, material_id: int) -> HttpResponse:
    """Describe a picture, put it first, or take a file away."""
    idea = access.one(access.visible(request.member), idea_id)
    if not access.is_maker(idea, request.member):
        raise NotFound
    row, back = _one(idea, material_id), f"/ideas/{idea.pk}/edit#materials"
    try:
        if request.method == "DELETE":
            materials.drop_material(row, by=request.member)
            return done(request, _("It is taken away."), back)
        if request.POST.get("do") == "first":
            materials.put_first(row, by=request.member)
            return done(request, _("Lists and cards show it now."), back)
        materials.describe_material(row, request.POST.get("alt", ""), by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, back)
    return done(request, _("Thank you; those who cannot see it will know."), back)


@require_safe
def idea_media(request: MemberRequest, token: str, thumb: str | None = None) -> HttpResponseBase:
    """Send a picture of an idea to whoever may see the idea."""
    row = (
        Material.objects.select_related("idea")
        .filter(token=f"{materials.FOLDER}/{token}")
        .exclude(kind="model")
        .first()
    )
    if row is None:
        raise NotFound
    idea = access.one(access.visible(request.member), row.idea_id)
    tag = f'"{row.sha256[:32]}{"t" if thumb else ""}"'
    is_open = idea.is_in_sight and idea.programme.state != "preparing"
    kept = f"public, max-age={A_YEAR_S}, immutable" if is_open else "private, max-age=300"
    headers = {"ETag": tag, "Cache-Control": kept}
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers=headers)
    file = _opened(materials.path_of(row.token, "thumb" if thumb else ""))
    return FileResponse(file, content_type="image/webp", headers=headers)


def _one(idea: Idea, material_id: int) -> Material:
    """Return a material of an idea; raises NotFound."""
    row = Material.objects.filter(idea=idea, pk=material_id).first() if material_id < 2**63 else None
    if row is None:
        raise NotFound
    return row


def _opened(path: str) -> File[bytes]:
    """Open a stored file; raises NotFound for one that is gone."""
    try:
        return default_storage.open(path)
    except FileNotFoundError as error:
        raise NotFound from error
