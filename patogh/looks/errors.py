"""Every refusal becomes one answer here: a page, a small notice for htmx, or JSON, in the viewer's language."""

from __future__ import annotations

import errno
import logging
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from patogh.kit import errors
from patogh.looks import pages

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
_KEPT_CHARS_MIN, _KEPT_CHARS_MAX = 20, 100_000
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.EMFILE, errno.ENFILE}


class FormsOnly(errors.PatoghError):
    """An address that takes what a form sends was opened like a page."""

    status = 405
    code = "forms_only"
    sentence = gettext_lazy("This address only takes what a form sends. Go back and press the button there.")


class FormExpired(errors.PatoghError):
    """The form's token is missing or of an ended session."""

    status = 403
    code = "form_expired"
    sentence = gettext_lazy("The page was open for long, or its session ended. Load it again and send once more.")


TITLES = {
    400: gettext_lazy("We could not read that."),
    401: gettext_lazy("You are not signed in."),
    403: gettext_lazy("This door is not open to you."),
    404: gettext_lazy("There is nothing at this address."),
    405: gettext_lazy("That is not done here."),
    409: gettext_lazy("It cannot be done like this."),
    413: gettext_lazy("That is too large for us."),
    415: gettext_lazy("We cannot take this kind of file."),
    429: gettext_lazy("Slower, please."),
    500: gettext_lazy("Something broke on our side."),
    503: gettext_lazy("It is very busy here just now."),
    507: gettext_lazy("There is no room left."),
}
Way = tuple[str, str, str]


@dataclass
class Fault:
    """What a page of refusal says: status, title, sentence, ways out as (words, address, kind of button)."""

    status: int
    title: str
    sentence: str
    code: str = "error"
    ways: list[Way] = field(default_factory=list)
    text: str = ""


class ErrorPages:
    """Middleware, the last of all: maps what views raise; a crash is left to Django, which calls `server_error`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; where a page was asked of an address that has none, say so."""
        response = self.get_response(request)
        if (
            response.status_code == FormsOnly.status
            and request.method == "GET"
            and not getattr(response, "content", b"-")
        ):
            said = answer(request, FormsOnly())
            said["Allow"] = response.get("Allow", "POST")
            return said
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Return the answer for a refusal, or None for a crash."""
        refusal = refusal_of(error)
        return None if refusal is None else answer(request, refusal)


def refusal_of(error: Exception) -> errors.PatoghError | None:
    """Return the refusal in our words that an exception means, or None if it is a crash."""
    if isinstance(error, errors.PatoghError):
        return error
    if isinstance(error, OperationalError):
        log.warning("The database refused: %s", error)
        return (
            errors.Full()
            if any(sign in str(error).lower() for sign in ("full", "no space", "quota"))
            else errors.Busy()
        )
    if isinstance(error, OSError) and error.errno in _DISK:
        log.warning("The disk refused: %s", error)
        return errors.Full() if error.errno in {errno.ENOSPC, errno.EDQUOT} else errors.Busy()
    known: tuple[tuple[type[Exception], type[errors.PatoghError]], ...] = (
        (Http404, errors.NotFound),
        (PermissionDenied, errors.Forbidden),
        (RequestDataTooBig, errors.TooLarge),
        (TooManyFieldsSent, errors.TooLarge),
        (SuspiciousOperation, errors.Invalid),
        (DataError, errors.Invalid),
    )
    return next((ours() for theirs, ours in known if isinstance(error, theirs)), None)


def answer(request: HttpRequest, refusal: errors.PatoghError) -> HttpResponseBase:
    """Return the answer to a refusal, in the form that the asker understands."""
    fault = fault_of(request, refusal)
    if refusal.status == 401 and request.method == "GET" and pages.door("sign_in") and not _wants_json(request):
        return _to_sign_in(request)
    response = _spoken(request, fault)
    if refusal.retry_after_s is not None:
        response["Retry-After"] = str(refusal.retry_after_s)
    response["Cache-Control"] = "no-store"
    return response


def fault_of(request: HttpRequest, refusal: errors.PatoghError) -> Fault:
    """Return what the page of a refusal says, with the text somebody was about to send."""
    title = TITLES.get(refusal.status, TITLES[500])
    return Fault(refusal.status, str(title), str(refusal), refusal.code, _ways(request, refusal), _kept_text(request))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Django's handler400."""
    return answer(request, (refusal_of(exception) if exception else None) or errors.Invalid())


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:  # noqa: ARG001  Django names it
    """Django's handler403."""
    return answer(request, errors.Forbidden())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:  # noqa: ARG001  Django names it
    """Django's handler404."""
    return answer(request, errors.NotFound())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Django's CSRF_FAILURE_VIEW: an expired session in the middle of a long post does not lose the text."""
    log.info("CSRF: %s", reason)
    return answer(request, FormExpired())


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django's handler500: our page, or calm words when it is the storage that failed before any view was reached."""
    raised = sys.exc_info()[1]
    refusal = (refusal_of(raised) if isinstance(raised, Exception) else None) or errors.PatoghError()
    try:
        return answer(request, refusal)
    except Exception:
        log.exception("The page of the refusal could not be made.")
        return _bare(request, refusal)


