"""A year of the open book: points, moderation, a sealed poll, a new key, an erasure, balances, and the seals over them.

Written by the book's own actions with the clock set back. The witnesses are of the story: their keys sign while the
demo is loaded and are then forgotten, so that what is sealed later waits, as it would with witnesses that are away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final
from uuid import UUID

from patogh.activity import upkeep
from patogh.activity.models import Activity, Job, Outbox
from patogh.conf.demo.actions.balloted import ask_openly, poll_of_the_year
from patogh.conf.demo.actions.thought import settle_ideas, year_of_ideas
from patogh.hangout.models import AcceptedAnswer, Post, Topic
from patogh.kit.hooks import plugins
from patogh.kit.tlog.cosignature import CosignatureSigner
from patogh.ledger.actions import past
from patogh.ledger.actions.balances import enter_balances
from patogh.ledger.actions.enlisting import Described
from patogh.ledger.actions.keeping import init_log, rotate_key
from patogh.ledger.actions.points import _keys
from patogh.ledger.actions.transfers import transfer_many
from patogh.ledger.queries.money import rules_now
from patogh.ledger.wanted import BATCH_TRANSFERS_MAX, Line, Wanted
from patogh.people.actions.erasing import RENAME, erase_member
from patogh.people.models import Erasure, Member
from patogh.trust import book
from patogh.trust.models import Appeal, Decision

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk

WITNESSES: Final = (
    ("sepahan-cyclists.example", "انجمن رکاب‌زنان سپاهان (نمایشی)", "Sepahan Cyclists’ Association (demo)", "users"),
    ("mathematics.example", "دانشکدهٔ ریاضی (نمایشی)", "Faculty of Mathematics (demo)", "graduation-cap"),
    ("zayandehrud-daily.example", "روزنامهٔ زنده‌رود (نمایشی)", "Zayandehrud Daily (demo)", "newspaper"),
)
SILENT: Final = "zayandehrud-daily.example"
SILENT_SINCE: Final = dt.timedelta(days=2)
BEGAN: Final = dt.timedelta(days=366)
ROTATED: Final = dt.timedelta(days=121)
LEFT: Final = dt.timedelta(days=38, hours=3)
DAY: Final = dt.timedelta(days=1)
NIGHTLY_DAYS: Final = 30
WEEKLY_UNTIL: Final = dt.timedelta(days=14)
AWARDS_MAX: Final = 30_000
BATCH: Final = BATCH_TRANSFERS_MAX
LEAVER: Final = "former_0000001405"
Step = Callable[[], object]
Steps = list[tuple[dt.datetime, Step]]
Awards = list[tuple[dt.datetime, Wanted]]


def write_book(talk: Talk, *, ideas: int = 0, supports: int = 0) -> None:
    """Write the whole year of the book, oldest first; besides the written ideas so many grow."""
    before = set(Outbox.objects.filter(state="waiting").values_list("pk", flat=True))
    began = talk.now - BEGAN
    with past.moment(began):
        init_log(now=began)
        cosigners = _enlist()
    proposed, seen = year_of_ideas(talk, ideas, supports)
    steps = [*_moderation(), *_housekeeping(talk), *poll_of_the_year(talk), *ask_openly(), *proposed]
    _walk([*steps, *_seals(talk, cosigners, seen)], _awards(talk))
    settle_ideas(talk.now)
    past.publish_past()
    _hush(before)


@upkeep
def _hush(before: set[UUID]) -> None:
    """Let nobody hear now of what happened then, and leave no job behind: what it would do is done."""
    Job.objects.filter(task=RENAME).delete()
    Outbox.objects.filter(state="waiting").exclude(pk__in=before).delete()


@upkeep
def _enlist() -> dict[int, CosignatureSigner]:
    """Enter the witnesses of the story; returns their keys, which nobody keeps."""
    found = {}
    for name, fa, en, icon in WITNESSES:
        signer = CosignatureSigner.generate(name)
        said = Described(signer.vkey, f"https://{name}/", fa, en, icon)
        found[past.enlist_past(said).pk] = signer
    return found


def _walk(steps: Steps, awards: Awards) -> None:
    """Take every step at its time; awards in between are written together."""
    waiting = iter(sorted(awards, key=lambda pair: pair[0]))
    award = next(waiting, None)
    for at, step in sorted(steps, key=lambda pair: pair[0]):
        batch: Awards = []
        while award is not None and award[0] <= at:
            batch.append(award)
            award = next(waiting, None)
        gone = set(Erasure.objects.values_list("member_number", flat=True)) if batch else set()
        batch = [pair for pair in batch if not _is_owned_by(pair[1], gone)]
        for start in range(0, len(batch), BATCH):
            some = batch[start : start + BATCH]
            with past.moment(some[-1][0]):
                transfer_many([wanted for _, wanted in some])
        with past.moment(at):
            step()


def _is_owned_by(wanted: Wanted, members: set[int]) -> bool:
    """Whether an award is for one of these members."""
    owner = wanted.terms.get("owner")
    return owner is not None and owner.pk in members


def _awards(talk: Talk) -> Awards:
    """Return what accepted answers and welcomes earned, by the rules that hold."""
    members = {member.pk: member for member in talk.members}
    amounts = {rule.name: rule.amount for rule in rules_now()}
    rows = AcceptedAnswer.objects.filter(lifted_at=None).order_by("-at")
    facts = rows.values_list("at", "post", "post__author", "topic__author")[:AWARDS_MAX]
    found: list[tuple[dt.datetime, str, int, int, str]] = [
        (at, "accepted_answer", author, post, f"post:{post}") for at, post, author, asker in facts if author != asker
    ]
    found += [
        (at, "welcomed_newcomer", author, post, f"newcomer:{newcomer}") for at, post, author, newcomer in _welcomes()
    ]
    return [
        (at, _award(rule, amounts[rule], members[author], (post, idem)))
        for at, rule, author, post, idem in found
        if rule == "accepted_answer" or not members[author].is_team
    ]


def _award(rule: str, amount: int, member: Member, act: tuple[int, str]) -> Wanted:
    """Return one award as the rule gives it, under the key by which it can be taken back."""
    post, idem = act
    lines = [Line("issuance:pt", -amount), Line(f"member:{member.pk}:pt", amount)]
    return Wanted(
        _keys(rule, idem)[0], f"award.{rule}", "pt", lines, {"owner": member, "subject": ("hangout.post", str(post))}
    )


def _welcomes() -> Iterator[tuple[dt.datetime, int, int, int]]:
    """Yield (when, post, author, newcomer) of the first reply to each member's first topic, within two days."""
    firsts: dict[int, tuple[int, dt.datetime]] = {}
    for author, pk, at in Topic.objects.order_by("created_at", "pk").values_list("author", "pk", "created_at"):
        firsts.setdefault(author, (pk, at))
    topics = dict(sorted((pk, (author, at)) for author, (pk, at) in firsts.items())[:AWARDS_MAX])
    keys, done = list(topics), set()
    for start in range(0, len(keys), 500):
        rows = Post.objects.filter(topic__in=keys[start : start + 500], number__gt=1, trashed_at=None)
        for topic, pk, author, at in rows.order_by("topic", "number").values_list(
            "topic", "pk", "author", "created_at"
        ):
            newcomer, opened = topics[topic]
            if topic not in done and author != newcomer and at - opened <= dt.timedelta(days=2):
                yield at, pk, author, newcomer
            if author != newcomer:
                done.add(topic)


