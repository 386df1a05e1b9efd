"""A house with an idea that became a product: makers who agreed, a shop that sells, months that pass."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from patogh.ideas.models import Creator, Idea, Move, Programme, RuleVersion
from patogh.ideas.royalties.actions import accept_agreement, offer_agreement, tie_product
from patogh.ideas.terms import DEFAULTS, as_json
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.models import SealedCheckpoint, Submission
from patogh.people.models import Member
from patogh.shop.models import Order, OrderLine, Product, Return

ABAN = "1405-08"
SINCE = dt.date(2026, 10, 23)  # 1 Aban 1405
NOW = dt.datetime(2026, 12, 10, 12, tzinfo=dt.UTC)


STEPS = (
    ("submit", "draft", "submitted"), ("publish", "submitted", "gathering"), ("qualify", "gathering", "in_review"),
    ("approve", "in_review", "approved"), ("release", "approved", "on_sale"),
)  # fmt: skip


def made_idea(author: Member, state: str = "approved") -> Idea:
    """An idea that came by the machine's own steps to a state."""
    programme, _ = Programme.objects.get_or_create(
        slug="main", defaults={"name": "فراخوان", "state": "open", "created_at": timezone.now()}
    )
    rules = RuleVersion.objects.filter(programme=programme).first() or RuleVersion.objects.create(
        programme=programme, number=1, terms=as_json(DEFAULTS), sha256="0" * 64, made_at=timezone.now()
    )
    when = timezone.now()
    idea = Idea.objects.create(
        programme=programme,
        rules=rules,
        author=author,
        title="خورجین تاشو",
        state_since=when,
        created_at=when,
        active_at=when,
    )
    Creator.objects.create(
        idea=idea, member=author, share_bps=10_000, state="agreed", invited_at=when, answered_at=when
    )
    for number, (move, source, target) in enumerate(STEPS, 1):
        if idea.state == state:
            break
        words = {"reason": "خوب است", "reason_en": "It is good"} if move == "approve" else {}
        Move.objects.create(idea=idea, number=number, move=move, source=source, target=target, made_at=when, **words)
        Idea.objects.filter(pk=idea.pk).update(state=target, moves_count=number, published_at=when)
        idea.refresh_from_db()
    return idea


def with_second(idea: Idea, member: Member, bps: int) -> None:
    """Let somebody else have a part of the share."""
    idea.creators.filter(member=idea.author_id).update(share_bps=10_000 - bps)
    Creator.objects.create(
        idea=idea, member=member, share_bps=bps, state="agreed", position=1, invited_at=timezone.now()
    )


def made_product(sku: str = "khorjin", unit: str = "IRR") -> Product:
    """A product on the shelf."""
    return Product.objects.create(
        sku=sku, slug=sku, name="خورجین", state="on_sale", unit=unit, price_minor=1_000_000, created_at=timezone.now()
    )


def agreed(idea: Idea, by: Member) -> Any:
    """Offer the agreement and have every maker accept it."""
    made = offer_agreement(idea, by=by)
    for creator in idea.creators.filter(state="agreed"):
        accept_agreement(made, sha256=made.sha256, language="fa", by=creator.member)
    made.refresh_from_db()
    return made


def on_sale(author: Member, owner: Member, unit: str = "IRR") -> tuple[Idea, Product]:
    """An idea with an agreement in force and a product that sells since the first of Aban."""
    idea, product = made_idea(author, state="on_sale"), made_product(unit=unit)
    agreed(idea, owner)
    tie_product(idea, product, since=SINCE, by=owner)
    return idea, product


def sold(product: Product, net: int, day: dt.date = dt.date(2026, 11, 1), unit: str = "") -> OrderLine:
    """Sell one for so much."""
    when = dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)
    number = str(Order.objects.count() + 1)
    order = Order.objects.create(
        source="test",
        number=number,
        ordered_at=when,
        unit=unit or product.unit,
        state="paid",
        net_minor=net,
        recorded_at=when,
    )
    return OrderLine.objects.create(
        order=order,
        number=1,
        product=product,
        quantity=1,
        net_minor=net,
        unit=unit or product.unit,
        sold_at=when,
        recorded_at=when,
    )


def returned(line: OrderLine, net: int, day: dt.date) -> Return:
    """Take one back."""
    when = dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)
    return Return.objects.create(
        line=line,
        number=str(Return.objects.count() + 1),
        product=line.product,
        quantity=1,
        net_minor=net,
        unit=line.unit,
        returned_at=when,
        recorded_at=when,
    )


def witnessed() -> None:
    """Give everything its line, under a seal that a quorum has seen."""
    append_waiting()
    entry = Submission.objects.filter(leaf__isnull=False).order_by("-leaf").first()
    if entry is None or entry.log is None:
        return
    SealedCheckpoint.objects.create(
        log=entry.log,
        size=entry.log.size,
        root=b"0" * 32,
        note=f"{entry.log.origin}\n{entry.log.size}\nAAAA\n\n— {entry.log.origin} AAAAAAAA\n",
        sealed_at=timezone.now(),
        witnessed_count=3,
        quorum_met=True,
        witnessed_at=timezone.now(),
    )
