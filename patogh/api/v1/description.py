"""The description of the API (OpenAPI 3.1), made from the operations: the same every time, complete with errors, headers and examples."""

from __future__ import annotations

import json
from typing import Any

from ninja import NinjaAPI

from patogh.api.scopes import SCOPES
from patogh.api.v1.problems import KIND

Json = dict[str, Any]
TEXT_CHARS, ROWS_MAX, PATH = 200_000, 1_000, "/api/v1"
TAGS = {
    "me": "Oneself: profile, settings, drafts, bookmarks, browsers, tokens.",
    "members": "Other people.",
    "spaces": "Places with a subject of their own.",
    "tags": "Words that gather conversations.",
    "topics": "Conversations.",
    "polls": "Votes, simple ones and those that anyone can recount.",
    "decisions": "What moderators, and those who asked, decide about conversations.",
    "posts": "What is said in conversations.",
    "pictures": "Pictures to show in posts.",
    "notices": "What one should know.",
    "search": "Finding things.",
    "live": "Listening, and this description.",
    "moderation": "Reports and what is decided about them.",
    "channels": "How and when one hears of things.",
    "ideas": "Ideas of members, the programmes that call for them, their rules and odds.",
    "shop": "Products, and for those who look after the shop its orders and returns.",
    "segments": "Groups of people by a rule, for those who look after people.",
    "book": "The open book: seals, lines with their proofs, receipts. For everybody, without a token.",
}
PROBLEMS = {
    "400": "The request cannot be read.",
    "401": "It is not said who asks, or the token works no longer.",
    "403": "The token lacks the scope, or its holder may not.",
    "404": "There is no such thing, or not for whoever asks; both look the same.",
    "405": "This is not done at this address.",
    "406": "Only JSON is spoken here.",
    "409": "The state of things does not allow it, or the Idempotency-Key belongs to another request.",
    "412": "It has changed since it was read (If-Match).",
    "413": "That is too large.",
    "415": "The body is of a kind that is not taken.",
    "422": "Some fields do not fit; `errors` says which.",
    "429": "Too much at once; Retry-After says when to come back.",
    "500": "A mistake of ours; it is logged.",
    "503": "Busy; nothing was done, Retry-After says when to come back.",
    "507": "The disk is full; nothing was done.",
}
_READING = ("400", "401", "403", "404", "406", "422", "429", "500", "503")
HEADERS: Json = {
    "RateLimit": ("What is left: “r” requests, “t” seconds until there is room again.", '"caller";r=299;t=60'),
    "RateLimit-Policy": ("The quota: “q” requests in “w” seconds.", '"caller";q=300;w=60'),
    "Access-Control-Allow-Origin": ("Only for origins that the operator named.", "https://client.example"),
    "Retry-After": ("Seconds to wait.", 30),
    "ETag": ("The state of the answer, for If-None-Match and If-Match.", '"0123456789abcdef0123456789abcdef"'),
    "Link": ("The next page of a list (RFC 8288).", '</api/v1/topics?after=WzE3LDE3LDBd>; rel="next"'),
    "Idempotency-Replayed": ("Says “true” when this is the first answer again.", "true"),
}
PARAMETERS: Json = {
    "IdempotencyKey": (
        "Idempotency-Key", "A new value for each new request: sent again with it, the request is done once and answered the same.",
        r"^[!-~]{1,255}$", "8e03978e-40d5-43e8-bc93-6894a57f9324",
    ),
    "IfMatch": ("If-Match", "Do it only while a GET of this address has this ETag.", r"^(\*|(W/)?\"[!#-~]{0,200}\")$", "*"),
    "IfNoneMatch": ("If-None-Match", "Answer 304 while the ETag is still this one.", r"^(\*|(W/)?\"[!#-~]{0,200}\")$", '"0123456789abcdef"'),
}  # fmt: skip
PROBLEM: Json = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457), in the language of whoever asks.",
    "additionalProperties": False,
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "maxLength": 100, "format": "uri", "examples": ["urn:patogh:problem:not_found"]},
        "title": {"type": "string", "maxLength": 200},
        "status": {"type": "integer", "format": "int32", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "maxLength": 2000},
        "instance": {"type": "string", "maxLength": 300},
        "code": {"type": "string", "maxLength": 60, "description": "A stable name for programs."},
        "errors": {"type": "array", "maxItems": 20, "items": {"$ref": "#/components/schemas/Fault"}},
    },
}
FAULT: Json = {
    "type": "object",
    "title": "Fault",
    "description": "One field or parameter that does not fit.",
    "additionalProperties": False,
    "required": ["detail", "code"],
    "properties": {
        "pointer": {"type": "string", "maxLength": 300, "description": "JSON pointer into the body."},
        "parameter": {"type": "string", "maxLength": 60},
        "detail": {"type": "string", "maxLength": 500},
        "code": {"type": "string", "maxLength": 60},
    },
}


