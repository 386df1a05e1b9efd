"""One's own ideas: what to do next, what one stands behind, what one is asked to make."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from patogh.ideas.queries import access, making
from patogh.ideas.views import reading_words
from patogh.looks import pages
from patogh.people.http import SignedInRequest, signed_in


@require_safe
@signed_in
def my_ideas(request: SignedInRequest) -> HttpResponse:
    """Show a member's own ideas by whose turn it is, invitations, and the ideas they stand behind."""
    found = making.mine(request.member, after=request.GET.get("after"), before=request.GET.get("before"))
    context = {
        "mine": found, "states": reading_words.STATE_WORDS, "shows_count": access.shows_count, "days_to": making.days_to, "now": timezone.now(),
    }  # fmt: skip
    answer = pages.render(request, "ideas/mine.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
