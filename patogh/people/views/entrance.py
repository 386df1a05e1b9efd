"""Ways in beside django-allauth's own: the link of a mail, the demo's doors, the kept text, the first run."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from patogh.kit.errors import Conflict, Invalid, NotFound, TooMany
from patogh.looks import errors, pages
from patogh.people import actions, forms, links, queries
from patogh.people.actions.brands import BrandWords
from patogh.people.demo import DEMO_DOORS
from patogh.people.http import KEPT_POST, MemberRequest, long_texts, safe_next
from patogh.people.models import Member


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: MemberRequest, token: str) -> HttpResponseBase:
    """Show whom a mail's link signs in, with a button; only the button does it, so that no mail scanner can."""
    member, email = links.read(token)
    if request.method != "POST":
        return pages.render(request, "people/sign_in_link.html", {"person": member})
    clear_login(request)
    verify_email_indirectly(request, member, email)
    record_authentication(request, member, method="code", email=email)
    response: HttpResponseBase = perform_login(request, Login(user=member, email=email))
    return response


@require_POST
def demo_sign_in(request: MemberRequest) -> HttpResponseBase:
    """Sign in as one of the demo's people; outside a demo this address does not exist."""
    if not settings.DEMO:
        raise NotFound
    member = Member.objects.filter(handle=request.POST.get("handle", ""), handle__in=DEMO_DOORS).first()
    if member is None:
        raise NotFound
    return _let_in(request, member, safe_next(request))


@never_cache
@require_http_methods(["GET", "HEAD"])
def kept(request: MemberRequest) -> HttpResponseBase:
    """Give back a text whose session had ended while it was written, ready to be sent again."""
    text = request.session.get(KEPT_POST)
    if text is None or request.member is None:
        return redirect("/")
    del request.session[KEPT_POST]
    return pages.render(request, "people/kept.html", {"kept": text, "texts": long_texts(text["texts"])})


def too_many(request: HttpRequest) -> HttpResponseBase:
    """Answer whoever ran into one of django-allauth's limits."""
    return errors.answer(request, TooMany(retry_after_s=60))


@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: MemberRequest) -> HttpResponseBase:
    """Set the hangout up: its brand and its first owner. Afterwards this page is gone."""
    if queries.is_set_up():
        return redirect("/")
    form = forms.WelcomeForm(request.POST or None, request.FILES or None, initial={"language": request.viewer.language})
    if request.method == "POST" and form.is_valid():
        try:
            owner = _first_run(form)
        except (Invalid, Conflict) as refusal:
            field = getattr(refusal, "field", "")
            form.add_error(field if field in form.fields else None, str(refusal))
        else:
            return _let_in(request, owner, "/")
    return pages.render(request, "people/welcome.html", {"form": form}, status=400 if form.errors else 200)


def _let_in(request: MemberRequest, member: Member, address: str) -> HttpResponseBase:
    """Sign somebody in whose right to it is known already: no address is proved and no second step asked."""
    adapter = get_adapter(request)
    adapter.login(request, member)
    facts = {"email_verification": "none", "signal_kwargs": None, "email": None, "signup": False}
    response: HttpResponseBase = adapter.post_login(request, member, redirect_url=address, **facts)
    return response


def _first_run(form: forms.WelcomeForm) -> Member:
    """Run the acts of the first run as one: either all of it is there afterwards, or nothing."""
    said = form.cleaned_data
    words = BrandWords(
        name=said["name"],
        name_en=said["name_en"],
        tagline=said["tagline"],
        tagline_en=said["tagline_en"],
        colour=said["colour"],
        language=said["language"],
    )
    owner = {"name": said["owner_name"], "email": said["owner_email"], "password": said["owner_password"]}
    return actions.open_house(words, owner=owner, logo=said["logo"])
