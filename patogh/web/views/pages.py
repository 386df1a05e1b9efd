"""Home over HTTP."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from patogh.hangout.views.reading import answer
from patogh.people.http import MemberRequest
from patogh.people.readers import ask_of
from patogh.web.views.home import home as assembled


@require_safe
def home(request: MemberRequest) -> HttpResponse:
    """Show today."""
    ask = ask_of(request)
    return answer(request, assembled(ask), ask)
