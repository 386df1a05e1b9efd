"""What for: every purpose of writing to somebody or of using what is known of them, with the words that ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from patogh.people.consent.errors import PurposeUnknown


@dataclass(frozen=True)
class Purpose:
    """One purpose. `words_fa` and `words_en` are what people are asked, with {brand} and {channel}.

    `needs_consent`: nothing happens without a yes; otherwise it happens until somebody says no, if `can_be_withdrawn`.
    `is_marketing` is closed to minors. `by_channel` False: about the use of data in the house, on the one channel "here". `only` names the channels it has.
    """

    name: str
    icon: str
    fa: str
    en: str
    about_fa: str
    about_en: str
    words_fa: str = ""
    words_en: str = ""
    needs_consent: bool = True
    can_be_withdrawn: bool = True
    is_marketing: bool = False
    by_channel: bool = True
    only: tuple[str, ...] = ()

    def title(self, language: str) -> str:
        """Return what people call it."""
        return self.fa if language == "fa" else self.en

    def about(self, language: str) -> str:
        """Return, in a sentence, what it means."""
        return self.about_fa if language == "fa" else self.about_en


PURPOSES: Final[dict[str, Purpose]] = {}


def purpose(made: Purpose) -> Purpose:
    """Offer a purpose; raises ValueError for a second one of that name."""
    if PURPOSES.setdefault(made.name, made) is not made:
        raise ValueError(f"purpose {made.name} is registered twice")
    return made


def purposes() -> list[Purpose]:
    """Return every purpose, in the order in which people are asked."""
    return list(PURPOSES.values())


def known(name: str) -> Purpose:
    """Return a purpose; raises PurposeUnknown."""
    found = PURPOSES.get(name)
    if found is None:
        raise PurposeUnknown(name)
    return found


def choosable() -> list[Purpose]:
    """Return the purposes about which somebody has a say."""
    return [one for one in PURPOSES.values() if one.can_be_withdrawn]


purpose(Purpose(
    name="service", icon="handshake", fa="خدمت", en="Service",
    about_fa="کد ورود، پاسخِ پیام‌های خودتان و خبرِ کاری که خودتان خواسته‌اید. بدون این‌ها کار شما پیش نمی‌رود.",
    about_en="Sign-in codes, answers to your own messages and news of what you asked for. Nothing of yours works without them.",
    needs_consent=False, can_be_withdrawn=False,
))  # fmt: skip
purpose(Purpose(
    name="summary", icon="newspaper", fa="خلاصهٔ خواندنی‌ها", en="Summary",
    about_fa="خلاصهٔ آن‌چه دنبال می‌کنید. تا نگویید نه، می‌آید.",
    about_en="What is worth reading of what you follow. It comes until you say no.",
    words_fa="{brand} خلاصهٔ آن‌چه را در پاتوق دنبال می‌کنم با {channel} برایم بفرستد. هر وقت بخواهم قطعش می‌کنم.",
    words_en="{brand} may send me by {channel} a summary of what I follow in the hangout. I can end it whenever I like.",
    needs_consent=False, only=("mail",),
))  # fmt: skip
purpose(Purpose(
    name="news", icon="megaphone", fa="خبر", en="News",
    about_fa="خبرنامه و خبرِ محصول و رویداد.",
    about_en="Newsletters, products and events.",
    words_fa="{brand} می‌تواند خبرهای محصول‌ها و رویدادهایش را با {channel} برایم بفرستد. هر وقت بخواهم پس می‌گیرم.",
    words_en="{brand} may send me news of its products and events by {channel}. I can take this back whenever I like.",
    is_marketing=True,
))  # fmt: skip
purpose(Purpose(
    name="offers", icon="tag", fa="پیشنهاد", en="Offers",
    about_fa="تخفیف، کد خرید و پیشنهاد فروش.",
    about_en="Discounts, codes and offers to buy.",
    words_fa="{brand} می‌تواند تخفیف‌ها و پیشنهادهای فروشش را با {channel} برایم بفرستد. هر وقت بخواهم پس می‌گیرم.",
    words_en="{brand} may send me discounts and offers by {channel}. I can take this back whenever I like.",
    is_marketing=True,
))  # fmt: skip
purpose(Purpose(
    name="research", icon="list-checks", fa="پرسش و پژوهش", en="Research",
    about_fa="پرسش‌نامه و گفت‌وگو دربارهٔ تجربهٔ شما.",
    about_en="Questionnaires and talks about your experience.",
    words_fa="{brand} می‌تواند با {channel} از من دربارهٔ تجربه‌ام بپرسد. هر وقت بخواهم پس می‌گیرم.",
    words_en="{brand} may ask me by {channel} about my experience. I can take this back whenever I like.",
    is_marketing=True,
))  # fmt: skip
purpose(Purpose(
    name="profiling", icon="chart-no-axes-column", fa="شناختن سلیقه", en="Profiling",
    about_fa="از روی خریدها و نوشته‌هایتان حدس بزنیم چه به کارتان می‌آید.",
    about_en="Guessing from what you bought and wrote what may be useful to you.",
    words_fa="{brand} می‌تواند از روی خریدها و نوشته‌هایم حدس بزند چه به کارم می‌آید. هر وقت بخواهم پس می‌گیرم.",
    words_en="{brand} may guess from what I bought and wrote what is useful to me. I can take this back whenever I like.",
    is_marketing=True, by_channel=False,
))  # fmt: skip
purpose(Purpose(
    name="drafting", icon="sparkles", fa="کمکِ هوش مصنوعی", en="AI drafting",
    about_fa="هوش مصنوعی پیام‌های شما را بخواند تا برای همکار ما پیش‌نویس پاسخ بسازد.",
    about_en="A machine reads your messages to draft an answer for somebody of the team.",
    words_fa="هوش مصنوعیِ {brand} می‌تواند پیام‌هایم را بخواند و پیش‌نویس پاسخ بسازد. هر وقت بخواهم پس می‌گیرم.",
    words_en="{brand}'s machine may read my messages and draft answers. I can take this back whenever I like.",
    by_channel=False,
))  # fmt: skip
purpose(Purpose(
    name="display", icon="monitor", fa="نمایش نوشته‌هایم", en="Showing what I wrote",
    about_fa="نقل نوشته‌هایتان با نام شما بیرون از پاتوق: دیوار زنده، سایت، بیلبورد.",
    about_en="Quoting you by name outside the hangout: a live wall, the web site, a billboard.",
    words_fa="{brand} می‌تواند نوشته‌هایم را با نام خودم بیرون از پاتوق نشان دهد. هر وقت بخواهم پس می‌گیرم.",
    words_en="{brand} may show what I wrote, with my name, outside the hangout. I can take this back whenever I like.",
    by_channel=False,
))  # fmt: skip
