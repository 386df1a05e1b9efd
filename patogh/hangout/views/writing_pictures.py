"""Pictures in, and out again to whoever may see them."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseNotModified, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from patogh.hangout import actions, forms
from patogh.hangout.actions.pictures import path_of
from patogh.hangout.models import Picture
from patogh.hangout.queries import access
from patogh.hangout.views.writing import done
from patogh.kit.errors import NotFound
from patogh.people.http import MemberRequest, SignedInRequest, safe_next, signed_in

A_YEAR_S = 31_536_000


@require_POST
@signed_in
def pictures(request: SignedInRequest) -> HttpResponse:
    """Take one picture (field `picture`, optional `alt`); says where it is and how to show it."""
    picture = actions.take_picture(
        forms.bytes_of(request.FILES.get("picture")), by=request.member, alt=request.POST.get("alt", "")
    )
    url = f"/media/{picture.token}.webp"
    said = {
        "token": picture.token, "url": url, "thumb": f"/media/{picture.token}-thumb.webp", "width": picture.width, "height": picture.height,
        "alt": picture.alt, "markdown": f"![{picture.alt.replace('[', ' ').replace(']', ' ')}]({url})",
    }  # fmt: skip
    return JsonResponse(said, status=201)


@require_POST
@signed_in
def picture(request: SignedInRequest, token: str) -> HttpResponse:
    """Say what is in one's own picture."""
    row = access.one(Picture.objects.filter(owner=request.member), token=token)
    actions.describe_picture(row, request.POST.get("alt", ""), by=request.member)
    return done(request, _("Thank you; those who cannot see it will know."), safe_next(request))


@require_safe
def media(request: MemberRequest, token: str, thumb: str | None = None) -> HttpResponseBase:
    """Send a picture to whoever may see it."""
    row = access.picture_seen_by(token, request.member)
    tag = f'"{row.sha256[:32]}{"t" if thumb else ""}"'
    is_open = row.space is not None and row.space.access == "public"
    headers = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={A_YEAR_S}, immutable" if is_open else "private, max-age=300",
    }
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers=headers)
    try:
        file = default_storage.open(path_of(row.token, thumb=bool(thumb)))
    except FileNotFoundError as error:
        raise NotFound from error
    return FileResponse(file, content_type="image/webp", headers=headers)
