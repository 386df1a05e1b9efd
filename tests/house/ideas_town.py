"""The ideas of the small town: what waits, what gathers and what the board has before it, and a draft that is its author's alone."""

from __future__ import annotations

import io

from django.utils import timezone
from PIL import Image

from patogh.ideas.actions import batches, materials, moving, programmes, questions, reviewing, updating
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.models import BatchIdea, Programme
from patogh.ideas.tests import making
from patogh.people.models import Member
from tests.house.access import CANARY


def ideas(owner: Member, member: Member, board: list[Member]) -> tuple[dict, dict]:
    """Return what addresses need of ideas: those in plain sight, and the draft of somebody else."""
    here = making.programme(owner)
    round_ = batches.keep_open(here.pk, timezone.now())
    for one in board:
        batches.add_reviewer(round_, one, by=owner)
    shelf = programmes.put_category(here, programmes.Shelf("light", "چراغ"), by=owner)
    gathering = making.gathering(member, here, by=owner, words=words("در راه"))
    waiting = making.submitted(member, here, words("در صف"))
    seats = {
        name: seat(making.in_review(member, here, by=owner, words=words(name))) for name in ("entry", "opened", "away")
    }
    for one in board:
        reviewing.hand_in(seats["opened"], {mark["key"]: 5 for mark in round_.criteria}, "", by=one)
        reviewing.declare_conflict(seats["away"], "همکاریم", by=one)
    own = {
        "idea_id": gathering.pk, "waiting.idea_id": waiting.pk, "batch_id": round_.pk, "shelf_id": shelf.pk,
        "entry_id": seats["entry"].pk, "opened.entry_id": seats["opened"].pk, "away.entry_id": seats["away"].pk,
        "reviewer.member_id": board[0].pk,
    }  # fmt: skip
    draft = making.idea_of(owner, here, words(CANARY))
    return own, {"idea_id": draft.pk, "waiting.idea_id": draft.pk}


def words(name: str) -> Draft:
    """The words of one idea."""
    return Draft(
        title=f"ایدهٔ {name} برای دوچرخه", lead=f"سرآغاز {name}", problem=f"مسئلهٔ {name}", proposal=f"پیشنهاد {name}"
    )


def seat(idea) -> BatchIdea:
    """An idea's place before the board."""
    return BatchIdea.objects.select_related("batch", "idea").get(idea=idea)


def photo() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()


def made_together(owner: Member, member: Member, here: Programme) -> tuple[dict, dict]:
    """What is made together: a draft, news, a question, a picture and a file of the member's, and the same behind the owner's door."""
    own, foreign = {}, {}
    for things, author, canary in ((own, member, "خانه"), (foreign, owner, CANARY)):
        draft = making.idea_of(author, here, words(f"نیمه‌کاره {canary}"))
        things |= {"drafted.idea_id": draft.pk, "ended.idea_id": draft.pk, "asked.idea_id": draft.pk}
        file = materials.add_model(draft, b"%PDF-1.7\n" + canary.encode() + b"\n%%EOF", by=author, name=canary)
        picture = materials.add_picture(draft, photo(), by=author)
        things |= {"asked.material_id": file.pk, "asked.token": picture.token.partition("/")[2]}
    going = making.gathering(member, here, by=owner, words=words("گفتنی"))
    own |= {
        "ended.idea_id": moving.withdraw(making.submitted(member, here, words("پس")), by=member).pk,
        "asked.idea_id": going.pk,
    }
    file = materials.add_model(going, b"%PDF-1.7\n%%EOF", by=member, name="کیف")
    picture = materials.add_picture(going, photo(), by=member)
    own |= {
        "asked.material_id": file.pk, "asked.token": picture.token.partition("/")[2],
        "asked.update_id": updating.post_update(going, "خبر", by=member).pk,
        "asked.question_id": questions.ask_question(going, "پرسش؟", by=owner).pk,
    }  # fmt: skip
    return own, {**foreign, "asked.update_id": 987_654, "asked.question_id": 987_654}


def ideas_of(owner: Member, member: Member) -> tuple[int, int]:
    """Publish an idea of the member, and have the owner begin one that nobody else sees; return their numbers."""
    call = making.programme(owner, slug="calls")
    secret = Draft(
        f"رازِ {CANARY}", f"پیش‌نویسِ {CANARY}", f"مسئلهٔ {CANARY} که کسی نمی‌داند", f"راهِ {CANARY} که کسی نمی‌داند"
    )
    return making.gathering(member, call, by=owner).pk, making.idea_of(owner, call, secret).pk
