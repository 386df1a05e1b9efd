"""A small town for the access matrix: everything twice, once in the open and once behind a door."""

import contextlib
import copy
import io
import shutil
import uuid
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import override_settings
from django.utils import timezone, translation
from PIL import Image

from patogh.api.intake.actions.sources import SourceWords, add_source
from patogh.api.webhooks import actions as webhooks
from patogh.channels import unsubscribing
from patogh.channels.connectors import arrivals
from patogh.channels.connectors.actions import setups as channel_setups
from patogh.channels.connectors.actions.dead import lay_aside
from patogh.channels.connectors.contract import Arrival, File, Known
from patogh.conftest import (  # noqa: F401 - the cast
    _house_of_tests,
    _pictures,
    _quiet_house,
    made_member,
    signed_in,
    stranger,
)
from patogh.hangout import actions
from patogh.hangout.actions import NewPoll, NewReply, NewTopic, SpaceFacts
from patogh.ideas.models import Idea
from patogh.ideas.tests import making as proposing
from patogh.kit.signing import new_secret
from patogh.kit.tlog.cosignature import CosignatureSigner
from patogh.ledger.actions.book import enter
from patogh.ledger.actions.enlisting import Described, add_witness
from patogh.ledger.actions.sealing import forget_comparison, seal
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.models import LogHead, Receipt
from patogh.people.actions import change_avatar
from patogh.people.consent import links
from patogh.people.links import token_for
from patogh.people.models import Brand, Member
from patogh.people.queries import forget_brand
from patogh.trust import actions as trust
from patogh.trust.models import Decision, ReviewItem, SecondOpinion
from patogh.trust.nouns import HeldText, Ruling, Subject, Verdict
from patogh.trust.queries import suspension_token
from tests.house.access import CANARY, WITHHELD
from tests.house.ideas_town import ideas, ideas_of, made_together
from tests.house.members_town import closed_account, personal, second_steps, way_back
from tests.house.persons_town import known
from tests.house.segments_town import gathered
from tests.house.share_town import shares
from tests.house.shop_town import shelf


@pytest.fixture(autouse=True)
def fresh_memory():
    """Forget the brand that other tests remembered."""
    forget_brand()
    yield
    forget_brand()


CAST = {
    "owner": ("behrouz", "بهروز بختیاری", "owner"),
    "moderator": ("navid", "نوید صادقی", "moderator"),
    "agent": ("hamid", "حمید یزدی", "agent"),
    "member": ("mina", "مینا کیانی", ""),
    "other_member": ("reza", "رضا نجفی", ""),
    "admin": ("admin_of_all", "مدیر", "admin"),
}
ACTING = ("member", "other_member", "agent", "moderator", "admin")


def found_or_made(part: str) -> Member:
    """One of the cast: from the town where it stands, or new."""
    handle, name, role = CAST[part]
    return Member.objects.filter(handle=handle).first() or made_member(handle, name, role)


@pytest.fixture
def brand(db) -> Brand:
    """The brand, set up."""
    return Brand.objects.get_or_create(id=1, defaults={"name": "رکاب", "name_en": "Rekab", "language": "fa"})[0]


@pytest.fixture
def owner(db, brand) -> Member:
    """Behrouz, who owns the hangout."""
    return found_or_made("owner")


@pytest.fixture
def moderator(db, brand) -> Member:
    """Navid, a moderator."""
    return found_or_made("moderator")


@pytest.fixture
def agent(db, brand) -> Member:
    """Hamid, an agent of the team."""
    return found_or_made("agent")


@pytest.fixture
def member(db, brand) -> Member:
    """Mina, a member."""
    return found_or_made("member")


