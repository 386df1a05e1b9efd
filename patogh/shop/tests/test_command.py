"""The command on a real house: a killed run goes on where it stood, and a second one changes nothing."""

import json

import pytest
from click.testing import CliRunner

from patogh.conf.cli.base import main
from patogh.shop.models import Import, OrderLine

HEAD = "order number,sku,quantity,net,date\n"


def run(*words):
    return CliRunner().invoke(main, ["shop", "import", *words], standalone_mode=True)


@pytest.fixture
def house(db, monkeypatch):
    """The command finds a house that stands."""
    monkeypatch.setattr("patogh.conf.cli.shop.start_django", lambda: None)


def test_a_file_is_read_to_its_end_and_the_second_time_changes_nothing(house, lamp, tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text(HEAD + "".join(f"{at},LAMP,1,10,1405/08/10\n" for at in range(12)), encoding="utf-8")
    words = ("orders", str(file), "--source", "rekab.ir", "--unit", "TOMAN", "--json")
    assert json.loads(run(*words).stdout)["new"] == 12
    again = json.loads(run(*words).stdout)
    assert (again["new"], again["changed"], again["same"], OrderLine.objects.count()) == (0, 0, 12, 12)


def test_a_run_that_was_killed_goes_on_where_it_stood(house, lamp, tmp_path, monkeypatch):
    file = tmp_path / "orders.csv"
    file.write_text(HEAD + "".join(f"{at},LAMP,1,10,1405/08/10\n" for at in range(30)), encoding="utf-8")
    monkeypatch.setattr("patogh.shop.limits.CHUNK_ROWS", 10)
    words = ("orders", str(file), "--source", "rekab.ir", "--unit", "IRR", "--json")
    with monkeypatch.context() as killed:
        killed.setattr(
            "patogh.shop.running.actions.end_import", lambda *_a, **_k: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        run(*words)
    assert (Import.objects.get().state, Import.objects.get().rows_count) == ("reading", 30)
    assert json.loads(run(*words).stdout)["state"] == "ended"
    assert (Import.objects.count(), OrderLine.objects.count()) == (1, 30)


def test_a_dry_run_says_how_the_columns_are_read(house, tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text("Bestellung,sku,qty,net,date\n", encoding="utf-8")
    said = run("orders", str(file), "--source", "s", "--unit", "EUR", "--column", "number=Bestellung", "--dry-run")
    assert json.loads(said.stdout)["columns"]["number"] == "Bestellung"
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--unit", "IRR"), "Choose a column"), (("--unit", "IRR", "--column", "number=Ghost"), "no column called"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_in_one_line(house, tmp_path, words, sentence):
    file = tmp_path / "orders.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    done = run("orders", str(file), "--source", "s", *words)
    assert done.exit_code == 1
    assert sentence in done.stderr
