"""A year of ideas, each step at its time by the rooms' own verbs: calls, drafts, moves, makers, news, questions, talk."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django.core.files.storage import default_storage
from PIL import Image

from patogh.activity import upkeep
from patogh.conf.demo import proposals
from patogh.conf.demo.actions.backed import Backers, back
from patogh.conf.demo.proposals import PRIVATE, QUEUED, Call, Content, Sketch
from patogh.conf.demo.stories import before
from patogh.hangout import actions as hangout
from patogh.hangout.actions.replying import NewReply
from patogh.hangout.models import Topic
from patogh.ideas.actions import (
    clock,
    creators,
    drafting,
    feedback,
    materials,
    merging,
    moving,
    programmes,
    questions,
    stations,
    talk,
    updating,
)
from patogh.ideas.models import Category, Creator, Idea, Programme, Support
from patogh.ideas.queries.rules import terms_for
from patogh.kit.limits import THUMB_SIDE_PX_MAX
from patogh.people.models import Member

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk

Step = Callable[[], object]
Steps = list[tuple[dt.datetime, Step]]
MINUTE: Final = dt.timedelta(minutes=1)
HOUR: Final = dt.timedelta(hours=1)
DAY: Final = dt.timedelta(days=1)


class Proposed:
    """The ideas while their year is written: what is told of them, who stands behind them, and their numbers."""

    def __init__(self, talk: Talk) -> None:
        """Read the content for this clock and this many members."""
        self.now = talk.now
        self.content: Content = proposals.read(talk.now, len(talk.members))
        self.by = {member.handle: member for member in talk.members}
        self.backers = Backers(talk, self.content.sketches)
        self.calls: dict[str, int] = {}

    def idea(self, key: str) -> Idea:
        """Return an idea as it stands."""
        return Idea.objects.select_related("programme", "rules", "author").get(pk=self.backers.ideas[key])

    def steps(self) -> Steps:
        """Return everything that happened but for the board's and the shop's part."""
        found: Steps = []
        for place, call in enumerate(self.content.calls):
            found += self._of_call(call, place)
        for sketch in self.content.sketches:
            found += [*self._of_draft(sketch), *self._of_road(sketch), *self._beside(sketch)]
        for key, said in self.content.talk.items():
            found += self._talk(key, said)
        return [(min(at, self.now), step) for at, step in found] + self._supports()

    def _of_call(self, call: Call, place: int) -> Steps:
        """Return the opening of a call, and later versions of its rules."""
        later: Steps = [(since, lambda: self._change_rules(call)) for since, _ in call.terms[1:]]
        return [(call.opened, lambda: self._open(call, place)), *later]

    def _open(self, call: Call, place: int) -> None:
        row, owner = call.row, self.by["ardalan"]
        facts = programmes.Facts(
            row["slug"], row["name"], row["name_en"], row["about"], row["about_en"], 10 * (place + 1)
        )
        made = programmes.open_programme(facts, call.terms[0][1], by=owner)
        for position, (slug, name, name_en) in enumerate(row["categories"], 1):
            programmes.put_category(made, programmes.Shelf(slug, name, name_en, 10 * position), by=owner)
        self.calls[row["slug"]] = made.pk

    def _change_rules(self, call: Call) -> None:
        programme = Programme.objects.get(pk=self.calls[call.row["slug"]])
        first = call.row["first"]
        words = {"note": first["note"], "note_en": first["note_en"]}
        programmes.change_rules(programme, call.terms[1][1], by=self.by["ardalan"], **words)

    def _of_draft(self, sketch: Sketch) -> Steps:
        """Return how an idea is begun, with its picture and its makers, and handed in."""
        found: Steps = [(sketch.at, lambda: self._start(sketch))]
        if len(sketch.row.get("makers", ())) > 1:
            found.append((sketch.at + 5 * MINUTE, lambda: self._share(sketch)))
        if sketch.state != "draft":
            author = self.by[sketch.row["by"]]
            found.append((sketch.at + QUEUED, lambda: drafting.submit(self.idea(sketch.key), by=author)))
        return found

    def _start(self, sketch: Sketch) -> None:
        """Begin an idea, or begin one anew that ended."""
        row, author = sketch.row, self.by[sketch.row["by"]]
        programme = Programme.objects.select_related("rules").get(pk=self.calls[row["programme"]])
        shelf = Category.objects.get(programme=programme, slug=row["category"]).pk
        facts = [(name, value) for name, value in row.get("facts", [])]
        parts = {name: row.get(name, "") for name in ("title", "lead", "problem", "proposal")}
        draft = drafting.Draft(**parts, facts=facts, category=shelf, language=row.get("lang", "fa"))
        if "again_of" in row:
            idea = drafting.try_again(self.idea(row["again_of"]), by=author)
            _reword(idea, drafting.checked(draft, terms_for(programme)), author)
        else:
            idea = drafting.start_idea(programme, draft, by=author)
        self.backers.ideas[sketch.key] = idea.pk
        makers = row.get("makers", [[row["by"]]])
        self.backers.makers[sketch.key] = {self.by[maker[0]].pk for maker in makers}
        if "art" in row:
            alt = row["alt_en" if row.get("lang") == "en" else "alt"]
            _show(idea, row["art"], alt, author)
        if row.get("makers"):
            _say_role(idea, author, row["makers"][0][2])

    def _share(self, sketch: Sketch) -> None:
        """Ask the other makers, who agree."""
        author, first = self.by[sketch.row["by"]], sketch.row["makers"][0]
        handle, bps, role = sketch.row["makers"][1]
        invited = creators.Invited(self.by[handle], bps, role)
        creators.propose_shares(self.idea(sketch.key), {author.pk: first[1]}, by=author, invite=invited)
        creators.agree_to_share(self.idea(sketch.key), by=self.by[handle])

    def _of_road(self, sketch: Sketch) -> Steps:
        """Return the moves of an idea after it was handed in, and the stations that it passes."""
        found: Steps = [
            (at, lambda at=at, move=move: self._move(sketch, move, at)) for at, move in sketch.moves  # type: ignore[misc]
        ]  # fmt: skip
        is_told = any(move["move"] == "publish" for _, move in sketch.moves)
        if sketch.state not in PRIVATE and sketch.published is not None and not is_told:
            by = "navid" if sketch.row["by"] == "yasaman" else "yasaman"
            found.append((sketch.published, lambda: moving.publish(self.idea(sketch.key), by=self.by[by])))
        found += [(at, lambda at=at: self._station(sketch, at)) for at in sketch.stations]  # type: ignore[misc]
        if sketch.gathered_until is not None:
            end = sketch.gathered_until + 12 * dt.timedelta(seconds=1)
            found.append((end, lambda: self._expire(end)))
        return found

    def _move(self, sketch: Sketch, row: dict[str, Any], at: dt.datetime) -> None:
        """Take one move that the file tells, with its reason."""
        back(self.backers, [sketch.key], at)
        said: dict[str, Any] = {name: row[name] for name in ("reason", "reason_en", "rule") if name in row}
        by = self.by[row.get("by", sketch.row["by"])]
        if row["move"] == "merge":
            self._merge(sketch, row["into"], by, said)
        elif row["move"] == "submit":
            drafting.submit(self.idea(sketch.key), by=by)
        else:
            verbs = {
                "return": moving.send_back,
                "publish": moving.publish,
                "archive": moving.archive,
                "withdraw": moving.withdraw,
            }
            verbs[row["move"]](self.idea(sketch.key), by=by, **said)

    def _merge(self, sketch: Sketch, into: str, by: Member, said: dict[str, Any]) -> None:
        merged = merging.merge_ideas(self.idea(sketch.key), self.idea(into), by=by, **said)
        while merging.carry_batch(merged.pk):
            pass
        carried = Support.objects.filter(idea=self.backers.ideas[into], withdrawn_at=None)
        self.backers.standing[into] |= set(carried.values_list("member_id", flat=True))

    def _station(self, sketch: Sketch, at: dt.datetime) -> None:
        back(self.backers, [sketch.key], at)
        _pass(self.backers.ideas[sketch.key], at)

    def _expire(self, at: dt.datetime) -> None:
        back(self.backers, self.backers.waiting(at), at)
        clock.expire_due(at)

    def _beside(self, sketch: Sketch) -> Steps:
        """Return news, questions with their answers, and feedback."""
        found: Steps = []
        for row in sketch.row.get("updates", []):
            found.append((self._at(row["at"]), lambda row=row: self._update(sketch, row)))  # type: ignore[misc]
        for row in sketch.row.get("questions", []):
            found.append((self._at(row["at"]), lambda row=row: self._question(sketch, row)))  # type: ignore[misc]
            found.append((self._at(row["answered"]), lambda row=row: self._answer(sketch, row)))  # type: ignore[misc]
        for place, row in enumerate(sketch.row.get("feedback", [])):
            at = (sketch.published or sketch.at) + (9 + 13 * place) * DAY
            found.append((at, lambda row=row: self._feedback(sketch, row)))  # type: ignore[misc]
        return found

    def _at(self, text: str) -> dt.datetime:
        return before(self.now, text)

    def _update(self, sketch: Sketch, row: dict[str, Any]) -> None:
        is_team = row.get("team", False)
        updating.post_update(self.idea(sketch.key), row["text"], by=self.by[row["by"]], as_team=is_team)

    def _question(self, sketch: Sketch, row: dict[str, Any]) -> None:
        questions.ask_question(self.idea(sketch.key), row["text"], by=self.by[row["by"]])

    def _answer(self, sketch: Sketch, row: dict[str, Any]) -> None:
        asked = self.idea(sketch.key).questions.get(text=row["text"])
        questions.answer_question(asked, row["answer"], by=self.by[sketch.row["by"]])

    def _feedback(self, sketch: Sketch, row: dict[str, Any]) -> None:
        keys = [one.key for one in sketch.call.terms[0][1].feedback]
        marks = dict(zip(keys, row["marks"], strict=True))
        feedback.give_feedback(self.idea(sketch.key), marks, row["words"], by=self.by[row["by"]])

    def _talk(self, key: str, said: list[list[str]]) -> Steps:
        """Return the conversation of an idea, opened with its first word."""
        return [
            (self._at(at), lambda who=who, text=text: self._say(key, who, text)) for who, at, text in said  # type: ignore[misc]
        ]  # fmt: skip

    def _say(self, key: str, who: str, text: str) -> None:
        idea = self.idea(key)
        topic = idea.topic_id or talk.open_talk(idea)
        hangout.reply(Topic.objects.get(pk=topic), NewReply(text), by=self.by[who], channel="demo")
        talk.count_talk(topic)

    def _supports(self) -> Steps:
        """Return the days on which the supports since the last such day are written: weekly, in the end twice a day."""
        times = [self.now - back_days * DAY - 14 * MINUTE for back_days in range(358, 13, -7)]
        times += [self.now - hours * HOUR - 9 * MINUTE for hours in range(24 * 14, 0, -12)] + [self.now - 2 * MINUTE]
        return [(at, lambda at=at: back(self.backers, self.backers.waiting(at), at)) for at in times]  # type: ignore[misc]


@upkeep
def _pass(idea_id: int, at: dt.datetime) -> None:
    """Pass the stations that an idea has reached."""
    stations.pass_stations(moving.locked(idea_id), at)


@upkeep
def _reword(idea: Idea, said: drafting.Checked, author: Member) -> None:
    """Let the second try say what it says; the draft that it was begun as is nobody's revision."""
    drafting._edit(idea.pk, said, by=author)


