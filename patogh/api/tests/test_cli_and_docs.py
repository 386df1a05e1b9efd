"""The commands, and the first steps of docs/api.md as they stand there."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from patogh.api.models import Token
from patogh.api.v1 import urls
from patogh.conf import cli

DOCS = Path(__file__).resolve().parents[3] / "docs" / "api.md"


@pytest.mark.django_db
def test_the_curl_lines_of_the_docs_work(space, member, program):
    mina, found = program(member), {"HOUSE": "", "TOKEN": "", "TOPIC": ""}
    found["TOKEN"] = mina.secret
    lines = re.findall(r"^curl .*$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) >= 6
    for line in lines:
        answer = curl(re.sub(r"\$(HOUSE|TOKEN|TOPIC)", lambda name: str(found[name[1]]), line))
        assert answer.status_code in {200, 201}, (line, answer.content.decode())
        found["TOPIC"] = answer.json().get("id", found["TOPIC"]) if "first-topic" in line else found["TOPIC"]


def curl(line: str):
    """Do what a curl line says, in this process."""
    words, headers, method, body, address = shlex.split(line)[1:], {}, "", None, ""
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-X":
            method = words.pop(0)
        elif word == "-d":
            body = words.pop(0)
        elif not word.startswith("-"):
            address = word
    kind = headers.pop("Content-Type", "application/json" if body else "")
    return Client().generic(
        method or ("POST" if body else "GET"), address, (body or "").encode(), kind, headers=headers
    )


def test_the_description_is_printed_as_it_is_served():
    said = CliRunner().invoke(cli.main, ["openapi"])
    assert said.exit_code == 0 and said.output.strip() == urls._described()


@pytest.mark.django_db
def test_tokens_are_printed_in_demo_data_only(member, settings, tmp_path):
    settings.DATA = tmp_path
    refused = CliRunner().invoke(cli.main, ["user", "token", "mina"])
    assert refused.exit_code == 1 and "demo data only" in refused.output
    (tmp_path / "demo").write_text("")
    made = CliRunner().invoke(cli.main, ["user", "token", "mina", "--scopes", "read:me read:topics"])
    assert made.output.startswith("patogh_pat_") and Token.objects.get().scopes == "read:me read:topics"
