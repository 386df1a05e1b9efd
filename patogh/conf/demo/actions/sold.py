"""What became of approved ideas: agreements, products on the shelf, orders and returns, the makers' share and its first payouts."""

from __future__ import annotations

import datetime as dt
import math
import random
from typing import TYPE_CHECKING, Any, Final

from patogh.conf.demo.actions.proposed import DAY, HOUR, MINUTE, Steps
from patogh.conf.demo.outside import address, buyer, gather
from patogh.conf.demo.proposals import Sketch
from patogh.conf.demo.stories import before
from patogh.ideas.actions import moving
from patogh.ideas.models import Creator, Idea
from patogh.ideas.royalties import actions as royalties
from patogh.ideas.royalties import months
from patogh.ideas.royalties.actions.paying import pay_witnessed
from patogh.ideas.royalties.queries.due import due
from patogh.kit import calendar
from patogh.ledger.actions import payouts
from patogh.ledger.limits import PAYOUT_LEAST
from patogh.ledger.models import Account, Payout
from patogh.ledger.payouts.errors import NothingToSend
from patogh.shop.actions import put_product, release_product, show_product, take_orders, take_returns
from patogh.shop.facts import LineFacts, OrderFacts, ProductFacts, ReturnFacts
from patogh.shop.models import Product

if TYPE_CHECKING:
    from patogh.conf.demo.actions.proposed import Proposed

SOURCE: Final = "فروشگاه رکاب"
WEEK: Final = dt.timedelta(days=7)
RETURNED: Final = 0.045
# So long after it was sold was one return told: its month had been closed, so that the next one corrects it.
LATE: Final = dt.timedelta(days=47)
BUYERS: Final = {4: "mina", 9: "reza", 14: "golnaz"}
PAID_OUT: Final = "leila"
# An account of nobody: its check digits hold, its number was made up.
BAN: Final = "0170000000140500014050"


