"""Files: any encoding that shops write, read in chunks that are whole or not at all, refused rows told one by one."""

import os

import pytest

from patogh.activity import jobs
from patogh.activity.models import Activity, Job
from patogh.shop import actions, files, limits, running
from patogh.shop.errors import ColumnsMissing, FileRefused, NotWaiting, UnitNotChosen
from patogh.shop.models import Import, OrderLine, Product, Refusal, Return
from patogh.shop.reading import plans, tables

pytestmark = pytest.mark.django_db
HEAD = "شماره سفارش,کد کالا,تعداد,مبلغ خالص,تاریخ\n"
ROWS = "۱۰۰۱,LAMP,۲,۱٬۳۶۰٬۰۰۰,۱۴۰۵/۰۸/۱۰\n".replace("۱٬۳۶۰٬۰۰۰", '"۱٬۳۶۰٬۰۰۰"')


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path


def brought(owner, text, kind="orders", encoding="utf-8", unit="TOMAN"):
    """Keep a file, choose its columns as they are proposed and begin."""
    data = text if isinstance(text, bytes) else text.encode(encoding)
    kept = files.keep([data], "rekab.ir", kind, "orders.csv")
    table = tables.opened(files.path_of(kept.file))
    plan = plans.made(kind, table.headers, plans.proposed(kind, table.headers), unit)
    return actions.begin_reading(actions.keep_file(kept, by=owner), plan.as_json(), by=owner)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
def test_a_file_of_every_encoding_that_shops_write_is_read(owner, lamp, encoding):
    text = HEAD.replace("ی", "ي").replace("ک", "ك") + ROWS.replace("۱", "1").replace("۰", "0").replace(
        "۲", "2"
    ).replace("۳", "3")
    text = text.replace("۶", "6").replace("۴", "4").replace("۵", "5").replace("۸", "8").replace("٬", ",")
    row = running.read_on(brought(owner, text if encoding == "cp1256" else HEAD + ROWS, encoding=encoding))
    assert (row.state, row.new_count, row.refused_count) == ("ended", 1, 0)
    line = OrderLine.objects.get()
    assert (line.net_minor, line.unit, line.quantity) == (13_600_000, "IRR", 2)


def test_a_worker_reads_the_file_and_lets_it_go(owner, lamp):
    row = brought(owner, HEAD + ROWS)
    jobs.drain()
    row.refresh_from_db()
    assert (row.state, row.file, row.new_count) == ("ended", "", 1)
    assert not list((files.path_of("x" * 20).parent).glob("*"))
    assert Activity.objects.filter(verb="shop.import_ended").count() == 1


def test_the_second_time_changes_nothing(owner, lamp):
    running.read_on(brought(owner, HEAD + ROWS))
    row = running.read_on(brought(owner, HEAD + ROWS))
    assert (row.new_count, row.changed_count, row.same_count) == (0, 0, 1)


def test_what_cannot_be_read_is_refused_row_by_row_and_the_rest_is_taken(owner, lamp):
    text = (
        HEAD
        + ROWS
        + "1002,GHOST,1,10,1405/08/10\n,LAMP,1,10,1405/08/10\n1003,LAMP,x,10,1405/08/10\n\n1004,LAMP,1,10,نیست\n1005,LAMP,1,10,1405/08/10,too,many\n"
    )
    row = running.read_on(brought(owner, text))
    codes = list(Refusal.objects.order_by("pk").values_list("row", "code"))
    assert codes == [
        (2, "product_unknown"), (3, "number_missing"), (4, "quantity_unreadable"), (6, "date_unreadable"), (7, "cells_too_many"),
    ]  # fmt: skip
    assert (row.rows_count, row.new_count, row.refused_count) == (7, 1, 5)


def test_a_buyer_who_cannot_be_read_costs_no_sale(owner, lamp):
    text = "order number,sku,quantity,net,date,email\n1,LAMP,1,10,1405/08/10,nobody\n"
    row = running.read_on(brought(owner, text))
    assert (row.new_count, row.refused_count, Refusal.objects.get().is_taken) == (1, 0, True)


def test_whoever_is_killed_in_the_middle_is_taken_over_where_it_stood(owner, lamp, monkeypatch):
    monkeypatch.setattr(limits, "CHUNK_ROWS", 10)
    text = HEAD + "".join(f"{at},LAMP,1,10,1405/08/10\n" for at in range(95))
    row = brought(owner, text)
    seen = []

    def die(now):
        seen.append(now.rows_count)
        if len(seen) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        running.read_on(row, progress=die)
    again = Import.objects.get()
    assert (again.rows_count, OrderLine.objects.count()) == (40, 40)
    done = running.read_on(again)
    lamp.refresh_from_db()
    assert (done.new_count, done.same_count, OrderLine.objects.count(), lamp.units_sold) == (95, 0, 95, 95)