def _moderation() -> Steps:
    """Return the lines of every decision and answered appeal, at their times."""
    steps: Steps = [
        (at, _told(book.enter_decisions, data={"decisions": [pk]}))
        for pk, at in Decision.objects.values_list("pk", "decided_at")
    ]
    answered = Appeal.objects.exclude(decided_at=None).values_list("pk", "decided_at")
    return steps + [(at, _told(book.enter_answer, subject_id=str(pk))) for pk, at in answered if at is not None]


def _told(watcher: Callable[[Activity], None], **facts: object) -> Step:
    """Return the step that tells a watcher what it would have heard on the road."""
    return lambda: _tell(watcher, Activity(**facts))


@upkeep
def _tell(watcher: Callable[[Activity], None], activity: Activity) -> None:
    watcher(activity)


def _housekeeping(talk: Talk) -> Steps:
    """Return the balances of the nights (of one night a week, long ago), the new key, and who asked to be erased."""
    midnight = talk.now.replace(hour=20, minute=20)
    days = [*range(1, NIGHTLY_DAYS), *range(NIGHTLY_DAYS, BEGAN.days, 7)]
    nights: Steps = [(midnight - DAY * back, enter_balances) for back in days]
    owner = next(member for member in talk.members if member.handle == "ardalan")
    return [
        *nights,
        (talk.now - ROTATED, lambda: rotate_key(by=owner)),
        (talk.now - LEFT, lambda: _erase_one(talk)),
    ]


def _erase_one(talk: Talk) -> None:
    """Erase a member who earned something before and wrote the least."""
    earned = AcceptedAnswer.objects.filter(at__lt=talk.now - LEFT).values("post__author")
    found = Member.objects.filter(pk__in=earned, roles="")
    member = found.order_by("posts_count", "-pk").first()
    if member is not None:
        handle = member.handle
        erase_member(member, pseudonym=LEAVER)
        plugins.hook.rename_mentions(handle=handle, pseudonym=LEAVER)


def _seals(talk: Talk, cosigners: dict[int, CosignatureSigner], seen: list[dt.datetime]) -> Steps:
    """Return the seals: one a week, two a day in the last weeks, some today, and those that decisions and payments wait
    for; one witness is away in the end.
    """
    times = [talk.now - BEGAN + dt.timedelta(hours=2)]
    times += [talk.now - dt.timedelta(days=back, minutes=11) for back in range(BEGAN.days - 7, 14, -7)]
    times += [talk.now - dt.timedelta(hours=back, minutes=7) for back in range(24 * WEEKLY_UNTIL.days, 0, -12)]
    times += [talk.now - dt.timedelta(minutes=back) for back in (191, 92, 41, 12, 2)]
    times += [at for at in seen if at < talk.now - dt.timedelta(hours=4)]
    away = [key for key, signer in cosigners.items() if signer.key.name == SILENT]
    steps: Steps = []
    for at in times:
        awake = cosigners
        if at > talk.now - SILENT_SINCE:
            awake = {key: signer for key, signer in cosigners.items() if key not in away}
        steps.append((at, lambda at=at, awake=awake: past.seal_past(awake, at)))  # type: ignore[misc]
    return steps
