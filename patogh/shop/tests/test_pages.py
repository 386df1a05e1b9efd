"""Pages of the shop: for everybody a product, for those who look after it everything else, and a file from upload to report."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from patogh.activity import jobs
from patogh.kit.hooks import hookimpl, plugins
from patogh.shop import actions
from patogh.shop.models import Import, Order, Product
from patogh.shop.tests.conftest import back, order

pytestmark = pytest.mark.django_db
CSV = "شماره سفارش,کد کالا,تعداد,مبلغ خالص,تاریخ\n۱,LAMP,۲,1360000,۱۴۰۵/۰۸/۱۰\n۲,GHOST,1,10,1405/08/10\n"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path


def test_everybody_sees_a_product_on_sale_with_its_makers(stranger, lamp):
    class Makers:
        @hookimpl
        def product_makers(self, request, product):
            return f"makers of {product.sku}"

    made = Makers()
    plugins.register(made)
    try:
        page = stranger.get(f"/products/{lamp.slug}").content.decode()
    finally:
        plugins.unregister(made)
    assert "makers of LAMP" in page
    assert "۶۸۰٬۰۰۰ تومان" in page


def test_a_product_in_the_making_is_seen_by_those_who_look_after_it(stranger, owner, signed_in, bell):
    assert stranger.get(f"/products/{bell.slug}").status_code == 404
    assert signed_in(owner).get(f"/products/{bell.slug}").status_code == 200


@pytest.mark.parametrize("path", ["", "/products/new", "/orders", "/imports"])
def test_the_team_pages_do_not_exist_for_others(member, signed_in, path):
    assert signed_in(member).get(f"/team/shop{path}").status_code == 404


def test_a_product_is_put_in_changed_and_sold(owner, signed_in):
    client = signed_in(owner)
    words = {"sku": "LAMP", "name": "چراغ", "unit": "TOMAN", "price": "۶۸۰٬۰۰۰", "url": "https://example.org/lamp"}
    client.post("/team/shop/products/new", words)
    row = Product.objects.get()
    assert (row.price_minor, row.unit, row.state) == (6_800_000, "IRR", "planned")
    client.post(f"/team/shop/products/{row.pk}", {**words, "name": "چراغ عقب"})
    client.post(f"/team/shop/products/{row.pk}/sale")
    row.refresh_from_db()
    assert (row.name, row.state) == ("چراغ عقب", "on_sale")
    assert client.get(f"/team/shop/products/{row.pk}").status_code == 200
    client.post(f"/team/shop/products/{row.pk}/sale", {"_method": "DELETE"})
    row.refresh_from_db()
    assert row.state == "ended"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"sku": "LAMP"}, 400),
        ({"price": "سه"}, 400),
        ({"url": "javascript:alert(1)"}, 400),
        ({"unit": "XAU"}, 400),
        ({"name": ""}, 400),
    ],
)
def test_what_no_product_can_be_is_said_at_its_field(owner, signed_in, lamp, words, status):
    said = {"sku": "OTHER", "name": "زنگ", "unit": "IRR", **words}
    assert signed_in(owner).post("/team/shop/products/new", said).status_code == status
    assert Product.objects.count() == 1


def test_a_file_goes_from_upload_over_its_columns_to_the_report(owner, signed_in, lamp):
    client = signed_in(owner)
    sent = {"source": "rekab.ir", "kind": "orders", "file": SimpleUploadedFile("سفارش‌ها.csv", CSV.encode())}
    address = client.post("/team/shop/imports", sent)["Location"]
    page = client.get(address).content.decode()
    assert "شماره سفارش" in page
    columns = {"column_number": "0", "column_sku": "1", "column_quantity": "2", "column_net": "3", "column_date": "4"}
    assert client.post(address, columns).status_code == 400  # in which money?
    client.post(address, {**columns, "unit": "TOMAN"})
    assert 'data-hx-get="' in client.get(address).content.decode()
    jobs.drain()
    row = Import.objects.get()
    assert (row.state, row.new_count, row.refused_count, Order.objects.get().net_minor) == ("ended", 1, 1, 13_600_000)
    assert "GHOST" in b"".join(client.get(f"{address}/refusals.csv").streaming_content).decode()
    assert client.get(f"{address}/progress").status_code == 200


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a,b\n\0\0", b"one\n"])
def test_a_file_that_is_no_table_is_refused_and_not_kept(owner, signed_in, data, tmp_path):
    sent = {"source": "rekab.ir", "kind": "orders", "file": SimpleUploadedFile("x.csv", data)}
    assert signed_in(owner).post("/team/shop/imports", sent).status_code == 400
    assert not Import.objects.exists() and not list(tmp_path.glob("shop_files/*"))


def test_a_file_can_be_thrown_away_before_it_is_read(owner, signed_in, lamp, tmp_path):
    client = signed_in(owner)
    sent = {"source": "rekab.ir", "kind": "orders", "file": SimpleUploadedFile("x.csv", CSV.encode())}
    address = client.post("/team/shop/imports", sent)["Location"]
    client.post(address, {"_method": "DELETE"})
    assert not Import.objects.exists() and not list(tmp_path.glob("shop_files/*"))


def test_an_order_shows_its_lines_its_returns_and_what_it_said_before(owner, signed_in, lamp):
    actions.take_orders("rekab.ir", [order(email="mina@example.org")], by=owner)
    actions.take_returns("rekab.ir", [back()], by=owner)
    client, row = signed_in(owner), Order.objects.get()
    page = client.get(f"/team/shop/orders/{row.pk}").content.decode()
    assert "mina@" not in page and "mi•••@example.org" in page
    assert row.number in client.get("/team/shop/orders?number=1001&source=rekab.ir").content.decode()


def test_the_lists_cost_as_many_queries_with_thirty_rows_as_with_one(
    owner, signed_in, lamp, django_assert_max_num_queries
):
    client = signed_in(owner)
    actions.take_orders("rekab.ir", [order()], by=owner)
    client.get("/team/shop/orders")
    with django_assert_max_num_queries(40) as one:
        client.get("/team/shop/orders")
    actions.take_orders("rekab.ir", [order(f"n{at}", email=f"a{at}@example.org") for at in range(29)], by=owner)
    with django_assert_max_num_queries(len(one)):
        client.get("/team/shop/orders")