@upkeep
def _say_role(idea: Idea, author: Member, role: str) -> None:
    Creator.objects.filter(idea=idea, member=author).update(role=role)


@upkeep
def _show(idea: Idea, art: str, alt: str, author: Member) -> None:
    """Hang a picture of the demo under an idea, as it is kept."""
    full = proposals.picture(art)  # as `kit.pictures` once wrote it: not encoded again
    with Image.open(io.BytesIO(full)) as picture:
        width, height = picture.size
        picture.thumbnail((THUMB_SIDE_PX_MAX, THUMB_SIDE_PX_MAX))
        small = io.BytesIO()
        picture.save(small, "WEBP", quality=80, method=0)
    token = f"{materials.FOLDER}/{hashlib.sha256(f'demo:{art}'.encode()).hexdigest()[:24]}"
    for content, form in ((full, ""), (small.getvalue(), "thumb")):
        if not default_storage.exists(materials.path_of(token, form)):
            default_storage.save(materials.path_of(token, form), io.BytesIO(content))
    facts = {
        "kind": "picture", "token": token, "alt": alt, "sha256": hashlib.sha256(full).hexdigest(), "width": width, "height": height,
        "size_bytes": len(full) + len(small.getvalue()),
    }  # fmt: skip
    materials._add(idea.pk, facts, by=author)
