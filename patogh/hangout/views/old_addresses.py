"""The last resort before a 404: an address of the house that something came from leads to where it stands now, for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect

from patogh.hangout.importing import addresses
from patogh.hangout.models import OldAddress, Post, Tag
from patogh.hangout.queries import access
from patogh.looks import errors
from patogh.people.models import Member

MINUTES_KEPT: Final = 60


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Django's handler404: answer with 301 for an address that an import recorded, else with the page of a 404."""
    if request.method in {"GET", "HEAD"} and (found := _found(request)):
        answer = HttpResponsePermanentRedirect(found)
        answer["Cache-Control"] = f"public, max-age={MINUTES_KEPT * 60}"
        return answer
    return errors.not_found(request, exception)


def _found(request: HttpRequest) -> str:
    """Return where an old address leads, in one query when it is none, or an empty string."""
    wanted = addresses.candidates(request.path_info, request.META.get("QUERY_STRING", ""))
    rows = {row.path: row for row in OldAddress.objects.filter(path__in=wanted)} if wanted else {}
    row = next((rows[path] for path in wanted if path in rows), None)
    if row is None:
        return ""
    number = addresses.number_after(row.path, request.path_info)
    return _TO[row.kind](row.thing_id, number)


def _topic(pk: int, number: int) -> str:
    """Return a topic's address, or that of the post with a number in it; its page says itself who may see it."""
    if number > 1 and Post.objects.filter(topic_id=pk, number=number).exists():
        return f"/t/{pk}/p/{number}"
    return f"/t/{pk}"


def _post(pk: int, _number: int) -> str:
    row = Post.objects.filter(pk=pk).values_list("topic_id", "number").first()
    return f"/t/{row[0]}/p/{row[1]}" if row else ""


def _member(pk: int, _number: int) -> str:
    handle = Member.objects.filter(pk=pk, is_active=True).values_list("handle", flat=True).first()
    return f"/@{handle}" if handle else ""


def _space(pk: int, _number: int) -> str:
    slug = access.spaces_visible_to(None).filter(pk=pk).values_list("slug", flat=True).first()
    return f"/s/{slug}" if slug else ""


def _tag(pk: int, _number: int) -> str:
    name = Tag.objects.filter(pk=pk).values_list("name", flat=True).first()
    return f"/tags/{name}" if name else ""


_TO: Final[dict[str, Callable[[int, int], str]]] = {
    "topic": _topic, "post": _post, "member": _member, "space": _space, "tag": _tag,
}  # fmt: skip
