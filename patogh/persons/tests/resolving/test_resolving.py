"""A table from the file to links and persons, by the command; and every bad file with one sentence."""

import csv
import random
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from splink import DuckDBAPI, Linker, SettingsCreator

from patogh.conf import cli
from patogh.persons.resolving import (
    batch,
    clusters,
    columns,
    fields,
    keys,
    levels,
    loading,
    predicting,
    reading,
    training,
)
from patogh.persons.resolving.clusters import Facts, Pair

FEBRL = Path(__file__).resolve().parents[5] / "shared" / "data" / "febrl"
SMALL = """id,نام,نام خانوادگی,موبایل,رنگ
1,محمد,صالحی,۰۹۱۲۱۲۳۴۵۶۷,آبی
2,Mohammad,Salehi,+98 912 123 4567,
3,زهرا,صالحی,09121234567,سرخ
4,مینا,کریمی,09351112233,سبز
5,مينا,كريمي,00989351112233,سبز
6,مونا,کریمی,09351112233,
"""


def resolve(folder: Path, file: Path, *more: str):
    return CliRunner().invoke(cli.main, ["people", "resolve", str(file), "--out", str(folder / "links.csv"), *more])


def links(folder: Path) -> set[tuple[str, str]]:
    with (folder / "links.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["left_id", "right_id", "probability"]
    assert all(0 <= float(row[2]) <= 1 for row in rows[1:])
    return {(row[0], row[1]) for row in rows[1:]}


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_both_scripts_are_one_person_and_relatives_are_not(tmp_path, small):
    done = resolve(
        tmp_path,
        small,
        "--report",
        str(tmp_path / "report.html"),
        "--clusters",
        str(tmp_path / "persons.csv"),
        "--threshold",
        "0.5",
    )
    assert done.exit_code == 0, done.output
    assert links(tmp_path) == {("1", "2"), ("4", "5")}
    assert "رنگ" in done.output
    persons = dict(list(csv.reader((tmp_path / "persons.csv").open(encoding="utf-8")))[1:])
    assert len(persons) == 6 and persons["1"] == persons["2"] != persons["3"]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "آدم" in page and "Which records are one person?" in page and "http" not in page.replace("http-equiv", "")


def test_hostile_cells_are_words_in_the_report(tmp_path, small):
    small.write_text(SMALL.replace("آبی", "<script>alert(1)</script>").replace("رنگ", "<b>"), encoding="utf-8")
    done = resolve(tmp_path, small, "--report", str(tmp_path / "report.html"), "--threshold", "0.5")
    assert done.exit_code == 0, done.output
    assert "<script>" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def febrl(path: Path, count: int) -> list[list[str]]:
    """Write the first rows of FEBRL 1 to `path` without blanks and without soc_sec_id, and return them."""
    with (FEBRL / "dataset1.csv").open(encoding="utf-8") as file:
        rows = [[cell.strip() for cell in row][:-1] for row in csv.reader(file)][: count + 1]
    save(path, rows)
    return rows


def save(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def test_febrl_1_keeps_its_figures(tmp_path):
    febrl(tmp_path / "febrl.csv", 1_000)
    found = list(batch.resolve(batch.Wish(tmp_path / "febrl.csv", "rec_id", region="AU")).links())
    right = sum(left.split("-")[1] == other.split("-")[1] for left, other, _ in found)
    assert right / len(found) >= 0.998 and right / 500 >= 0.998


def test_the_order_of_rows_and_columns_changes_no_link(tmp_path):
    rows = sorted(febrl(tmp_path / "one.csv", 1_000)[1:])[:180]
    header = febrl(tmp_path / "one.csv", 1)[0]
    order, other = list(range(len(header))), list(rows)
    random.Random(3).shuffle(order)
    random.Random(4).shuffle(other)
    save(tmp_path / "one.csv", [header, *rows])
    save(tmp_path / "two.csv", [[row[at] for at in order] for row in (header, *other)])
    found = [
        {
            (frozenset(link[:2]), round(link[2], 6))
            for link in batch.resolve(batch.Wish(tmp_path / name, "rec_id", region="AU")).links()
        }
        for name in ("one.csv", "two.csv")
    ]
    assert found[0] == found[1] and len(found[0]) > 20


BAD = {
    "no identifier": ("name,phone\nAli,09121234567\nReza,09121234568\n", "no column called"),
    "doubled identifier": ("id,given\n7,Ali\n7,Reza\n", "unique"),
    "missing identifier": ("id,given\n7,Ali\n,Reza\n", "no identifier"),
    "nothing to compare": ("id,colour\n1,red\n2,blue\n", "no column tells who"),
    "empty": ("", "is empty"),
    "header only": ("id,given\n", "no rows"),
    "one row": ("id,given\n1,Ali\n", "one row"),
    "two columns of one name": ("id,given,given\n1,Ali,A\n2,Reza,R\n", "two columns"),
    "endless header": ("id" + "x" * 300_000 + "\n1\n2\n", "first line"),
    "open quote": ('id,given\n1,Ali\n2,"Reza\n3,Sara\n', "after line 2 is never closed"),
    "nameless": ('"  ",\n1,2\n', "name the columns"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_table_gets_one_sentence_and_leaves_nothing(tmp_path, what):
    text, said = BAD[what]
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    done = resolve(tmp_path, path)
    assert done.exit_code == 1
    assert said in done.output and "Traceback" not in done.output
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bad.csv"]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"PK\x03\x04....", "workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"PAR1 no parquet", "Parquet"),
        (b"id\x00\x01\x02given" * 9, "text file"),
    ],
)
def test_a_file_that_is_no_table_is_told_so(tmp_path, head, said):
    path = tmp_path / "table.csv"
    path.write_bytes(head)
    done = resolve(tmp_path, path)
    assert done.exit_code == 1 and said in done.output


@pytest.mark.parametrize(
    "more", [["--threshold", "7"], ["--region", "Iran"], ["--region", "XX"], ["--report", "nowhere/at/all.html"]]
)
def test_bad_options_are_refused_before_the_work(tmp_path, small, more):
    done = resolve(tmp_path, small, *more)
    assert done.exit_code == 1 and not (tmp_path / "links.csv").exists()


def test_the_table_is_never_written_over(small):
    done = CliRunner().invoke(cli.main, ["people", "resolve", str(small), "--out", str(small)])
    assert done.exit_code == 1 and small.read_text(encoding="utf-8") == SMALL


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1256"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_in_any_usual_encoding(tmp_path, encoding, separator):
    path = tmp_path / "people.csv"
    path.write_bytes(
        "id,نام,شهر\n1,محمد,تهران\n2,کاظم,شيراز\n".replace(",", separator)
        .replace("ک", "ك")
        .replace("ی", "ي")
        .encode(encoding)
    )
    table = reading.open_table(path)
    assert table.header == ("id", "نام", "شهر")
    assert [row[1] for piece in table.pieces() for row in piece] == ["محمد", "كاظم"]


def test_parquet_is_read_with_numbers_as_they_are_meant(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(
        pa.table({"id": [1, 2], "phone": [9121234567.0, None], "given": ["Ali", "Reza"]}), tmp_path / "p.parquet"
    )
    table = reading.open_table(tmp_path / "p.parquet")
    assert [list(row) for piece in table.pieces() for row in piece] == [["1", "9121234567", "Ali"], ["2", "", "Reza"]]


def test_a_record_without_a_name_is_no_bridge_between_two_people():
    facts = {1: Facts("ali", "salehi", ""), 2: Facts("", "salehi", ""), 3: Facts("reza", "salehi", "")}
    found = clusters.join([Pair(1, 2, 9.0), Pair(2, 3, 8.0)], facts)
    assert found.groups == [[1, 2]] and found.refused_names == 1


def test_a_group_never_grows_beyond_what_a_person_can_have():
    facts = dict.fromkeys(range(80), Facts("ali", "salehi", "19800101"))
    found = clusters.join([Pair(one, one + 1, 5.0) for one in range(79)], facts)
    assert max(map(len, found.groups)) == clusters.RECORDS_MAX and found.refused_size > 0


def test_pairs_and_groups_say_the_same():
    chance = random.Random(5)
    facts = dict.fromkeys(range(60), Facts("ali", "", ""))
    pairs = [Pair(*sorted(chance.sample(range(60), 2)), chance.random()) for _ in range(40)]
    found = clusters.join(pairs, facts)
    sizes = Counter(len(group) for group in found.groups)
    assert len(found.pairs) == sum(size * (size - 1) // 2 * count for size, count in sizes.items())
    assert {row for pair in found.pairs for row in pair[:2]} == {row for group in found.groups for row in group}


@pytest.fixture
def taught(tmp_path):
    """Six hundred rows of FEBRL in an engine, with what Splink learnt of them."""
    febrl(tmp_path / "febrl.csv", 600)
    table = reading.open_table(tmp_path / "febrl.csv")
    known = columns.recognised(table.header, table.sample, "rec_id")
    with duckdb.connect() as db:
        loaded = loading.load(table, known, "AU", db, lambda _count: None)
        yield db, loaded, training.trained(db, loaded)


def test_our_prediction_says_what_splinks_says(taught):
    db, loaded, weights = taught
    predicting.predict(db, loaded, weights, -4.0)
    ours = {(left, right): weight for left, right, weight in db.execute("from predicted").fetchall()}
    asked = [
        {**training._splink(each), "comparison_levels": levels_of(each, weights)}
        for each in predicting.comparisons(loaded)
    ]
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="n", comparisons=asked, blocking_rules_to_generate_predictions=["l.family_k = r.family_k"],
        probability_two_random_records_match=weights.prior, retain_matching_columns=False,
    )  # fmt: skip
    theirs = Linker(DuckDBAPI(db).register("records"), settings).inference.predict(threshold_match_weight=-4)
    rows = db.execute(f"select n_l, n_r, match_weight from {theirs.physical_name}").fetchall()
    met = {(min(row[:2]), max(row[:2])): row[2] for row in rows}
    both = met.keys() & ours.keys()
    assert len(both) > 100
    assert max(abs(met[pair] - ours[pair]) for pair in both) < 1e-6


def levels_of(each, weights):
    """The levels of a comparison as Splink wants them, with the odds that were learnt."""
    null, *rows = training._splink(each)["comparison_levels"]
    for row, level in zip(rows, each.levels, strict=True):
        odds = weights.odds[each.name][level.name]
        row |= {"m_probability": odds.m, "u_probability": odds.u}
        if level.tf:
            row |= {"tf_adjustment_column": level.tf}
    return [null, *rows]


def test_where_no_relatives_are_shown_both_names_meet_in_any_order_and_spelling():
    (rule,) = [one for one in keys.ALONE if one.name == "kx"]
    assert rule.columns == {"given_k", "family_k"}
    with duckdb.connect() as db:
        db.execute(
            "create table records as select * from (values (1, 'zrn', 'brdshw'), (2, 'brdshw', 'zrn'), (3, 'zrn', null)) t(n, given_k, family_k)"
        )
        values = f"select n, {keys.sql_of(rule)} as v from records"
        assert db.execute(predicting.met_sql(values, rule.records_max)).fetchall() == [(1, 2)]


def test_a_distance_is_only_measured_where_it_can_be_small():
    chance = random.Random(4)
    words = ["".join(chance.choices("abc1", k=chance.randint(1, 9))) for _ in range(60)]
    words += [word[:at] + chance.choice(("", "a", word[at:][::-1])) for word in words for at in (0, 2, 4)]
    with duckdb.connect() as db:
        db.execute("create table w as select unnest(?) as v", [[word for word in words if word]])
        for most in (1, 2):
            ours = levels._edited_sql("v", most)
            wrong = f"select count(*) from (select l.v as v_l, r.v as v_r from w l, w r) where ({ours}) <> (damerau_levenshtein(v_l, v_r) <= {most})"
            assert db.execute(wrong).fetchone() == (0,)


@pytest.mark.parametrize(
    "text", ["a.b-c_9@gmail.com", "A@B.org", "a@xn--mgbah1a3hjkrd.ir", "x+tag@b.example", "a..b@c..d"]
)
def test_a_usual_address_is_read_as_any_other(text):
    address = fields.email(text)
    local, _, domain = address.rpartition("@")
    local = local.partition("+")[0]
    wanted = f"{local.replace('.', '') if domain == 'gmail.com' else local}@{domain}" if address else ""
    assert fields.email_compared(text) == wanted
