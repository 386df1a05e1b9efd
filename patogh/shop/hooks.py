"""What the shop plugs in: its verbs, its places in the account menu, what erasing and one's own data do with orders."""

from __future__ import annotations

import sys
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from patogh.activity import verb
from patogh.kit.hooks import hookimpl, plug
from patogh.looks.hooks import NavItem
from patogh.looks.waiting import waiting
from patogh.people.models import Member
from patogh.people.notice_kinds import notice_kind
from patogh.people.queries import may
from patogh.shop import (  # noqa: F401 - declare what may be plugged in, and the tasks
    actions,
    hookspecs,
    neutral,
    person_page,
    segment_words,
    streams,
    tasks,
)
from patogh.shop.actions.batches import RIGHT
from patogh.shop.actions.codes import NOTICE
from patogh.shop.queries import codes, sharing
from patogh.shop.queries.orders import orders_named, own_orders_csv
from patogh.shop.queries.products import named

verb(
    "shop.product_put", type="Create", fa="کالای {subject} را آورد", en="put in the product {subject}", visible="staff"
)
verb(
    "shop.product_edited",
    type="Update",
    fa="{subject} را ویرایش کرد",
    en="changed the product {subject}",
    visible="staff",
)
verb(
    "shop.product_released",
    type="Announce",
    fa="{subject} را به فروش گذاشت",
    en="put {subject} on sale",
    visible="public",
)
verb(
    "shop.product_ended",
    type="Remove",
    fa="فروش {subject} را پایان داد",
    en="took {subject} off sale",
    visible="public",
)
verb("shop.products_taken", type="Add", fa="دسته‌ای کالا آورد", en="brought a batch of products", visible="staff")
verb("shop.orders_taken", type="Add", fa="دسته‌ای سفارش آورد", en="brought a batch of orders", visible="staff")
verb("shop.returns_taken", type="Add", fa="دسته‌ای مرجوعی آورد", en="brought a batch of returns", visible="staff")
verb(
    "shop.import_ended",
    type="Add",
    fa="پروندهٔ {subject} تا پایان خوانده شد",
    en="the file {subject} was read to its end",
    visible="staff",
)
verb(
    "shop.import_stopped",
    type="Reject",
    fa="خواندن پروندهٔ {subject} ایستاد",
    en="the reading of {subject} was stopped",
    visible="staff",
)

for _name, _type, _fa, _en in (
    ("order_placed", "Offer", "{subject} را سفارش داد", "placed {subject}"),
    ("order_changed", "Update", "{subject} را تغییر داد", "changed {subject}"),
    ("order_cancelled", "Undo", "{subject} را لغو کرد", "cancelled {subject}"),
    (
        "product_hidden",
        "Remove",
        "{subject} را پنهان کرد، چون فروشگاهش دیگر ندارد",
        "hid {subject}, which its shop has no more",
    ),
    ("product_back", "Undo", "{subject} را دوباره نشان داد", "showed {subject} again"),
    ("sharing_changed", "Update", "قاعدهٔ کدهای معرفی را تغییر داد", "changed who may ask for a code"),
    ("code_made", "Create", "کد {subject} را ساخت", "made the code {subject}"),
    ("code_edited", "Update", "کد {subject} را تغییر داد", "changed the code {subject}"),
    ("code_closed", "Remove", "کد {subject} را بست", "closed the code {subject}"),
    ("code_redeemed", "Accept", "سفارشی را برای کد {subject} شمرد", "counted an order for the code {subject}"),
    ("order_returned", "Reject", "از {subject} چیزی پس داد", "gave back something of {subject}"),
):
    verb(f"shop.{_name}", type=_type, fa=_fa, en=_en, visible="staff")

notice_kind(
    NOTICE, icon="gift",
    fa=("کد معرفی «{title}» را به شما داد", "و {others} کد معرفی دیگر به شما داد"),
    en=("gave you the code “{title}” to share", "and {others} more codes were given to you"),
    label=("تیم به شما کد معرفی بدهد", "The team gives you a code to share"),
)  # fmt: skip


@hookimpl
def account_items(member: Member) -> list[NavItem]:
    """Put the shop in the menu of those who look after it."""
    items = [NavItem(_("Shop"), reverse("team_shop"), icon="award", order=68)] if may(member, RIGHT) else []
    return [*items, *_place_of_codes(member)]


def _place_of_codes(member: Member) -> list[NavItem]:
    """Lead to one's codes: everybody where the brand's rule is open, else those who have some; nothing is asked where nobody has."""
    rule, is_anybodys = sharing.RULE_AND_ANYBODYS()
    if not is_anybodys and not rule.is_open:
        return []
    rows = None if rule.is_open else waiting(codes.owned(member), 1)
    return [
        NavItem(_("My codes"), reverse("my_codes"), icon="gift", order=36, waiting=rows, only_waiting=rows is not None)
    ]


@hookimpl
def subjects_named(kind: str, keys: list[str], viewer: Member | None) -> dict[str, tuple[str, str]]:
    """Name the products and the orders that the road speaks of."""
    if kind == "shop.code":
        return codes.named([int(key) for key in keys if key.isdecimal()]) if may(viewer, RIGHT) else {}
    if kind == "shop.order":
        return orders_named([int(key) for key in keys if key.isdecimal()], may(viewer, RIGHT))
    if kind != "shop.product":
        return {}
    return named([int(key) for key in keys if key.isdecimal()], viewer.language if viewer else "fa", may(viewer, RIGHT))


@hookimpl
def belongings(member: Member) -> list[tuple[str, bytes]]:
    """Give members the orders that were placed with an address or number that they have proved to be theirs."""
    tables = {
        "shop/orders.csv": own_orders_csv(actions.contacts_of(member)),
        "shop/codes.csv": codes.own_codes_csv(member),
    }
    return [(name, table) for name, table in tables.items() if table]


@hookimpl
def person_circle(identities: list[int], limit: int) -> list[tuple[int, int, str]]:
    """Say whom they brought with a code of theirs, and by whose code they came."""
    brought, by = codes.brought_by(identities, limit), codes.came_by(identities, limit)
    return [(key, times, str(_("came by their code"))) for key, times in brought] + [
        (key, times, str(_("brought them by a code"))) for key, times in by
    ]


@hookimpl
def export_sheets() -> list[dict[str, Any]]:
    """Return what travels in the neutral folder: products, orders without their buyers, lines, returns, codes and their uses."""
    return neutral.sheets()


@hookimpl
def sheets_came(came: Any) -> None:
    """Count anew what a folder brought."""
    actions.count_products(came("products"))
    actions.sum_orders(came("shop_orders"))
    actions.count_uses(came("shop_codes"))


@hookimpl
def erase_extras(member: Member) -> None:
    """Leave the orders of somebody erased without a buyer, and let no file bring the address again."""
    actions.forget_buyer(member)
    actions.forget_codes(member)


@hookimpl
def identities_erased(identities: list[int]) -> None:
    """Leave the orders of these identities without a buyer."""
    actions.forget_buyers(identities)


plug(sys.modules[__name__])