def test_two_readers_of_one_file_take_no_row_twice(owner, lamp):
    row = brought(owner, HEAD + ROWS)
    stale = Import.objects.get(pk=row.pk)
    running.read_on(row)
    assert actions.read_some(stale.pk, actions.Chunk(0, 1, 10)) is None


def test_a_turn_ends_and_the_next_is_queued(owner, lamp, monkeypatch):
    monkeypatch.setattr(limits, "CHUNK_ROWS", 1)
    row = brought(owner, HEAD + "1,LAMP,1,10,1405/08/10\n2,LAMP,1,10,1405/08/10\n3,LAMP,1,10,1405/08/10\n")
    Job.objects.all().delete()
    now = running.read_on(row, turn_s=0)
    assert (now.state, now.rows_count) == ("reading", 1)


def test_rows_of_one_order_stay_in_one_chunk(owner, lamp, bell, monkeypatch):
    monkeypatch.setattr(limits, "CHUNK_ROWS", 2)
    row = brought(owner, HEAD + "1,LAMP,1,10,1405/08/10\n2,LAMP,1,10,1405/08/10\n2,BELL,1,10,1405/08/10\n")
    assert [chunk.end for chunk in running.chunks(row, tables.opened(files.path_of(row.file)))] == [3]


def test_columns_chosen_wrongly_stop_the_reading(owner, lamp, monkeypatch):
    monkeypatch.setattr(limits, "REFUSED_AT_FIRST_MAX", 3)
    monkeypatch.setattr(limits, "CHUNK_ROWS", 2)
    row = running.read_on(brought(owner, HEAD + "".join(f"{at},GHOST,1,10,1405/08/10\n" for at in range(8))))
    assert (row.state, row.stopped_why) == ("stopped", "nothing_fits")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"), (b"  \n\n", "empty"), (b"PK\x03\x04rest", "archive"), (b"a,b\n\0\0\1", "binary"), (b"one\n1\n", "one_column"),
        (b"a,a\n1,2\n", "same_names"), (b",,\n", "no_names"), (b"\xfe\xff\xfa\xfb" * 9, "encoding"), ((",".join(f"c{at}" for at in range(300))).encode(), "too_wide"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_its_reason(data, why):
    kept = files.keep([data], "s", "orders", "x.csv")
    with pytest.raises(FileRefused) as refused:
        tables.opened(files.path_of(kept.file))
    assert refused.value.facts["why"] == why or (
        why == "encoding" and refused.value.facts["why"] in {"encoding", "no_names", "one_column"}
    )


def test_a_quote_that_is_never_closed_stops_with_a_sentence(owner, lamp):
    row = running.read_on(brought(owner, HEAD + '1,LAMP,1,10,"1405' + "x\n" * 70_000))
    assert (row.state, row.stopped_why) == ("stopped", "broken")


def test_a_plan_without_its_columns_or_its_money_is_refused():
    with pytest.raises(ColumnsMissing):
        plans.made("orders", ["a", "b"], {"number": 0, "sku": 9}, "IRR")
    with pytest.raises(UnitNotChosen):
        plans.made("orders", list("abcde"), {"number": 0, "sku": 1, "quantity": 2, "net": 3, "date": 4}, "")


def test_a_file_is_begun_once_and_dropped_only_before(owner, lamp):
    row = brought(owner, HEAD + ROWS)
    with pytest.raises(NotWaiting):
        actions.begin_reading(row, row.plan, by=owner)
    with pytest.raises(NotWaiting):
        actions.drop_import(row, by=owner)


def test_products_and_returns_come_from_files_too(owner):
    text = "کد محصول,نام محصول,قیمت,لینک\nBELL,زنگ,۹۰٬۰۰۰,https://example.org/bell\nX,بد,5,javascript:1\n"
    row = running.read_on(brought(owner, text.replace("۹۰٬۰۰۰", "90000"), "products"))
    assert (row.new_count, Refusal.objects.get().code, Product.objects.get().price_minor) == (
        1,
        "link_unreadable",
        900_000,
    )
    running.read_on(brought(owner, "order,sku,qty,net,date\n1,BELL,2,180000,1405/08/10\n"))
    row = running.read_on(
        brought(owner, "order,sku,qty,net,date\n1,BELL,1,90000,1405/08/12\n1,BELL,9,90000,1405/08/13\n", "returns")
    )
    assert (row.new_count, row.refused_count, Return.objects.get().net_minor) == (1, 1, 900_000)


def test_files_that_nobody_waits_for_are_swept(owner):
    kept = files.keep([b"a,b\n"], "s", "orders", "x.csv")
    actions.keep_file(kept, by=owner)
    nobodys = files.keep([b"a,b\n"], "s", "orders", "y.csv")
    for lying in (kept, nobodys):
        os.utime(files.path_of(lying.file), (0, 0))
    coming = files.keep([b"a,b\n"], "s", "orders", "z.csv")  # the row that waits for it is not written yet
    assert files.sweep() == 1
    assert [files.path_of(one.file).exists() for one in (kept, nobodys, coming)] == [True, False, True]
