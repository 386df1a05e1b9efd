"""The API itself and how operations are put into it: a path, a scope, what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import NinjaAPI, Router
from ninja.renderers import JSONRenderer

from patogh.api.callers import Caller
from patogh.api.v1 import problems
from patogh.api.v1.bodies import OurParser
from patogh.kit.calendar import Viewer
from patogh.people.models import Member

Function = TypeVar("Function", bound=Callable[..., Any])
Mark = Callable[[Function], Function]


class Ask(HttpRequest):
    """A request behind the frame."""

    caller: Caller
    member: Member
    viewer: Viewer


class Doors:
    """One router with a tag; every method of it adds an operation named as its function is."""

    def __init__(self, tag: str) -> None:
        self.router = Router(tags=[tag])
        self.tag = tag

    def get(self, path: str, returns: Any, scope: str | None, **options: Any) -> Mark[Any]:
        """Add a reading."""
        return self._add("GET", path, {200: returns}, scope, options)

    def post(self, path: str, returns: Any, scope: str, *, status: int = 201, **options: Any) -> Mark[Any]:
        """Add a making."""
        return self._add("POST", path, {status: returns, **options.pop("more", {})}, scope, options)

    def put(self, path: str, returns: Any, scope: str, **options: Any) -> Mark[Any]:
        """Add a setting of a state; done twice it is done once."""
        return self._add("PUT", path, {200 if returns else 204: returns}, scope, options)

    def patch(self, path: str, returns: Any, scope: str, **options: Any) -> Mark[Any]:
        """Add a change of some fields."""
        return self._add("PATCH", path, {200: returns, **options.pop("more", {})}, scope, options)

    def end(self, path: str, returns: Any, scope: str, **options: Any) -> Mark[Any]:
        """Add an ending of a state; done twice it is done once."""
        return self._add("DELETE", path, {200 if returns else 204: returns}, scope, options)

    def _add(
        self, method: str, path: str, answers: dict[int, Any], scope: str | None, options: dict[str, Any]
    ) -> Mark[Any]:
        extra: dict[str, Any] = {} if scope is None else {"x-scope": scope}
        extra |= {"x-files": True} if options.get("files") else {}

        def mark(function: Any) -> Any:
            words = (function.__doc__ or "").strip()
            summary = words.split(".")[0].split("\n")[0].split(";")[0]
            self.router.add_api_operation(
                path, [method], function, response=answers, operation_id=function.__name__, summary=summary,
                description=words, tags=[self.tag], openapi_extra=extra,
            )  # fmt: skip
            return function

        return mark


class OurRenderer(JSONRenderer):
    """JSON with its letters as they are: Persian is read by people, and is half as long so."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


def made(routers: list[Doors]) -> NinjaAPI:
    """Return the API over these routers."""
    api = NinjaAPI(
        title="Patogh", version="1.0.0", urls_namespace="patogh-v1", docs_url=None, openapi_url=None, parser=OurParser(), renderer=OurRenderer(),
    )  # fmt: skip
    api._exception_handlers.clear()  # noqa: SLF001 - every refusal goes one way, and ninja has no name for that
    api.add_exception_handler(Exception, problems.answer)  # type: ignore[arg-type]  # it is called with instances
    for doors in routers:
        api.add_router("", doors.router)
    return api
