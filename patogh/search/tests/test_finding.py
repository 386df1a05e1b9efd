"""What finds what."""

import pytest

from patogh.search import actions, queries
from patogh.search.tests.test_keeping import entry

pytestmark = pytest.mark.django_db


def found(typed: str, audiences=("public",), **rest) -> list[int]:
    return [hit.thing_id for hit in queries.search(typed, audiences=audiences, **rest).hits]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
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
        ("سلام به همه", "sghl"),
        ("Shimano Deore brakes", "shimano DEORE"),
        ("مؤسسهٔ رکاب", "موسسه"),
        ("هنوز آمـــاده نیستم", "اماده"),
    ],
)
def test_spellings_find_each_other(written, typed):
    actions.put(entry(1, "عنوان", written))
    actions.put(entry(2, "چیز دیگر", "بی‌ربط است"))
    assert found(typed) == [1]