@pytest.fixture
def other_member(db, brand) -> Member:
    """Reza, another member."""
    return found_or_made("other_member")


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker, tmp_path_factory):
    """The town, built once for a file in a transaction that is rolled back; each test goes on in a savepoint of it."""
    folder = tmp_path_factory.mktemp("town")
    kept = override_settings(
        DOOR="inline", DATA=folder / "data", MEDIA_ROOT=folder / "media", BOOK_ORIGIN="test.example/book", BRAND_CACHE_S=0,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )  # fmt: skip
    with contextlib.ExitStack() as stack:
        for one in (django_db_blocker.unblock(), kept, translation.override("fa"), transaction.atomic()):
            stack.enter_context(one)
        Brand.objects.create(id=1, name="رکاب", name_en="Rekab", language="fa")
        cast = {part: found_or_made(part) for part in CAST}
        found = town(cast["owner"], cast["member"])
        kept.disable()
        stack.callback(kept.enable)
        yield folder, found
        transaction.set_rollback(True)
    default_storage.__dict__.pop("base_location", None)


@pytest.fixture
def people(standing, brand, settings) -> dict[str, Member | None]:
    """The actors of the matrix by their parts."""
    settings.BRAND_CACHE_S = 60  # kept between requests, as in a running house, and forgotten after one that writes it
    Member.objects.update(last_seen_at=timezone.now())
    return {"anonymous": None, **{name: Member.objects.get(handle=CAST[name][0]) for name in ACTING}}


@pytest.fixture
def things(people, standing, settings, tmp_path) -> dict[str, dict]:
    """What the addresses of the matrix speak of: own (in the open), foreign (behind a door), absent."""
    folder, found = standing
    settings.DATA, settings.BOOK_ORIGIN = tmp_path / "data", "test.example/book"
    for name in ("data", "media"):
        shutil.copytree(folder / name, tmp_path / name, dirs_exist_ok=True)
    forget_comparison()
    return copy.deepcopy(found)


def town(owner: Member, member: Member) -> dict[str, dict]:
    """Build everything twice, once in the open and once behind a door, and return what addresses need of it."""
    actions.open_space(SpaceFacts("other", "جای دیگر"), by=owner)
    open_space = actions.open_space(SpaceFacts("repair", "تعمیر", "Repair"), by=owner)
    cellar = actions.open_space(SpaceFacts("cellar", f"زیرزمین {CANARY}", about=CANARY, access="private"), by=owner)
    for one in (member, owner):
        actions.let_in(cellar, one, by=owner)
    actions.save_draft("new", f"ناتمام {WITHHELD}", by=member, title=WITHHELD)
    own = {**talk(open_space, member, owner, "زنجیر", ""), **personal(member, owner, "own")}
    foreign = {**talk(cellar, member, owner, f"برچسب{CANARY}", CANARY), **personal(owner, member, "foreign")}
    own |= {
        "club.slug": "cellar",
        "handle": owner.handle,
        **webhook(owner),
        **channel(owner),
        **chat(owner),
        **intake_source(owner),
        **shelf(owner),
        **gathered(owner),
        **known(owner),
        **suspended(owner),
        **moderated(member, owner),
    }
    mine, theirs = sealed_lines(member, owner)
    own |= {"code": mine, "tile.path": f"0/000.p/{LogHead.objects.get().size}", "witness_id": watched_by(owner)}
    foreign |= {"code": theirs, "club.slug": "cellar", "handle": closed_account().handle, **moderated(owner, owner)}
    second_steps(member)
    change_avatar(member, png(), by=member)
    own |= {
        "link.token": token_for(member, member.email),
        "way_back.token": way_back(),
        "unsub.token": unsubscribing.token(member, "hangout.replied"),
        "yes.token": links.confirm_address(links.Asked("leila@example.org", ("news",), "fa")).rpartition("/")[2],
        "avatar.name": member.avatar_url.rpartition("/")[2].removesuffix(".webp"),
    }
    in_the_open, behind_the_door = ideas_of(owner, member)
    call = Idea.objects.get(pk=in_the_open).programme
    own |= {"idea_id": in_the_open, "liked.idea_id": proposing.gathering(owner, call, by=owner).pk}
    foreign |= {"idea_id": behind_the_door}
    proposed, hidden = ideas(owner, member, [found_or_made(part) for part in ("moderator", "admin")])
    mine, theirs = made_together(owner, member, call)
    earned, others = shares(owner, member)
    own, foreign = (
        {**own, **proposed, **mine, **earned},
        {**foreign, **hidden, **theirs, "shared.idea_id": behind_the_door, **others},
    )
    nothing = {int: 987_654_321, UUID: UUID(int=987_654_321)}
    absent = {name: nothing.get(type(value), "absent0absent0abse") for name, value in own.items()}
    return {"own": own, "foreign": foreign, "absent": absent}