def _bare(request: HttpRequest, refusal: errors.PatoghError) -> HttpResponse:
    """Return a page that needs nothing of ours, in both languages, with the text that was about to be sent."""
    spoken = []
    for language, direction in (("fa", "rtl"), ("en", "ltr")):
        with override(language):
            said = f'<h1>{TITLES.get(refusal.status, TITLES[500])}</h1><p class="muted">{refusal}</p>'
            spoken.append(f'<section lang="{language}" dir="{direction}" class="fault">{said}</section>')
    kept = (
        f'<textarea rows="12" cols="60" dir="auto" readonly>{escape(_kept_text(request))}</textarea>'
        if _kept_text(request)
        else ""
    )
    response = HttpResponse(
        f'<!doctype html><html lang="fa"><meta charset="utf-8"><title>{refusal.status}</title>{"".join(spoken)}{kept}</html>',
        status=refusal.status,
    )
    if refusal.retry_after_s is not None:
        response["Retry-After"] = str(refusal.retry_after_s)
    response["Cache-Control"] = "no-store"
    return response


def _spoken(request: HttpRequest, fault: Fault) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"error": fault.code, "message": fault.sentence}, status=fault.status)
    if pages.wants_part(request):
        response = HttpResponse(
            pages.page_text(request, "looks/fault_part.html", {"fault": fault}), status=fault.status
        )
        response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "beforeend"
        return response
    return pages.render(request, "looks/fault.html", {"fault": fault}, status=fault.status)


def _ways(request: HttpRequest, refusal: errors.PatoghError) -> list[Way]:
    home: Way = (_("To the front page"), pages.door("home") or "/", "second")
    here = request.get_full_path() if request.method == "GET" else _came_from(request)
    first: list[Way] = []
    if refusal.status == 401:
        first = [(_("Sign in"), f"{pages.door('sign_in')}?{urlencode({'next': here})}", "primary")]
    elif refusal.status in {404, 410} and pages.door("search"):
        first = [(_("Search"), pages.door("search"), "primary")]
        if getattr(request, "member", None) is None and pages.door("sign_in"):
            first.append((_("Sign in"), f"{pages.door('sign_in')}?{urlencode({'next': here})}", "second"))
    elif refusal.status in {400, 409, 413, 429, 500, 503, 507} or isinstance(refusal, FormExpired):
        first = [(_("Try again"), here, "primary")]
    return [*first, home]


def _came_from(request: HttpRequest) -> str:
    """Return the path of the page that sent a form, if it is one of ours."""
    origin = pages.absolute(request, "/")
    came = request.headers.get("Referer", "")
    path = came[len(origin) - 1 :] if came.startswith(origin) else "/"
    return "/" + path.lstrip("/")


def _kept_text(request: HttpRequest) -> str:
    """Return the longest text of a form that was refused, so that a page can give it back."""
    if request.method != "POST":
        return ""
    try:
        texts = [
            value for name, value in request.POST.items() if "password" not in name and name != "csrfmiddlewaretoken"
        ]
    except Exception:  # noqa: BLE001  whatever made the form unreadable has its own answer already
        return ""
    longest = max((text for text in texts if isinstance(text, str)), key=len, default="")
    return longest[:_KEPT_CHARS_MAX] if len(longest) >= _KEPT_CHARS_MIN else ""


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    address = f"{pages.door('sign_in')}?{urlencode({'next': request.get_full_path()})}"
    if not pages.wants_part(request):
        return HttpResponseRedirect(address)
    response = HttpResponse(status=401)
    response["HX-Redirect"] = address
    return response


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
