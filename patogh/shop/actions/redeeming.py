"""Orders that were placed with a code: counted within its limits, and given back when the order comes back.

Whoever counts holds the row of the code, so that a hundred at once never pass its limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.db.models import F, Q, Sum
from django.utils import timezone

from patogh.activity import upkeep
from patogh.people.models import Identity
from patogh.segments import asked
from patogh.segments.actions.touching import touch_identities
from patogh.shop.models import Code, Order, OrderLine, Redemption, Return
from patogh.shop.models.orders import STANDS
from patogh.shop.spelling import key_of

Claims = Sequence[tuple[str, str]]
REDEEMED: Final = "shop.code_redeemed"  # what rules that ask by whose code somebody came listen for
SAME: Final = {"order-email": ("email", "order-email"), "order-phone": ("phone", "order-phone")}


@upkeep
def follow_codes(order: Order, said: Sequence[str], claims: Claims = ()) -> list[Redemption]:
    """Count the codes of an order that stands, and give back those of one that does not or names them no more."""
    keys = {key for one in said if (key := key_of(one))}
    wanted = Q(key__in=keys) | Q(redemptions__order=order)
    ids = sorted(set(Code.objects.filter(wanted).values_list("pk", flat=True)))
    if not ids:
        return []
    stands = worth(order) > 0 and order.state != "cancelled"
    return [_follow(code, order, claims, is_wanted=stands and code.key in keys) for code in _locked(ids)]


def touch(buyers: Iterable[int | None]) -> None:
    """Have rules that ask by whose code somebody came asked again of these buyers: not every change of a redemption is an activity."""
    if asked.touches(REDEEMED):
        touch_identities([(buyer, REDEEMED) for buyer in buyers if buyer is not None])


@upkeep
def settle_codes(order_ids: Iterable[int]) -> None:
    """Follow orders that a file or a program changed: a code is given back with what came back."""
    rows = Redemption.objects.filter(order__in=list(order_ids)).select_related("order", "code")
    named: dict[int, tuple[Order, list[str]]] = {}
    for row in rows.exclude(state="refused").order_by("order_id"):
        named.setdefault(row.order_id, (row.order, []))[1].append(row.code.key)
    for order, keys in named.values():
        order.refresh_from_db()
        follow_codes(order, keys)


def worth(order: Order) -> int:
    """Return what stands of an order less what came back."""
    net = OrderLine.objects.filter(STANDS, order=order).aggregate(net=Sum("net_minor"))["net"] or 0
    back = Return.objects.filter(line__order=order, line__cancelled_at=None).aggregate(net=Sum("net_minor"))["net"] or 0
    return int(net) - int(back)


def _locked(ids: list[int]) -> list[Code]:
    """Return codes, each held until the transaction ends; always in one order."""
    return list(Code.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))


def _follow(code: Code, order: Order, claims: Claims, *, is_wanted: bool) -> Redemption:
    """Bring one redemption to where the order stands."""
    now = timezone.now()
    row = Redemption.objects.filter(code=code, order=order).first()
    row = row or Redemption(code=code, order=order, buyer=order.buyer, state="undone", redeemed_at=order.ordered_at)
    was = row.state if row.pk else ""
    if is_wanted and was in {"", "undone"}:
        row.why = _why_not(code, order, claims)
        row.state = "refused" if row.why else "counted"
    elif not is_wanted and was in {"", "counted"}:
        row.state = "undone"
    had = row.buyer_id if row.pk else order.buyer_id
    if row.state == was and had == order.buyer_id:
        return row
    row.buyer, row.changed_at = order.buyer, now
    row.save()
    touch({had, order.buyer_id})
    change = (row.state == "counted") - (was == "counted")
    if change:
        Code.objects.filter(pk=code.pk).update(uses_count=F("uses_count") + change, version=F("version") + 1)
        code.uses_count += change
    return row


def _why_not(code: Code, order: Order, claims: Claims) -> str:
    """Return why an order does not count for a code (a key of `words.CODE_WHY`), "" where it does."""
    if not code.is_open_at(order.ordered_at):
        return "closed"
    if code.uses_max is not None and code.uses_count >= code.uses_max:
        return "used_up"
    if worth(order) < code.net_minor_min or (code.net_minor_min and code.unit and code.unit != order.unit):
        return "too_small"
    theirs = _identities(order.buyer)
    if _is_own(code, theirs, claims):
        return "own"
    if not theirs:
        return "buyer_unknown" if code.is_for_new else ""
    return _limits_of_person(code, order, theirs)


def _limits_of_person(code: Code, order: Order, theirs: set[int]) -> str:
    used = Redemption.objects.filter(code=code, state="counted", order__buyer__in=theirs).exclude(order=order).count()
    if used >= code.uses_per_person_max:
        return "person_limit"
    earlier = Order.objects.filter(buyer__in=theirs, ordered_at__lt=order.ordered_at).exclude(pk=order.pk)
    return "not_new" if code.is_for_new and earlier.exclude(state="cancelled").exists() else ""


def _identities(buyer: Identity | None) -> set[int]:
    """Return every identity of the person who bought."""
    if buyer is None:
        return set()
    same = Identity.objects.filter(person=buyer.person_id).values_list("pk", flat=True) if buyer.person_id else ()
    return {buyer.pk, *same}


def _is_own(code: Code, theirs: set[int], claims: Claims) -> bool:
    """Whether the buyer is the code's owner, by any identity of theirs or by an address that the order names."""
    if code.owner is None or code.owner.identity_id is None:
        return False
    mine = _identities(Identity.objects.filter(pk=code.owner.identity_id).first())
    if mine & theirs:
        return True
    named = Q(pk__in=[])
    for kind, value in claims:
        named |= Q(kind__in=SAME.get(kind, (kind,)), value=value)
    values = {value for _kind, value in claims}
    is_address = bool({code.owner.email.lower() if code.owner.email else "", code.owner.phone or ""} & (values - {""}))
    return is_address or (bool(claims) and Identity.objects.filter(named, pk__in=mine).exists())