def sealed_lines(*whose: Member) -> list[str]:
    """Write a line of the open book for each of them, under one seal, and return the codes of their receipts."""
    forget_comparison()
    for number, one in enumerate(whose, 1):
        enter("idea.withdrawn.v1", {"idea": number}, key=f"town:{number}", owner=one)
    append_waiting()
    seal()
    return [Receipt.objects.get(member=one).code for one in whose]


def watched_by(owner: Member) -> int:
    """Have a witness on the list."""
    key = CosignatureSigner.generate("witness.example").vkey
    return add_witness(Described(key, "https://witness.example/", "گواه", "Witness"), by=owner).pk


def talk(space, member, owner, tag: str, canary: str) -> dict:
    """Open topics by `member` in a space, with an answer by the owner and everything that can be done to them."""
    poll = NewPoll(f"کدام را می‌پسندید؟ {canary}", ("یکم", "دوم"))
    topic = actions.open_topic(
        space,
        NewTopic(f"رازِ {canary} را که می‌داند؟", f"متن {canary} {picture_of(member)}", "question", (tag,), poll=poll),
        by=member,
    )
    answer = actions.reply(topic, NewReply(f"پاسخِ {canary}"), by=owner)
    reply = actions.reply(topic, NewReply(f"و باز {canary}"), by=member)
    trashed = actions.reply(topic, NewReply(f"پس‌گرفته {WITHHELD} {canary}"), by=member)
    actions.trash_post(trashed, by=member)
    actions.bookmark(answer, by=member)
    notice = actions.open_topic(space, NewTopic(f"اعلان {canary}", f"از کارگاه {canary}", "notice"), by=owner)
    lonely = actions.open_topic(space, NewTopic(f"تنها {canary}", f"بی‌پاسخ {canary}", "discussion"), by=member)
    ask = NewPoll(f"سربسته {canary}؟", ("یکم", "دوم"), is_sealed=True)
    sealed = actions.open_topic(space, NewTopic(f"رأی سربسته {canary}", f"همه بیایید {canary}", poll=ask), by=member)
    apart = actions.open_topic(space, NewTopic(f"جدا {canary}", f"پیوستنی {canary}", "discussion"), by=member)
    merge = actions.merge_topics(apart, notice, by=owner)
    flag = trust.flag(Subject("hangout.post", str(answer.pk)), "spam", f"چرا {canary}", by=member)
    seen = {
        "answer.key": answer.pk,
        "flag_id": flag.pk,
        "item_id": flag.item_id,
        "opinion_id": opinion(space, owner, answer),
    }
    return seen | {
        "topic_id": topic.pk, "post_id": reply.pk, "answer.post_id": answer.pk, "trash.post_id": trashed.pk, "notice.topic_id": notice.pk, "lonely.topic_id": lonely.pk,
        "sealed.topic_id": sealed.pk,
        "merge_id": merge.pk, "slug": space.slug, "name": tag, "number": 2, "option_id": topic.poll.options.first().pk, "token": member.pictures.latest("pk").token,
    }  # fmt: skip


