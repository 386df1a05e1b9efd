"""What can be done in the shop."""

from patogh.shop.actions.buyers import contacts_of, forget_buyer, forget_buyers
from patogh.shop.actions.codes import (
    CodeFacts,
    close_code,
    count_click,
    edit_code,
    forget_codes,
    make_code,
    redeem_code,
)
from patogh.shop.actions.coming import count_products, count_uses, sum_orders, take_shown
from patogh.shop.actions.imports import (
    Chunk,
    Kept,
    begin_reading,
    drop_import,
    end_import,
    go_on,
    keep_file,
    read_some,
    stop_import,
)
from patogh.shop.actions.orders import take_order, take_orders
from patogh.shop.actions.products import (
    edit_product,
    end_product,
    put_product,
    put_products,
    release_product,
    show_product,
)
from patogh.shop.actions.returns import take_return, take_returns
from patogh.shop.actions.sharing import SharingFacts, ask_code, set_sharing

__all__ = [
    "Chunk", "CodeFacts", "Kept", "SharingFacts", "ask_code", "begin_reading", "close_code", "contacts_of", "count_click", "count_products", "count_uses",
    "drop_import", "edit_code", "edit_product", "end_import", "end_product", "forget_buyer", "forget_buyers",
    "forget_codes", "go_on", "keep_file", "make_code", "put_product", "put_products", "read_some", "redeem_code",
    "release_product", "set_sharing", "show_product", "stop_import", "sum_orders", "take_order", "take_orders", "take_return",
    "take_returns", "take_shown",
]  # fmt: skip
