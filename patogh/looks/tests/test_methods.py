"""A form that means DELETE passes the CSRF check like any other form."""

import pytest
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.test import RequestFactory

from patogh.looks.methods import MethodOverride


def asked(rf: RequestFactory, **fields: str) -> tuple[object, str | None]:
    """Send a form through both checks, in their order; return the refusal, if any, and the method that the view sees."""
    first = rf.get("/")
    token = get_token(first)
    request = rf.post("/", {"csrfmiddlewaretoken": token, **fields})
    request.COOKIES["patogh_csrf"] = first.META["CSRF_COOKIE"]
    csrf = CsrfViewMiddleware(lambda _request: None)
    csrf.process_request(request)
    refusal = csrf.process_view(request, lambda _request: None, (), {})
    MethodOverride(lambda _request: None).process_view(request)
    return refusal, request.method


def test_a_plain_form_may_mean_delete(rf):
    assert asked(rf, _method="delete") == (None, "DELETE")


def test_a_form_cannot_mean_what_is_no_method(rf):
    assert asked(rf, _method="TRACE") == (None, "POST")


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_whatever_it_means(rf):
    refusal, _method = asked(rf, _method="DELETE", csrfmiddlewaretoken="x" * 32)
    assert refusal is not None