def opinion(space, owner: Member, post) -> int:
    """Ask for a second look at a decision of the owner."""
    about = {"subject_kind": "hangout.post", "subject_id": str(post.pk), "space_id": space.pk}
    now = timezone.now()
    item = ReviewItem.objects.create(kind="flags", state="decided", opened_at=now, decided_at=now, **about)
    facts = {"by": owner, "what": "none", "reason": "other", "batch": uuid.uuid4(), "decided_at": now}
    decision = Decision.objects.create(item=item, **about, **facts)
    return SecondOpinion.objects.create(item=item, decision=decision, first_by=owner, asked_at=now).pk


def moderated(whose: Member, owner: Member) -> dict:
    """Make what moderators did about one member: a decision, one that was appealed, a held text."""
    facts = {
        "subject_kind": "people.member",
        "subject_id": str(whose.pk),
        "member": whose,
        "by": owner,
        "what": "none",
        "reason": "other",
    }
    made = [
        Decision.objects.create(sanction="warning", batch=uuid.uuid4(), decided_at=timezone.now(), **facts)
        for _ in "ab"
    ]
    held = HeldText("reply", Subject("hangout.topic", "987654321"), f"در صف {WITHHELD}", WITHHELD)
    return {
        "decision_id": made[0].pk,
        "appeal_id": trust.appeal(made[1], f"نه {WITHHELD}", by=whose).pk,
        "held_id": trust.hold(held, Verdict(hold=True), by=whose).pk,
    }


def suspended(owner: Member) -> dict:
    """Suspend somebody, warn somebody else and list a word."""
    away, until = made_member("banned", "معلق"), timezone.now() + timezone.timedelta(days=7)
    decision = trust.sanction_member(away, Ruling("none", "spam", "آگهی", "", "suspension", until), by=owner)
    away.refresh_from_db()
    warned = trust.sanction_member(away, Ruling("none", "spam", "", "", "warning"), by=owner)
    word = trust.list_word("زرورق", "selling", by=owner)
    return {
        "suspended.token": suspension_token(away), "suspended.decision": decision.pk, "sanction_id": warned.sanctioned.pk, "word_id": word.pk,
    }  # fmt: skip


def webhook(owner: Member) -> dict:
    """Add a webhook that was sent a test."""
    endpoint = webhooks.add_endpoint(webhooks.EndpointWords("https://1.1.1.1/in"), by=owner)
    message = webhooks.send_test(endpoint, by=owner)
    return {"endpoint_id": endpoint.pk, "delivery_id": message.deliveries.get().pk}


def channel(owner: Member) -> dict:
    """Set a connector up that took a message with a file, gave one up and has a dead letter."""
    words = channel_setups.Words("برنامهٔ ما", {"secret": new_secret(), "rules": "", "url": ""})
    setup = channel_setups.add_setup("webhook", words, by=owner)
    who = Known("email", "stranger@example.org")
    file = File("نقشه.txt", "text/plain", b"x")
    arrivals.take(setup.pk, [Arrival("m-1", "message", who, timezone.now(), text="سلام", files=(file,))])
    letter = lay_aside(setup, b"{", {"form": "arrival"}, "no arrival")
    message = setup.messages.get()
    return {
        "setup_id": setup.pk, "address": setup.address, "letter_id": letter.pk, "message_id": message.pk,
        "attachment_id": message.attachments.get().pk,
    }  # fmt: skip


def chat(owner: Member) -> dict:
    """Put the chat on a site."""
    words = channel_setups.Words("گفت‌وگوی سایت", {"origins": "https://rekab.example", "secret": ""})
    return {"chat.address": channel_setups.add_setup("chat", words, by=owner).address}


def intake_source(owner: Member) -> dict:
    """Add a source of events with its write key."""
    source, _key = add_source(SourceWords("Website"), by=owner)
    return {"source_id": source.pk, "key_id": source.keys.get().pk}


def picture_of(member) -> str:
    """Take a picture and return it as Markdown."""
    return f"![نما](/media/{actions.take_picture(png(), by=member).token}.webp)"


def png() -> bytes:
    """A small picture."""
    written = io.BytesIO()
    Image.new("RGB", (64, 64), "#1f7a8c").save(written, "PNG")
    return written.getvalue()