class Shelf:
    """The products of a year, what was sold of them, and what their makers had of it."""

    def __init__(self, road: Proposed) -> None:
        """Sell what was made."""
        self.road = road
        self.by = road.by
        self.now = road.now
        self.orders = 0
        self.outsiders = gather(len(road.by), road.now)

    def steps(self) -> tuple[Steps, list[dt.datetime]]:
        """Return all steps, and when the book has to be sealed so that the makers can be paid."""
        found: Steps = []
        seals: list[dt.datetime] = []
        for sketch in self.road.content.sketches:
            if "made" in sketch.row:
                found += self._made(sketch, sketch.row["made"])
            elif sketch.state == "approved":
                found.append((self.now - 20 * DAY, lambda s=sketch: self._offer(s)))  # type: ignore[misc]
        for at in self._closings():
            found += [(at, self._close), (at + HOUR, pay_witnessed)]
            seals.append(at + 30 * MINUTE)
        paid, seen = self._payouts()
        return found + paid, seals + seen

    def _made(self, sketch: Sketch, row: dict[str, Any]) -> Steps:
        """Return the making of one idea: agreement, development, release, sales."""
        develop = before(self.now, row["develop"])
        found: Steps = [
            (develop - 2 * DAY, lambda: self._offer(sketch)),
            (develop - DAY, lambda: self._accept(sketch)),
            (develop, lambda: self._develop(sketch, row)),
        ]
        if "release" in row:
            release = before(self.now, row["release"])
            found.append((release - 3 * DAY, lambda: self._put(sketch, row)))
            found.append((release, lambda: self._release(sketch, row, release)))
            found += self._sales(sketch, row, release)
        return found

    def _offer(self, sketch: Sketch) -> None:
        royalties.offer_agreement(self.road.idea(sketch.key), by=self.by["kaveh"])

    def _accept(self, sketch: Sketch) -> None:
        idea = self.road.idea(sketch.key)
        agreement = idea.agreements.latest("version")
        for maker in Creator.objects.filter(idea=idea, state="agreed").select_related("member"):
            member = maker.member
            royalties.accept_agreement(agreement, sha256=agreement.sha256, language=member.language, by=member)

    def _develop(self, sketch: Sketch, row: dict[str, Any]) -> None:
        words = _note(row) if "release" not in row else {}
        moving.develop(self.road.idea(sketch.key), by=self.by["kaveh"], **words)

    def _put(self, sketch: Sketch, row: dict[str, Any]) -> None:
        idea = self.road.idea(sketch.key)
        facts = ProductFacts(
            row["sku"], row["name"], row["name_en"], idea.lead, unit="IRR", price_minor=row["price"], slug=row["sku"].lower()
        )  # fmt: skip
        product = put_product(facts, by=self.by["kaveh"])
        if idea.picture:
            show_product(product, idea.picture, by=self.by["kaveh"])

    def _release(self, sketch: Sketch, row: dict[str, Any], at: dt.datetime) -> None:
        product, by = Product.objects.get(sku=row["sku"]), self.by["kaveh"]
        release_product(product, by=by)
        moving.release(self.road.idea(sketch.key), by=by, **_note(row))
        day = calendar.local_day(at, months.brand_viewer())
        royalties.tie_product(self.road.idea(sketch.key), product, since=day, by=by)

    def _sales(self, sketch: Sketch, row: dict[str, Any], release: dt.datetime) -> Steps:
        """Return the weeks of sales, each brought as the shop sends it: its orders, and what came back."""
        rng = random.Random(f"sales:{sketch.key}")  # noqa: S311 - a seeded demo
        found: Steps = []
        since = release
        while since < self.now:
            until = min(since + WEEK, self.now)
            orders = [self._order(rng, row, since, until) for _ in range(_sold(rng, row["monthly"], since, until))]
            returns = [_return(rng, order, until) for order in orders if rng.random() < RETURNED]
            found.append((until, lambda o=orders, r=returns: self._take(o, r)))  # type: ignore[misc]
            since = until
        return found + self._late(sketch, row, release)

    def _order(self, rng: random.Random, row: dict[str, Any], since: dt.datetime, until: dt.datetime) -> OrderFacts:
        self.orders += 1
        at = (since + (until - since) * rng.random()).replace(microsecond=0)
        pieces = rng.choices((1, 2, 3), (84, 13, 3))[0]
        known = BUYERS.get(self.orders, "")
        line = LineFacts(row["sku"], pieces, pieces * row["price"], "IRR", at, 1)
        email, phone = (address(known), "") if known else buyer(self.orders, self.outsiders)
        return OrderFacts(f"RK-{14050 + self.orders}", (line,), "sent", email, phone)

    def _take(self, orders: list[OrderFacts], returns: list[ReturnFacts]) -> None:
        by = self.by["ardalan"]
        if orders:
            take_orders(SOURCE, orders, by=by, channel="demo")
        if returns:
            take_returns(SOURCE, returns, by=by, channel="demo")

    def _late(self, sketch: Sketch, row: dict[str, Any], release: dt.datetime) -> Steps:
        """Return the one return that was told after its month had been closed."""
        sold = release + 12 * DAY
        back = sold + LATE
        if back >= self.now or sketch.key != "night-lamp":
            return []
        line = LineFacts(row["sku"], 1, row["price"], "IRR", sold, 1)
        given = ReturnFacts("RK-LATE-1", 1, row["price"], "IRR", sold + 6 * DAY, "R-LATE-1", 1)
        return [
            (sold + HOUR, lambda: self._take([OrderFacts("RK-LATE-1", (line,), "sent")], [])),
            (back + HOUR, lambda: self._take([], [given])),
        ]

    def _closings(self) -> list[dt.datetime]:
        """Return when months were closed: some days after the end of each month of the brand's calendar."""
        viewer = months.brand_viewer()
        found = []
        for back in range(12):
            month = months.month_of(self.now - back * 30 * DAY, viewer)
            at = month.starts_at + dt.timedelta(days=10, hours=2)
            if at < self.now - 2 * HOUR:
                found.append(at)
        return sorted(set(found))

    def _close(self) -> None:
        from django.utils import timezone

        for row in due(timezone.now()):
            if not row.refusal:
                royalties.close_period(Idea(pk=row.idea_id), row.month.name)

    def _payouts(self) -> tuple[Steps, list[dt.datetime]]:
        """Return two payouts: one that arrived, and one that was asked for now."""
        first, second = self.now - 75 * DAY, self.now - 3 * DAY
        steps: Steps = [
            (first - DAY, self._save_account),
            (first, lambda: self._request("first")),
            (first + DAY, self._approve),
            (first + 2 * DAY, self._send),
            (first + 4 * DAY, self._settle),
            (second, lambda: self._request("second")),
        ]
        return steps, [first + 2 * HOUR]

    def _save_account(self) -> None:
        check = 98 - int(f"{BAN}182700") % 97
        payouts.save_account(f"IR{check:02}{BAN}", self.by[PAID_OUT].name, by=self.by[PAID_OUT])

    def _request(self, key: str) -> None:
        """Ask for what is there, in whole hundred thousands of tomans."""
        member = self.by[PAID_OUT]
        account = Account.objects.filter(code=f"member:{member.pk}:IRR").first()
        free = (account.balance - account.held) // 1_000_000 * 1_000_000 if account is not None else 0
        if free >= PAYOUT_LEAST["IRR"]:
            payouts.request_payout(member, "IRR", free, key=f"demo-{key}", by=member)

    def _approve(self) -> None:
        for payout in Payout.objects.filter(member=self.by[PAID_OUT], state="requested"):
            payouts.approve_payout(payout, by=self.by["ardalan"])

    def _send(self) -> None:
        try:
            payouts.export_bank_file("IRR", by=self.by["ardalan"])
        except NothingToSend:
            return

    def _settle(self) -> None:
        for payout in Payout.objects.filter(member=self.by[PAID_OUT], state="sent"):
            payouts.settle_payout(payout, reference="SATNA-140506-0187", by=self.by["ardalan"])


def _note(row: dict[str, Any]) -> dict[str, str]:
    return {"reason": row.get("note", ""), "reason_en": row.get("note_en", "")}


def _sold(rng: random.Random, monthly: int, since: dt.datetime, until: dt.datetime) -> int:
    """Return how many orders came: more in spring and summer, fewer in winter."""
    month = calendar.jalali(since.date())[1]
    season = 1 + 0.25 * math.cos((month - 3) / 12 * 2 * math.pi)
    expected = monthly * season * ((until - since) / dt.timedelta(days=30.4))
    return max(0, round(rng.gauss(expected, math.sqrt(max(expected, 0.1)))))


def _return(rng: random.Random, order: OrderFacts, until: dt.datetime) -> ReturnFacts:
    """Return what came back of an order within the week that tells it."""
    line = order.lines[0]
    at = min(line.sold_at + rng.randint(1, 5) * DAY, until - HOUR)
    return ReturnFacts(
        order.number, 1, line.net_minor // line.quantity, "IRR", max(at, line.sold_at), f"R-{order.number[3:]}", 1
    )
