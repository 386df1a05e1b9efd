"""Every field, path and parameter of the API takes anything without falling: a refusal in problem details, never an error of ours."""

import copy
import json
import re
from urllib.parse import quote

import pytest
from django.db import connection, transaction

from patogh.api import pace
from patogh.api.v1.urls import _described
from patogh.hangout.pace import forget_pace
from tests.house.access import body_of, client_of

pytestmark = pytest.mark.django_db
DESCRIPTION = json.loads(_described())
NASTY = {
    "nul": '"a\\u0000b"',
    "half a pair": '"a\\ud800b"',
    "bidi": '"\\u202e\\u2066gnp.exe\\u200f\\u0007"',
    "markup": '"<script>alert(1)</script>\\r\\nSet-Cookie: a=b"',
    "long": json.dumps("ی" * 120_000),
    "huge number": str(10**30),
    "nothing": "null",
    "object": '{"a": {"$gt": ""}, "__proto__": 1}',
    "list": "[[1], null, {}]",
}
IDS = (str(10**30), str(2**63), "-1", "0", "1e3", "0x1f", "۱۲۳", "²", "%00", "1%0d%0aX: y", "' OR 1=1 --", "..%2f..%2fetc", "null", "a" * 3_000)  # fmt: skip
PARAMETERS = ("", "-1", "0", str(10**30), "²", "a%00b", "%ed%a0%80", "a" * 6_000, "eyJhIjoxfQ", "null")  # fmt: skip
ENDS_TOKEN = {"revoke_token"}
TELLING = {"nul", "half a pair", "long", "huge number"}  # what databases take differently


def tried_here() -> dict[str, str]:
    """Return what is worth trying with the database of this run."""
    return {kind: value for kind, value in NASTY.items() if connection.vendor == "sqlite" or kind in TELLING}


def operations():
    """Yield (path, method, operation) as the API describes them."""
    for path, methods in DESCRIPTION["paths"].items():
        for method, operation in methods.items():
            if operation["operationId"] not in ENDS_TOKEN:
                yield path, method.upper(), operation


def filled(path: str, things: dict) -> str:
    """Put things of the town into an address."""
    values = {
        **things,
        "handle": "reza",
        "slug": "repair",
        "place": "new",
        "word": "thanks",
        "picture": things["token"],
    }
    names = {
        "topic": "topic_id",
        "post": "post_id",
        "item": "item_id",
        "appeal": "appeal_id",
        "decision": "decision_id",
    }
    return re.sub(r"\{(\w+)\}", lambda part: quote(str(values.get(names.get(part[1], part[1]), 7))), path)


@pytest.fixture
def ask(people, settings):
    """Return a function that asks as an admin and takes back what it did."""
    settings.DEMO = True
    client = client_of(people["admin"])

    def send(method: str, path: str, body: bytes = b""):
        with transaction.atomic():
            headers = {"Authorization": f"Bearer {client.token}", "Accept-Language": "fa"}
            answer = client.generic(method, path, body, "application/json" if body else "", headers=headers)
            body_of(answer)
            transaction.set_rollback(True)
        pace.forget_pace()
        forget_pace()
        return answer

    return send


def fault(answer) -> str:
    """Say what is wrong with an answer, or nothing."""
    if answer.status_code >= 500 and not (answer.status_code in {503, 507} and "Retry-After" in answer.headers):
        return f"{answer.status_code}"
    if answer.status_code >= 400:
        said = json.loads(answer.content)
        if answer.headers["Content-Type"] != "application/problem+json" or not re.search("[آ-ی]", said["detail"]):
            return f"{answer.status_code} says {said}"
    return "" if "a=b" not in str(answer.headers) else "writes headers"


def test_no_field_of_any_body_falls_over_anything(ask, things):
    wrong = []
    for path, method, operation in operations():
        media = operation.get("requestBody", {}).get("content", {}).get("application/json")
        for field in sorted((media or {}).get("example") or {}):
            for kind, value in tried_here().items():
                body = copy.deepcopy(media["example"]) | {field: "@here@"}
                raw = json.dumps(body).replace('"@here@"', value).encode()
                if found := fault(ask(method, filled(path, things["own"]), raw)):
                    wrong.append(f"{method} {path} {field} ({kind}): {found}")
    assert wrong == []


@pytest.mark.once
def test_no_body_as_a_whole_falls_over_anything(ask, things):
    deep = b'{"text":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    bodies = [deep, b"{" * 50_000, b"\xff\xfe{}", b'{"a":1,"a":2}', b"\x00", b"[]", b"null", b"1" * 5_000, b'"x"', b'{"text": NaN}', b"\xef\xbb\xbf{}"]  # fmt: skip
    wrong = []
    for path, method, operation in operations():
        if "application/json" in operation.get("requestBody", {}).get("content", {}):
            for raw in bodies if operation["operationId"] in {"reply", "edit_me", "decide"} else bodies[:5:2]:
                found = fault(ask(method, filled(path, things["own"]), raw))
                wrong += [f"{method} {path} ({raw[:20]!r}): {found}"] if found else []
    assert wrong == []


def test_no_part_of_an_address_falls_over_anything(ask, things):
    wrong = []
    for path, method, _operation in operations():
        for part in re.findall(r"\{(\w+)\}", path) if method in {"GET", "DELETE"} else ():
            for value in IDS:
                place = "@" if value.isascii() and "%" in value else ""
                address = filled(path.replace(f"{{{part}}}", "@here@"), things["own"])
                address = address.replace("%40here%40", "@here@").replace(
                    "@here@", value if place else quote(value, safe="")
                )
                answer = ask(method, address)
                if found := fault(answer):
                    wrong.append(f"{method} {path} {part}={value[:30]}: {found}")
                if answer.status_code < 400 and value in IDS[:3]:
                    wrong.append(f"{method} {path} {part}={value[:30]}: {answer.status_code}")
    assert wrong == []


def test_no_parameter_falls_over_anything(ask, things):
    wrong = []
    for path, method, operation in operations():
        for parameter in [one for one in operation.get("parameters", []) if one.get("in") == "query"]:
            for value in PARAMETERS:
                answer = ask(method, f"{filled(path, things['own'])}?{parameter['name']}={value}")
                if found := fault(answer):
                    wrong.append(f"{method} {path} {parameter['name']}={value[:30]}: {found}")
    assert wrong == []
