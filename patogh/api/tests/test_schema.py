"""The description is judged by others: schemathesis (no server error, nothing but what is described); it is the same every time.

`PATOGH_API_EXAMPLES` is how many examples an operation gets: few in `make test`, many in `make audit`.
"""

import json
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import settings as bounds

from patogh.api import actions
from patogh.api.scopes import SCOPES
from patogh.api.v1 import description, urls

EXAMPLES = int(os.environ.get("PATOGH_API_EXAMPLES", "3"))
DESCRIPTION = json.loads(urls._described())
schema = schemathesis.openapi.from_dict(DESCRIPTION)
schema.config.phases.coverage.enabled = EXAMPLES > 10
schema.config.generation.with_security_parameters = False
# What JSON Schema cannot say has its own described answers: a cursor we made, a tag that still holds, a name that is known.
schema.config.checks.positive_data_acceptance.expected_statuses = [
    "2xx",
    "3xx",
    "400",
    "403",
    "404",
    "409",
    "412",
    "413",
    "415",
    "422",
    "429",
]
# They end the token that the others ask with.
asked = schema.exclude(operation_id=["revoke_token"])


def test_the_description_is_the_same_every_time():
    assert description.text(urls.api) == urls._described()


def test_every_operation_is_complete():
    for path, methods in DESCRIPTION["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["operationId"] and operation["summary"] and operation["tags"], where
            assert len(operation["description"]) > 20, where
            assert all(
                "multipart" in kind or "example" in media
                for kind, media in operation.get("requestBody", {}).get("content", {}).items()
            ), where
            for answer in operation["responses"].values():
                assert "$ref" in answer or all("example" in one for one in answer.get("content", {}).values()), where


@pytest.fixture
def secret(owner, answer, settings):
    """A token that may do everything, in a place where something was said."""
    settings.DEMO = True  # a machine asks faster than anybody may
    return actions.make_token("schemathesis", list(SCOPES), by=owner)[1]


@asked.parametrize()
@bounds(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
@pytest.mark.django_db
def test_nothing_breaks_and_every_answer_is_described(case, secret, application):
    case.operation.schema.app = application
    case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, app=application)
