"""The text of the agreement with the makers, in both languages, written from the rules that the idea is bound to.

No names stand in it, so that it can be kept for good: makers are numbered, and the page shows who is which.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from patogh.ideas import limits
from patogh.kit import persian

EXAMPLE_NET: Final = 1_000_000_000
_FA: Final = """قرارداد سهم سازندگان ایدهٔ شمارهٔ {idea}، نسخهٔ {version}

۱. موضوع. برند می‌تواند از روی این ایده محصول بسازد و بفروشد. حق یاد شدن به نام سازنده، که از میان نمی‌رود، با \
سازندگان می‌ماند.
۲. سهم. از فروش خالص هر محصولی که به این ایده بسته شده، {percent} درصد ({bps} ده‌هزارم) سهم سازندگان است. فروش \
خالص یعنی پولی که برای کالا داده شده، بی مالیات و هزینهٔ فرستادن، پس از تخفیف، منهای آنچه پس داده شده است.
۳. بخش هر سازنده. {shares}
۴. دوره. هر دوره یک ماه تقویم برند است و {grace} روز پس از پایان ماه بسته می‌شود. هر واحد پول دورهٔ خودش را دارد \
و چیزی به واحد دیگر تبدیل نمی‌شود.
۵. گرد کردن. سهم هر سازنده به کوچک‌ترین واحد پول گرد می‌شود، نیمه به رقم زوج، و آنچه از گرد کردن می‌ماند به \
دورهٔ بعد می‌رود.
۶. برگشتی‌ها. کالای برگشتی از ماهی کم می‌شود که برگشته است. آنچه پس از بستن یک دوره معلوم شود، در دورهٔ بعد و به \
نرخ همان دورهٔ گذشته اصلاح می‌شود؛ صورت بسته‌شده عوض نمی‌شود. اگر سهم یک دوره منفی شود، بدهی آن از دوره‌های بعد \
کم می‌شود و کسی پولی برنمی‌گرداند. پس از آخرین دوره، برگشتی‌ها با برند است.
۷. پرداخت. سهم هر دوره پس از آن به حساب سازنده در این خانه می‌نشیند که گواهان مستقل، بسته شدن دوره را در دفتر \
باز دیده باشند. سازنده هر وقت بخواهد درخواست واریز می‌دهد.
۸. نمونهٔ محصول. هر سازنده {copies} عدد از محصول می‌گیرد.
۹. پاک شدن حساب. اگر سازنده‌ای حسابش را پاک کند، بخش او از دوره‌های بعد به نسبت به سازندگان دیگر می‌رسد و اگر \
کسی نمانده باشد با برند می‌ماند. آنچه تا آن روز واریز نشده کنار گذاشته می‌شود و با فایل رسید دفتر باز می‌توان آن \
را خواست.
۱۰. تغییر. هر تغییر در سهم‌ها نسخهٔ تازه‌ای است که همه باید بپذیرند و دوره‌های بسته را عوض نمی‌کند.

نمونه: اگر فروش خالص یک ماه {net} ریال باشد، سهم همهٔ سازندگان {example} ریال است.
"""
_EN: Final = """Agreement on the makers' share of idea {idea}, version {version}

1. Subject. The brand may make and sell products from this idea. The makers keep the right to be named, which \
does not end.
2. Share. Of the net sales of every product tied to this idea, {percent} % ({bps} basis points) are the makers'. \
Net sales are what was paid for the goods, without tax and delivery, after discounts, less what was given back.
3. Each maker's part. {shares}
4. Period. A period is a month of the brand's calendar and is closed {grace} days after it ends. Each unit of \
money has a period of its own; nothing is converted.
5. Rounding. A maker's share is rounded to the smallest unit of money, half to even, and what rounding leaves is \
carried into the next period.
6. Returns. A return counts in the month in which it came back. What becomes known after a period was closed is \
corrected in the next one, at the rate of the period that it belongs to; a closed statement is never changed. \
Where a period's share falls below zero, the debt is taken off later periods, and nobody pays money back. After \
the last period, returns are the brand's.
7. Payment. The share of a period reaches the maker's account in this house once independent witnesses have seen \
its closing in the open book. The maker asks for a payout at any time.
8. Copies. Each maker receives {copies} of the product.
9. Erased accounts. If a maker erases their account, their part of later periods goes to the other makers in \
proportion, and stays with the brand where nobody is left. What had not been paid out is set aside and can be \
claimed with the receipt file of the open book.
10. Changes. Any change of the shares is a new version that all have to accept; it does not change periods \
already closed.

Example: if the net sales of a month are {net} rials, the share of all makers together is {example} rials.
"""


@dataclass(frozen=True, slots=True)
class Written:
    """An agreement as it is offered, before it is a row."""

    idea: int
    version: int
    bps: int
    copies: int
    shares: Sequence[dict[str, int]]

    def text(self) -> str:
        """Return it in Persian, with Persian digits."""
        shares = "؛ ".join(f"سازندهٔ {at}: {_percent(one['bps'], '٫')} درصد" for at, one in enumerate(self.shares, 1))
        return persian.digits_fa(_FA.format(**self._words("٬", "٫"), shares=f"{shares}."))

    def text_en(self) -> str:
        """Return it in English."""
        shares = "; ".join(f"maker {at}: {_percent(one['bps'], '.')} %" for at, one in enumerate(self.shares, 1))
        return _EN.format(**self._words(",", "."), shares=f"{shares}.")

    def sha256(self) -> str:
        """Return the hash that the book names and that acceptances repeat: of the texts and every figure."""
        what: list[Any] = [
            self.idea, self.version, self.bps, self.copies, [[one["creator"], one["bps"]] for one in self.shares],
            self.text(), self.text_en(),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

    def _words(self, thousands: str, point: str) -> dict[str, object]:
        return {
            "idea": self.idea, "version": self.version, "bps": self.bps, "copies": self.copies,
            "percent": _percent(self.bps, point), "grace": limits.CLOSING_GRACE_DAYS,
            "net": f"{EXAMPLE_NET:,}".replace(",", thousands),
            "example": f"{EXAMPLE_NET * self.bps // 10_000:,}".replace(",", thousands),
        }  # fmt: skip


def _percent(bps: int, point: str) -> str:
    """Return basis points as percent: 150 is 1.5."""
    whole, rest = divmod(bps, 100)
    return f"{whole}{point}{rest:02}".rstrip("0") if rest else str(whole)
