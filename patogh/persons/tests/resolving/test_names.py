"""Names in two scripts: what must meet, what must stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patogh.persons.resolving import names

ONE = {
    "محمد": "Mohammad Mohamad Muhammed Mohammed", "صالحی": "Salehi", "حسین": "Hossein Hosein Hussain Husayn", "فاطمه": "Fatemeh Fateme Fatima",
    "زینب": "Zeynab Zeinab", "علی‌رضا": "Alireza Ali-Reza", "سید علی": "Ali", "شمس‌الدین": "Shamsoddin Shamseddin", "خسروی": "Khosravi",
    "چنگیز": "Changiz", "ژیلا": "Zhila Jila", "قاسم": "Ghasem Qasem", "سعید": "Saeed Saeid", "یحیی": "Yahya", "موسی": "Mousa Moosa Musa",
    "مصطفی": "Mostafa", "کاظم‌زاده": "Kazemzadeh Kazem-Zade", "رضاپور": "Rezapour Rezapoor", "کیانی‌نیا": "Kianinia", "نوید": "Navid",
    "داود": "Davood Davoud", "ایمان": "Iman Eeman", "یوسف": "Yousef Yusuf", "هدیه": "Hedieh Hedyeh", "روح‌الله": "Rohollah Ruhollah",
    "مینا": "Mina", "خواجوی": "Khajavi", "عبدالله": "Abdollah Abdullah", "اسماعیل": "Esmaeil Ismail", "شقایق": "Shaghayegh", "خدیجه": "Khadijeh",
}  # fmt: skip


@pytest.mark.parametrize("persian", ONE)
def test_a_name_meets_its_transliterations(persian):
    for latin in ONE[persian].split():
        assert names.similarity(persian, latin) >= names.CLOSE, latin
        assert not names.is_same_name_veto(persian, latin)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("علي", "علی"),
        ("كاظم", "کاظم"),
        ("علی‌رضا", "علیرضا"),
        ("علی رضا", "علیرضا"),
        ("دکتر سعید", "سعید"),
        ("JOSÉ", "jose"),
    ],
)
def test_spellings_of_one_script_are_one_fold(a, b):
    assert names.fold(a) == names.fold(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("مینا", "Mona"),
        ("مونا", "Mina"),
        ("کیوان", "Kian"),
        ("علی", "Reza"),
        ("محمدرضا", "محمدعلی"),
        ("Mohammadreza", "محمدعلی"),
        ("Liz", "Elizabeth"),
        ("Hassan", "Hossein"),
        ("مینا", "مونا"),
        ("حسن", "حسین"),
    ],
)
def test_two_people_of_a_household_stay_two(a, b):
    assert names.is_same_name_veto(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("A.", "Ali"),
        ("علی", "علیرضا"),
        ("Sam", "Samantha"),
        ("", "Reza"),
        ("Reza", "Rezza"),
        ("رحمن", "رحمان"),
        ("داود", "داوود"),
        ("موسی", "موسا"),
    ],
)
def test_a_short_form_or_a_typing_mistake_forbids_nothing(a, b):
    assert not names.is_same_name_veto(a, b)


def test_swapped_names_forbid_nothing():
    assert not names.is_same_name_veto("Ali", "Rezaei", "Rezaei", "Ali")
    assert not names.is_same_name_veto("P.", "Millworth", "Millworth", "Paul")
    assert names.is_same_name_veto("Ali", "Reza", "Rezaei", "Rezaei")
    assert names.is_same_name_veto("Ali", "Reza", "Rezaei", "Karimi")


def test_birth_dates_three_edits_apart_are_of_two_people():
    assert names.is_birth_veto("19800101", "19751224")
    assert not names.is_birth_veto("19800101", "19800110")
    assert not names.is_birth_veto("", "19751224")


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_symmetric_and_between_nought_and_one(a, b):
    assert 0 <= names.similarity(a, b) <= 1
    assert names.similarity(a, b) == pytest.approx(names.similarity(b, a))
    assert names.is_same_name_veto(a, b) == names.is_same_name_veto(b, a)
    assert not names.is_same_name_veto(a, a)
