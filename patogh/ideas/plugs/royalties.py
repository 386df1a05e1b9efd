"""What the ideas plug in: the makers' share."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from patogh.activity import verb
from patogh.ideas.queries.idea import Shown
from patogh.ideas.royalties import tasks  # noqa: F401 - puts the clock of the periods into the queue
from patogh.ideas.royalties.actions.paying import NOTICE
from patogh.ideas.royalties.queries.shown import share_of
from patogh.ideas.views.page_parts import page_part
from patogh.kit.hooks import hookimpl
from patogh.kit.money import Money
from patogh.looks.assembly import Clock
from patogh.looks.hooks import NavItem
from patogh.people.models import Member
from patogh.people.notice_kinds import notice_kind
from patogh.people.queries import may

verb(
    "ideas.agreement_offered", type="Offer", visible="staff",
    fa="قرارداد سهم سازندگان را پیش گذاشت", en="offered the agreement on the makers’ share",
)  # fmt: skip
verb(
    "ideas.agreement_accepted", type="Accept", visible="staff",
    fa="قرارداد سهم سازندگان را پذیرفت", en="accepted the agreement on the makers’ share",
)  # fmt: skip
verb(
    "ideas.product_tied", type="Add", visible="staff",
    fa="محصولی را به ایده بست", en="tied a product to an idea",
)  # fmt: skip
verb(
    "ideas.product_untied", type="Remove", visible="staff",
    fa="محصولی را از ایده جدا کرد", en="untied a product from an idea",
)  # fmt: skip
verb(
    "ideas.period_closed", type="Update", visible="staff",
    fa="دورهٔ سهم سازندگان را بست", en="closed a period of the makers’ share",
)  # fmt: skip
verb(
    "ideas.share_paid", type="Add", visible="staff",
    fa="سهم یک دوره را به حساب سازندگان گذاشت", en="paid a period’s share into the makers’ accounts",
)  # fmt: skip
notice_kind(
    NOTICE, icon="badge-check",
    fa=("سهم تازهٔ شما از «{title}» به حسابتان نشست", "و {others} سهم دیگر از «{title}» به حسابتان نشست"),
    en=("Your new share of “{title}” is in your account", "and {others} more shares of “{title}” are in your account"),
    label=("سهم سازنده به حسابتان بنشیند", "A maker’s share reaches your account"), outside={"mail": "soon", "push": "now"},
)  # fmt: skip


@page_part
def share_words(page: Shown, clock: Clock) -> dict[str, Any]:
    """Give `_share.html` its words."""
    return {
        "share": share_of(page.idea, page.terms.royalty_bps),
        "money": lambda amount, unit: Money(amount, unit).format(clock.viewer),
    }  # fmt: skip


@hookimpl
def account_items(member: Member) -> list[NavItem]:
    """Lead who pays to what is due; makers come to their share by the idea's page, their notices and their receipts."""
    return (
        [NavItem(_("Makers’ share"), reverse("team_shares"), icon="handshake", order=76)]
        if may(member, "money.pay")
        else []
    )
