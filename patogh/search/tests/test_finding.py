"""What finds what, and in which order."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from patogh.kit.pages import BadCursor
from patogh.search import actions, queries
from patogh.search.queries import candidates, expressions
from patogh.search.tests.conftest import entry

pytestmark = pytest.mark.django_db
SPELLINGS = [
    ("کتاب‌ها را خواندم", "کتابها"),
    ("كتابها را خواندم", "کتاب‌ها"),
    ("كتاب ها را خواندم", "کتابها"),
    ("کتابهای خوب", "كتاب‌هاي خوب"),
    ("فردا می‌روم تهران", "میروم"),
    ("فردا میروم تهران", "می‌روم"),
    ("فردا می روم تهران", "میروم"),
    ("فردا میروم تهران", "می روم"),
    ("چرخ ۱۲ اینچ", "12 اینچ"),
    ("چرخ ١٢ اینچ", "۱۲ اینچ"),
    ("چرخ 12 اینچ", "۱۲"),
    ("زنجیر دوچرخه پاره شد", "زنحیر دوچرخه"),
    ("زنجیر دوچرخه پاره شد", "زنجیرر"),
    ("زنجیر دوچرخه پاره شد", "زجنیر"),
    ("زنجیر دوچرخه پاره شد", "دوچرخه زنجر"),
    ("دست‌دوم خریدم", "دستدوم"),
    ("دست دوم خریدم", "دستدوم"),
    ("دستدوم خریدم", "دست دوم"),
    ("سی وسه پل قشنگ است", "سیوسهپل"),
    ("سيوسهپل قشنگ است", "سی‌وسه‌پل"),
    ("سلام به همه", "sghl"),
    ("Shimano Deore brakes", "shimano DEORE"),
    ("مؤسسهٔ رکاب", "موسسه"),
    ("هنوز آمـــاده نیستم", "اماده"),
    ("سفارشم نرسید", "سفارش"),
    ("قیمت ۱۲۵۰۰۰۰ تومان", "۱٬۲۵۰٬۰۰۰"),
    ("مسأله این است", "مسئله"),
]


@pytest.mark.parametrize(("written", "typed"), SPELLINGS)
def test_spellings_find_each_other(put, found, written, typed):
    put(1, "عنوان", written)
    put(2, "چیز دیگر", "بی‌ربط است")
    assert found(typed) == [1]


def test_the_exact_spelling_stands_before_the_mended_one(put, found):
    put(1, "", "زنجیره")
    put(2, "", "زنجیر")
    assert found("زنجیر")[0] == 2


def test_a_title_stands_before_a_mention(put, found):
    put(1, "ترمز دیسکی", "یک متن")
    put(2, "یک عنوان", "دربارهٔ ترمز دیسکی هم حرف زدیم")
    assert found("ترمز دیسکی") == [1, 2]


def test_words_that_stand_together_come_first(put, found):
    put(1, "الف", "زنجیر " + "و کلمه‌ای دیگر " * 20 + "روغن")
    put(2, "ب", "روغن زنجیر خوب است")
    assert found("روغن زنجیر") == [2, 1]


def test_the_younger_of_two_equals_stands_first(put, found):
    now = timezone.now()
    put(1, "زنجیر", happened_at=now)
    put(2, "زنجیر", happened_at=now - dt.timedelta(days=900))
    assert found("زنجیر") == [1, 2]


def test_a_topic_appears_once_with_its_best_post(put):
    put(1, "پرسش", "چیزی")
    put(10, "", "زنجیر را با نفت بشور", kind="post", topic_id=1, url="/t/1/p/2")
    put(11, "", "زنجیر زنجیر زنجیر", kind="post", topic_id=1, weight=20, url="/t/1/p/3")
    hits = queries.search("زنجیر", audiences=["public"]).hits
    assert [(hit.thing_id, hit.plain_title, hit.url) for hit in hits] == [(11, "پرسش", "/t/1/p/3")]


def test_light_words_are_not_insisted_on(put, found):
    put(1, "", "تمیزکردن زنجیر دوچرخه")
    assert found("چطور زنجیر دوچرخه را تمیز کنم") == [1]


def test_nothing_private_leaks(put, found):
    put(1, "رازِ قناری", "kanari", audience="space:7", space_id=7)
    put(2, "", "رازِ قناری", kind="post", topic_id=1, audience="space:7")
    for typed in ("قناری", "قنار", "kanari", "رازِ قناري", "رازقناری", "kanarri"):
        assert found(typed, ("public", "members", "space:8")) == []
        assert queries.suggest(typed, audiences=["public", "members"]) == []
        assert queries.similar(typed, audiences=["public", "members"]) == []
    assert found("قناری", ("public", "space:7")) == [1]
    assert found("قناری", ()) == []


def test_a_correction_names_no_word_that_only_private_texts_hold(put):
    for number in range(3):
        put(number, "قناریستان", audience="space:7")
    assert queries.search("قناریستن", audiences=["public"]).meant == ""
    put(9, "قناریستین")
    assert queries.search("قناریستن", audiences=["public"]).meant == "قناریستین"


@pytest.mark.parametrize(
    "narrow",
    [
        {"space_id": 3},
        {"author_id": 4},
        {"tag": "روغن‌کاری"},
        {"tag": "روغنکاري"},
        {"topic_kind": "question"},
        {"kinds": ("topic",)},
        {"since": dt.datetime(2026, 2, 1, tzinfo=dt.UTC), "until": dt.datetime(2026, 3, 2, tzinfo=dt.UTC)},
        {"since": dt.datetime(2019, 1, 1, tzinfo=dt.UTC), "until": dt.datetime(2026, 3, 2, tzinfo=dt.UTC)},
        {"until": dt.datetime(2026, 3, 1, 12, 0, 1, tzinfo=dt.UTC)},
    ],
)
def test_each_filter_narrows(put, found, narrow):
    moment = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    put(1, "زنجیر", space_id=3, author_id=4, tags=("روغن‌کاری",), topic_kind="question", happened_at=moment)
    put(
        2,
        "زنجیر",
        space_id=5,
        author_id=6,
        tags=("لنت",),
        topic_kind="show",
        kind="post",
        happened_at=moment + dt.timedelta(days=2),
    )
    assert found("زنجیر", **narrow) == [1]


def test_pages_continue_without_a_gap_or_a_repeat(db):
    actions.put_many(entry(number, "زنجیر", "متن " * (number % 7)) for number in range(47))
    seen, cursor = [], None
    while True:
        page = queries.search("زنجیر", audiences=["public"], limit=10, cursor=cursor)
        seen += [hit.thing_id for hit in page.hits]
        if not (cursor := page.next):
            break
    assert sorted(seen) == list(range(47))


def test_a_broken_cursor_is_refused(put):
    put(1, "زنجیر")
    for cursor in ("xx", "bnVsbA", "WyJhIiwxLDBd"):
        with pytest.raises(BadCursor):
            queries.search("زنجیر", audiences=["public"], cursor=cursor)


def test_a_slip_is_mended_and_said(put):
    put(1, "زنجیر دوچرخه")
    results = queries.search("زنحیر دوچرخه", audiences=["public"])
    assert (results.meant, len(results.hits)) == ("زنجیر دوچرخه", 1)


@pytest.mark.parametrize("size", [1, 30])
def test_a_search_costs_the_same_queries_whatever_it_finds(db, django_assert_max_num_queries, size):
    actions.put_many(entry(number, "زنجیر", author_id=number, space_id=number) for number in range(size))
    with django_assert_max_num_queries(12):
        queries.search("زنجیر", audiences=["public"])


def test_the_index_does_the_finding(put):
    put(1, "زنجیر")
    sql, given = candidates.statement(
        expressions.every([expressions.Token("زنجیر")]), ["public"], queries.Filters(), 10
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + sql, given)
        plan = " ".join(str(row) for row in cursor.fetchall())
    wanted = (
        ("VIRTUAL TABLE INDEX", "INTEGER PRIMARY KEY") if connection.vendor == "sqlite" else ("search_index_words",)
    )
    assert all(part in plan for part in wanted)
    assert "SCAN d" not in plan
