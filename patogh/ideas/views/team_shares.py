"""The makers' share for the team: what is due, what waits for witnesses, corrections; agreement and product of one idea."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patogh.ideas.models import Idea, IdeaProduct
from patogh.ideas.queries.access import one
from patogh.ideas.royalties import months
from patogh.ideas.royalties.actions import close_period, offer_agreement, tie_product, untie_product
from patogh.ideas.royalties.errors import BadSince, IdeaHasNoProduct
from patogh.ideas.royalties.queries.due import ahead
from patogh.ideas.royalties.queries.shown import desk, share_of
from patogh.ideas.terms import terms_of
from patogh.ideas.views.shares import answered
from patogh.ideas.views.team_answers import REFUSALS
from patogh.kit import calendar
from patogh.kit.errors import NotFound, PatoghError
from patogh.people.http import SignedInRequest, allowed
from patogh.shop.models import Product

TYPED_CHARS_MAX = 60
STEPS = ("offer", "tie", "untie")


@require_safe
@allowed("money.pay")
def team_shares(request: SignedInRequest) -> HttpResponse:
    """Show which months come next and why some wait, the periods that wait for witnesses, and corrections."""
    return answered(request, "team", _all())


@require_POST
@allowed("money.pay")
def team_shares_closing(request: SignedInRequest) -> HttpResponse:
    """Close the next month of an idea now instead of waiting for the clock."""
    typed, period = request.POST.get("idea", ""), request.POST.get("period", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
        raise NotFound
    idea = Idea.objects.filter(pk=int(typed)).first()
    if idea is None:
        raise NotFound
    try:
        close_period(idea, period, by=request.member)
    except REFUSALS as refusal:
        return answered(request, "team", _all(), refusal)
    messages.success(request, _("The month is closed. It is paid once independent witnesses have seen it."))
    return HttpResponseRedirect(reverse("team_shares"))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("ideas.decide")
def team_share(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Show the agreement and the products of one idea; a POST offers the agreement, ties a product or unties it."""
    idea = one(Idea.objects.select_related("rules", "author", "programme").exclude(state="draft"), idea_id)
    refusal: PatoghError | None = None
    if request.method == "POST":
        try:
            messages.success(request, _stepped(request, idea))
        except REFUSALS as error:
            refusal = error
        else:
            return HttpResponseRedirect(reverse("team_share", args=[idea.pk]))
    context = {**_one(idea), "on_day": lambda day: calendar.date_words(day, request.viewer)}
    return answered(request, "team_idea", context, refusal)


def _stepped(request: SignedInRequest, idea: Idea) -> str:
    """Take the step that a form names, and return what was done; raises what refuses it."""
    step = request.POST.get("step", "")
    if step == "offer":
        offer_agreement(idea, by=request.member)
        return _("The makers can read it and agree now.")
    day = calendar.parse_date(request.POST.get("day", "")[:TYPED_CHARS_MAX], request.viewer, timezone.now().date())
    if step == "tie":
        product = Product.objects.filter(slug=request.POST.get("product", "")[:TYPED_CHARS_MAX]).first()
        if product is None:
            raise IdeaHasNoProduct(field="product")
        tie_product(idea, product, since=day, by=request.member)
        return _("The product is tied; its sales count from that day on.")
    tie = IdeaProduct.objects.filter(idea=idea, pk=_number(request.POST.get("tie", ""))).first()
    if step != "untie" or tie is None:
        raise BadSince
    untie_product(tie, until=day, by=request.member)
    return _("The product’s sales no longer count from that day on.")


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0


def _all() -> dict[str, object]:
    now = timezone.now()
    rows = sorted(ahead(), key=lambda row: (row.closes_at, row.idea_id))
    return {"desk": desk(), "due": [row for row in rows if row.closes_at <= now], "later": rows, "now": now}


def _one(idea: Idea) -> dict[str, object]:
    terms = terms_of(idea.rules)
    tied = IdeaProduct.objects.filter(until__isnull=True).values("product_id")
    free = Product.objects.exclude(pk__in=tied).order_by("-pk").values_list("slug", "name")[:200]
    agreements = list(idea.agreements.prefetch_related("acceptances").order_by("-version")[:20])
    today = calendar.date_words(timezone.now().date(), months.brand_viewer())
    return {
        "idea": idea, "terms": terms, "share": share_of(idea, terms.royalty_bps), "products": list(free), "today": today,
        "agreements": [(one, len(one.acceptances.all()), len(one.shares)) for one in agreements],
    }  # fmt: skip