def text(api: NinjaAPI) -> str:
    """Return the description as JSON; the same operations give the same bytes."""
    return json.dumps(schema(api), ensure_ascii=False, indent=1, sort_keys=True)


def schema(api: NinjaAPI) -> Json:
    """Return the whole description."""
    made: Json = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PATH)))
    known = made["components"]["schemas"]
    _bound(known)
    known.update({"Problem": PROBLEM, "Fault": FAULT})
    for methods in made["paths"].values():
        for method, operation in methods.items():
            _dress(method, operation, known, has_get="get" in methods)
    made["info"] = {
        "title": "Patogh", "version": "1.0.0", "description": "Everything a member can do here, for programs. docs/api.md has the first steps.",
        "contact": {"name": "The operator of this house", "url": "https://patogh.example/"},
        "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
    }  # fmt: skip
    made["servers"] = [{"url": "/", "description": "This house (production)", "x-internal": "false"}]
    made["tags"] = [{"name": name, "description": words} for name, words in TAGS.items()]
    made["components"] |= _components()
    said = json.dumps(made)
    made["components"]["schemas"] = {name: one for name, one in known.items() if f'schemas/{name}"' in said}
    return made


def _dress(method: str, operation: Json, known: Json, *, has_get: bool) -> None:
    """Complete one operation: who may, which headers, what may go wrong, an example of each body."""
    scope, has_files = operation.pop("x-scope", None), operation.pop("x-files", False)
    operation["security"] = [{"token": []}, {"session": []}] if scope else []
    if scope:
        operation["description"] += f"\n\nScope: `{scope}`."
        operation["x-required-scope"] = scope
    _bound(operation.get("parameters", []))
    for parameter in operation.get("parameters", []):
        shown = parameter.pop("examples", None) or parameter["schema"].get("examples")
        fallback = parameter.get("example") or example(parameter["schema"], known)
        parameter["example"] = shown[0] if shown else fallback
    names = [] if has_files else ["IdempotencyKey"]
    names = ["IfNoneMatch"] if method == "get" else [*names, *(["IfMatch"] if has_get else [])]
    operation["parameters"] = [
        *operation.get("parameters", []),
        *({"$ref": f"#/components/parameters/{name}"} for name in names),
    ]
    body = operation.get("requestBody", {}).get("content", {})
    for media in body.values():
        _bound(media["schema"])
        if not has_files:
            media["example"] = example(media["schema"], known)
    _answers(method, operation, known)


def _answers(method: str, operation: Json, known: Json) -> None:
    for answer in operation["responses"].values():
        names = ["RateLimit", "RateLimit-Policy", "Access-Control-Allow-Origin"]
        names += ["ETag"] if method == "get" else ["Idempotency-Replayed"]
        for media in answer.get("content", {}).values():
            _bound(media["schema"])
            media["example"] = example(media["schema"], known)
            names += ["Link"] if "Rows_" in str(media["schema"]) or "Found" in str(media["schema"]) else []
        answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    if method == "get":
        operation["responses"]["304"] = {"$ref": "#/components/responses/304"}
    for status in _READING if method == "get" else PROBLEMS:
        operation["responses"][status] = {"$ref": f"#/components/responses/{status}"}


