"""A statement is counted again from its own file; every figure that was touched is found."""

import json

import pytest
from click.testing import CliRunner

from patogh.conf.cli.base import main
from patogh.ideas.royalties.actions import close_period
from patogh.ideas.royalties.checking import faults_in
from patogh.ideas.royalties.queries.statements import statement
from patogh.ideas.tests.royal import ABAN, NOW, on_sale, returned, sold
from patogh.ideas.tests.test_royalties import AZAR, AZAR_DAY, LATER

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(member, owner):
    """The file of a month with a correction, a debt before it, and something left by rounding."""
    idea, product = on_sale(member, owner)
    line = sold(product, 7_777_777)
    close_period(idea, ABAN, now=NOW)
    returned(line, 7_777_700, AZAR_DAY)
    sold(product, 333, AZAR_DAY.replace(day=5))
    sold(product, 555_555, AZAR_DAY)
    (row,) = close_period(idea, AZAR, now=LATER)
    return json.loads(json.dumps(statement(member, row.lines.get().pk).as_json()))


def test_what_the_house_wrote_holds(told):
    assert told["line"]["owed_out"] > 0 and told["corrections"] and faults_in(told) == []


@pytest.mark.parametrize(
    "name", ["net", "bps", "share_bps", "carried_in", "owed_in", "amount", "carried_out", "owed_out"]
)
def test_every_figure_that_was_touched_is_found(told, name):
    told["line"][name] += 1
    assert faults_in(told)


@pytest.mark.parametrize(
    "touch",
    [
        lambda told: told.update(gross=told["gross"] + 1), lambda told: told["corrections"].clear(),
        lambda told: told["openings"].clear(), lambda told: told["openings"][0].update(salt="00" * 16),
        lambda told: told.update(entry="{}"), lambda told: told.update(entry=7), lambda told: told.pop("line"),
        lambda told: told.update(format="other"), lambda told: told["line"].update(net="7"),
    ],
)  # fmt: skip
def test_a_file_that_was_cut_or_forged_is_told_apart(told, touch):
    touch(told)
    assert faults_in(told)


@pytest.mark.parametrize("said", [None, [], 7, "x", {}, {"format": "patogh-share/v1"}])
def test_what_is_no_statement_is_said_to_be_none(said):
    assert faults_in(said)


def test_the_command_says_so_by_its_exit_status(told, tmp_path):
    file = tmp_path / "share.json"
    file.write_text(json.dumps(told))
    assert CliRunner().invoke(main, ["ideas", "check-share", str(file)]).exit_code == 0
    told["line"]["amount"] += 1
    file.write_text(json.dumps(told))
    assert CliRunner().invoke(main, ["ideas", "check-share", str(file)]).exit_code == 1
    file.write_bytes(b"\xff\x00[")
    assert CliRunner().invoke(main, ["ideas", "check-share", str(file)]).exit_code == 1
