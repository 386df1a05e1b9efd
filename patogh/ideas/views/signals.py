"""What the team sees of an idea's supports: signals with their effect, and all prices. HTTP only."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from patogh.ideas.queries import desk, supports
from patogh.ideas.queries.signals import signals_of
from patogh.ideas.terms import terms_of
from patogh.ideas.views import prices
from patogh.ideas.views.team_answers import page
from patogh.people.http import SignedInRequest, allowed


@require_safe
@allowed("ideas.triage")
def team_idea_signals(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Show the signals of an idea's supports, and what its supporters would pay."""
    idea = desk.idea_at_desk(idea_id)
    choices = {one.key: one.words(request.viewer.language) for one in terms_of(idea.rules).survey_choices}
    whom = [(choices.get(key, key), count) for key, count in supports.for_whom(idea).items()]
    said = prices.words_of(supports.prices(idea, for_team=True), request.viewer)
    return page(request, "supports", {"idea": idea, "found": signals_of(idea), "whom": whom, **said})
