"""The page on which one makes tokens and takes them back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patogh.api import actions, forms, queries
from patogh.api.models import Token
from patogh.api.scopes import SCOPES
from patogh.kit.errors import NotFound, PatoghError
from patogh.looks import pages
from patogh.people.http import SignedInRequest, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def tokens(request: SignedInRequest) -> HttpResponseBase:
    """Show one's tokens and make one; its secret is shown on the answer to the form and never again."""
    form, secret = forms.TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = actions.make_token(**form.said(), by=request.member)
            form = forms.TokenForm()
        except PatoghError as refusal:
            field = getattr(refusal, "field", "")
            form.add_error(field if field in form.fields else None, str(refusal))
    rows = [(row, [SCOPES[name] for name in row.scopes.split()]) for row in queries.tokens_of(request.member)]
    context = {"form": form, "secret": secret, "tokens": rows, "here": "tokens"}
    answer = pages.render(request, "api/tokens.html", context, status=400 if form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["DELETE"])
@signed_in
def token(request: SignedInRequest, token_id: int) -> HttpResponseBase:
    """Take a token back."""
    row = Token.objects.filter(member=request.member, pk=token_id).first()
    if row is None:
        raise NotFound
    actions.revoke_token(row, by=request.member)
    messages.success(request, _("The token no longer works."))
    return redirect("tokens")