def _components() -> Json:
    """Return what all operations refer to."""
    return {
        "securitySchemes": {
            "token": {
                "type": "http", "scheme": "bearer", "bearerFormat": "patogh_pat_…",
                "description": "A personal access token (RFC 6750, RFC 8725 does not apply: it is opaque). Scopes: " + ", ".join(SCOPES),
            },
            "session": {
                "type": "apiKey", "in": "cookie", "name": "patogh_session",
                "description": "A browser that is signed in; what changes something needs the header X-CSRFToken besides.",
            },
        },
        "responses": {status: _problem(status, words) for status, words in PROBLEMS.items()} | {"304": _not_modified()},
        "headers": {name: _header(words, one) for name, (words, one) in HEADERS.items()},
        "parameters": {
            key: {
                "name": name, "in": "header", "required": False, "description": words, "example": one,
                "schema": {"type": "string", "maxLength": 255, "pattern": pattern},
            }
            for key, (name, words, pattern, one) in PARAMETERS.items()
        },
    }  # fmt: skip


def _problem(status: str, words: str) -> Json:
    names = ["RateLimit", "RateLimit-Policy", "Access-Control-Allow-Origin"]
    names += ["Retry-After"] if status in {"429", "503", "507"} else []
    said = {
        "type": "urn:patogh:problem:example", "title": "…", "status": int(status), "detail": words, "instance": "/api/v1/topics", "code": "example",
    }  # fmt: skip
    return {
        "description": words,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {KIND: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": said}},
    }


def _not_modified() -> Json:
    names = ("RateLimit", "RateLimit-Policy", "Access-Control-Allow-Origin", "ETag")
    return {
        "description": "It is as you have it.",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
    }


def _header(words: str, one: str | int) -> Json:
    is_number = isinstance(one, int)
    kind: Json = (
        {"type": "integer", "format": "int32", "minimum": 0, "maximum": 86_400}
        if is_number
        else {"type": "string", "maxLength": 1000}
    )
    return {"description": words, "schema": kind, "example": one}


def _bound(node: Any) -> None:
    """Say how long texts and lists and how large numbers get where the types leave it open."""
    if isinstance(node, list):
        for one in node:
            _bound(one)
    elif isinstance(node, dict):
        for name, value in _bounds(node).items():
            node.setdefault(name, value)
        for name, one in node.items():
            if name not in {"example", "examples", "default", "enum", "required"}:
                _bound(one)


def _bounds(node: Json) -> Json:
    """Return the bounds of one shape."""
    kind = node.get("type")
    if kind == "string" and "enum" not in node and "const" not in node:
        return {"maxLength": 64 if node.get("format") in {"date", "date-time"} else TEXT_CHARS}
    if kind == "object" and node.get("additionalProperties"):
        return {"maxProperties": ROWS_MAX}
    numbers = {"format": "int64", "minimum": 0, "maximum": 2**63 - 1}
    known: dict[str, Json] = {"array": {"maxItems": ROWS_MAX}, "integer": numbers}
    return known.get(str(kind), {})


def example(shape: Json, known: Json) -> Any:
    """Return an example of a shape, from the examples of its fields."""
    if "$ref" in shape:
        return example(known[shape["$ref"].rpartition("/")[2]], known)
    given = (
        [shape[name] for name in ("const", "default") if name in shape]
        + (shape.get("examples") or [])
        + shape.get("enum", [])
    )
    if given:
        return given[0]
    if "anyOf" in shape:
        return example(shape["anyOf"][0], known)
    if shape.get("type") == "object":
        return {name: example(one, known) for name, one in shape.get("properties", {}).items()}
    if shape.get("type") == "array":
        return [example(shape["items"], known)] * max(1, shape.get("minItems", 1))
    return _plain(shape)


def _plain(shape: Json) -> Any:
    kind = shape.get("type")
    if kind == "string":
        return {"date-time": "2026-11-22T08:30:00Z", "date": "2026-11-22"}.get(shape.get("format", ""), "…")
    return {"integer": max(1, shape.get("minimum", 1)), "boolean": False, "number": 1.0}.get(str(kind))
