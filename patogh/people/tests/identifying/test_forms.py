import pytest

from patogh.kit.errors import Invalid
from patogh.people import kinds
from patogh.people.identifying import forms, normal

NORMAL = [
    ("email", "  Mina@Example.ORG ", "mina@example.org"),
    ("email", "mailto:a.b+c@gmail.com", "a.b+c@gmail.com"),
    ("email", "mina@رکاب.ایران", "mina@xn--mgbcz49b.xn--mgba3a4f16a"),
    ("email", "<ali@münchen.de>", "ali@xn--mnchen-3ya.de"),
    ("phone", "۰۹۱۳ ۱۲۳ ۴۵۶۷", "+989131234567"),
    ("phone", "٠٠٩٨٩١٣١٢٣٤٥٦٧", "+989131234567"),
    ("phone", "+۱ (۲۱۲) ۵۵۵-۲۳۶۸", "+12125552368"),
    ("phone", "۰۰۴۹ ۱۵۱ ۲۳۴۵۶۷۸۹", "+4915123456789"),
    ("phone", "+٩٠ ٥٣٢ ١٢٣ ٤٥ ٦٧", "+905321234567"),
    ("phone", "+۴۴ ۷۴۰۰ ۱۲۳۴۵۶", "+447400123456"),
    ("telegram", "۰۱۲۳۴۵", "12345"),
    ("telegram", "https://t.me/Maryam_S", "@maryam_s"),
    ("bale", "@Maryam_S", "@maryam_s"),
    ("instagram", "https://www.instagram.com/maryam.Rekabzan/", "maryam.rekabzan"),
    ("mastodon", "@Mina@Mastodon.Social", "mina@mastodon.social"),
    ("mastodon", "https://mastodon.social/@mina", "mina@mastodon.social"),
    ("bluesky", "@Mina.bsky.social", "mina.bsky.social"),
    ("bluesky", "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "did:plc:ewvi7nxzyoun6zhxrhs64oiz"),
    ("shop-customer", "Woo:12", "woo:12"),
    ("segment-user", "web:User 7", "web:User 7"),
    ("card", "A" * 64, "a" * 64),
    ("order-email", "Mina@Example.org", "mina@example.org"),
    ("order-phone", "09131234567", "+989131234567"),
    ("webmention", "HTTPS://Example.ORG:443/mina#me", "https://example.org/mina"),
    ("member", "@Mina", "mina"),
    ("cookie", "0192-abcd-ef", "0192-abcd-ef"),
]


@pytest.mark.parametrize(("kind", "text", "form"), NORMAL, ids=[f"{number}" for number in range(len(NORMAL))])
def test_each_kind_has_one_normal_form_and_it_is_a_fixed_point(kind, text, form):
    assert normal(kind, text) == form
    assert normal(kind, form) == form


@pytest.mark.parametrize(("text", "region", "form"), [
    ("۰۹۱۳۱۲۳۴۵۶۷", "IR", "+989131234567"), ("(۲۱۲) ۵۵۵-۲۳۶۸", "US", "+12125552368"), ("۰۱۵۱ ۲۳۴۵۶۷۸۹", "DE", "+4915123456789"),
    ("۰۵۳۲ ۱۲۳ ۴۵ ۶۷", "TR", "+905321234567"), ("۰۷۴۰۰ ۱۲۳۴۵۶", "GB", "+447400123456"),
], ids=["IR", "US", "DE", "TR", "GB"])  # fmt: skip
def test_a_number_without_a_country_is_of_the_region_asked_for(text, region, form):
    assert forms.phone(text, region) == form


BAD = [
    ("email", "mina"), ("email", "a..b@example.org"), ("email", "a@b@c"), ("email", "a b@example.org"), ("email", f"{'a' * 250}@example.org"),
    ("email", "mina@localhost"), ("phone", "12"), ("phone", "salam"), ("telegram", "x"), ("telegram", "9" * 30), ("instagram", "مریم"),
    ("mastodon", "mina"), ("bluesky", "did:plc:x"), ("shop-customer", "12"), ("shop-customer", "woo:"), ("card", "6037991234567890"),
    ("webmention", "javascript:alert(1)"), ("webmention", f"https://example.org/{'a' * 300}"), ("cookie", "short"), ("cookie", "a b c d e f g"),
    ("email", "mina\0@example.org"), ("telegram", "\ud800"), ("nothing", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), BAD, ids=[f"{number}" for number in range(len(BAD))])
def test_what_cannot_be_read_is_refused_with_a_sentence(kind, text):
    with pytest.raises(Invalid) as refusal:
        normal(kind, text)
    assert str(refusal.value)


def test_kinds_that_mean_the_same_are_known_from_each_other():
    assert set(kinds.alike("email")) == set(kinds.alike("order-email")) == {"email", "order-email"}
    assert kinds.alike("telegram") == ("telegram",)
