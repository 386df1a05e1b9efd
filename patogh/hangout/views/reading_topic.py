"""The topic page, assembled: one body for everybody who may see it, one query for what is the reader's own."""

import datetime as dt
import json
import time
from array import array
from html import escape
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from markupsafe import Markup

from patogh.hangout import began
from patogh.hangout.queries import stamps
from patogh.hangout.queries.authors import Author, authors
from patogh.hangout.queries.beside import beside
from patogh.hangout.queries.mine import Marks, marks_on
from patogh.hangout.queries.stamps import TopicStamp, makings
from patogh.hangout.queries.topic import (
    POSTS_A_PAGE,
    Head,
    TopicPage,
    dress,
    head,
    people_of,
    posts_between,
    topic_page,
)
from patogh.hangout.views import reading_own
from patogh.hangout.views.reading_words import KIND_WORDS, NEWCOMER_DAYS, REACTION_WORDS, lasting
from patogh.kit import calendar, numbers, persian
from patogh.kit.ids import token
from patogh.looks.assembly import Clock, Part, part, rendered, slot, store
from patogh.looks.pages import icon_address
from patogh.looks.shells import Ask, Page
from patogh.people.queries import brand

PARAMS = frozenset({"page"})
# What stands where a member sees their own face: a picture without anything in it.
NOBODY = b"data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="


def topic(ask: Ask, topic_id: int, slug: str) -> Page | str | None:
    """Return a topic's page, an address to go to instead, or None where this reader has nothing to see."""
    stamp = stamps.topic_stamp(topic_id, ask.member_id)
    if stamp is None or not stamp.is_open_to(ask.member_id, moderates=ask.member is not None and ask.member.moderates):
        return None
    if stamp.merged_into is not None:
        return f"/t/{stamp.merged_into}"
    number = page_number(ask.params.get("page", ""))
    if number is None:
        return None
    body = body_of(ask, topic_id, number, stamp)
    if body is None:
        return None
    if slug != body.facts["slug"]:
        return str(body.facts["address"])
    page = Page(body, css="topic", address=body.facts["address"], channels=(f"topic:{topic_id}",))
    page.values["me"] = NOBODY
    if ask.member is not None:
        _make_mine(ask, page, topic_id, stamp)
    return page


def page_number(text: str) -> int | None:
    """Return the number of a page that an address names; None for what is no number of a page."""
    if not text:
        return 1
    plain = persian.digits_en(text)
    if not plain.isdecimal() or len(plain) > 7 or int(plain) < 1:
        return None
    return int(plain)


def body_of(ask: Ask, topic_id: int, number: int, stamp: TopicStamp) -> Part | None:
    """Return the shared body of one page of a topic, remembered by its version."""
    key = ("t", topic_id, number, ask.look, ask.origin)
    fresh = (stamp.version, stamp.space_id, stamp.is_trashed)
    found = store.older(key)
    if found is not None and found[0][0] == fresh and found[1].valid_until_s > time.time():
        if found[0][1] == stamp.house:
            return store.get(key, found[0], time.time())
        if found[1].facts["makings"] == makings(found[1].facts["people"], stamp.space_id):
            return store.put(key, (fresh, stamp.house), found[1])
    made = _body(ask, topic_id, number)
    return store.put(key, (fresh, stamp.house), made) if made is not None else None


def _body(ask: Ask, topic_id: int, number: int) -> Part | None:
    top = head(topic_id)
    if top is None or number > top.pages:
        return None
    data, clock = topic_page(top, number), Clock(ask.viewer)
    context = {**_words(ask, data, clock), "page": data, "top": top, "clock": clock, "slot": slot, "aside": beside(top)}
    html = rendered("hangout/topic.html", context, ask.viewer)
    people = sorted(data.people)
    title = top.title if number == 1 else f"{top.title} · {numbers.number(number, ask.viewer)}"
    facts = {
        "topic": top.pk, "slug": top.slug, "address": top.url if number == 1 else f"{top.url}?page={number}",
        "posts": array("Q", [post.pk for post in data.posts]),
        "numbers": array("I", [post.number for post in data.posts]), "people": people, "makings": makings(people, top.space_id),
        "poll": data.poll.pk if data.poll else None, "last": top.last_number, "asker": top.author_id,
        "title": _text(f"{title} · {brand().name if ask.viewer.language == 'fa' else brand().name_en}"), "meta": _meta(ask, data),
        "closed": top.closed_at is not None, "hidden": reading_own.hidden_facts(data.posts),
    }  # fmt: skip
    return part(html, valid_until_s=clock.until_s, facts=facts)


def _text(words: str) -> bytes:
    return escape(words).encode()


def _words(ask: Ask, data: TopicPage, clock: Clock) -> dict[str, Any]:
    """Return the sentences that the template only has to place."""
    top, viewer = data.head, ask.viewer
    accepted = next((post for post in data.posts if post.pk == top.accepted_post_id), None)
    took = lasting(data.accepted.at - top.created_at, viewer) if data.accepted else ""
    newcomers = timezone.now() - dt.timedelta(days=NEWCOMER_DAYS)

    def is_new(person: Author | None) -> bool:
        return person is not None and person.joined_at > newcomers and not person.is_team

    return {
        "words": REACTION_WORDS, "kinds": KIND_WORDS, "took": took, "accepted_post": accepted, "is_new": is_new, "ago": clock.ago,
        "brand": brand(), "date_words": lambda day: calendar.date_words(day, viewer), "today": calendar.local_day(clock.now, viewer),
        "page_links": page_links(top, data.number), "posts_a_page": POSTS_A_PAGE, "demo": settings.DEMO,
    }  # fmt: skip


def page_links(top: Head, number: int) -> list[tuple[int, str]]:
    """Return (number, address) of the pages worth a link: the first, the neighbours, the last."""
    wanted = (
        sorted({1, number - 1, number, number + 1, top.pages} & set(range(1, top.pages + 1))) if top.pages > 1 else []
    )
    return [(n, top.url if n == 1 else f"{top.url}?page={n}") for n in wanted]


def _meta(ask: Ask, data: TopicPage) -> bytes:
    """Return what the page says about itself to machines."""
    top, number = data.head, data.number
    links = dict(page_links(top, number))
    picture = f"/media/{top.picture}" if top.picture and top.space_access == "public" else ""
    context = {
        "origin": ask.origin, "address": links.get(number, top.url), "title": top.title, "description": top.excerpt or top.title,
        "previous": links.get(number - 1), "next": links.get(number + 1), "feed": (top.title, f"/t/{top.pk}.atom"),
        "og_type": "article", "picture": picture, "brand": brand(), "linked_data": _linked_data(ask, data) if number == 1 else None,
        "noindex": top.space_access != "public" or top.trashed_at is not None, "app_icon": app_icon,
    }  # fmt: skip
    return rendered("looks/page_meta.html", context, ask.viewer).encode()


def app_icon(size: int) -> str:
    """Return the address of the app's icon, as the frame has it."""
    return icon_address(brand(), size)


def _linked_data(ask: Ask, data: TopicPage) -> dict[str, Any]:
    """Return schema.org's words for the page: QAPage for a question, DiscussionForumPosting else."""
    top = data.head
    moment, author = top.created_at.isoformat(timespec="seconds"), data.people.get(top.author_id)
    said = {
        "url": f"{ask.origin}{top.url}",
        "datePublished": moment,
        "author": _linked_person(ask, author),
        "text": top.excerpt,
    }
    if top.kind == "question":
        return {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": _linked_question(ask, data, said)}
    comments = "https://schema.org/CommentAction"
    count = {"@type": "InteractionCounter", "interactionType": comments, "userInteractionCount": top.replies_count}
    posting = {"@type": "DiscussionForumPosting", "headline": top.title, **said, "interactionStatistic": count}
    return {"@context": "https://schema.org", **posting}


def _linked_question(ask: Ask, data: TopicPage, said: dict[str, Any]) -> dict[str, Any]:
    top = data.head
    question = {"@type": "Question", "name": top.title, **said, "answerCount": top.replies_count}
    solved = next((post for post in data.posts if post.pk == top.accepted_post_id), None)
    if solved is not None and solved.author is not None:
        question["acceptedAnswer"] = {
            "@type": "Answer",
            "url": f"{ask.origin}/t/{top.pk}/p/{solved.number}",
            "author": _linked_person(ask, solved.author),
            "datePublished": solved.created_at.isoformat(timespec="seconds"),
        }
    return question


def _linked_person(ask: Ask, person: Any) -> dict[str, str]:
    return {
        "@type": "Person",
        "name": person.name if person else "",
        "url": f"{ask.origin}{person.url}" if person else "",
    }


def _make_mine(ask: Ask, page: Page, topic_id: int, stamp: TopicStamp) -> None:
    """Put on the page what is the reader's own: by one query, as a small style sheet and as data for the scripts."""
    facts = page.body.facts
    marks = marks_on(ask.member.pk, topic_id, list(facts["posts"]), facts["poll"])
    page.css = "topic is-member is-staff" if ask.member.moderates else "topic is-member"
    page.style = style_of(ask, marks, facts, stamp)
    mine = {
        "me": ask.member.pk, "staff": ask.member.moderates, "reactions": [f"{pk}:{word}" for pk, word in marks.reactions],
        "bookmarks": marks.bookmarks, "votes": marks.votes, "read": marks.last_read, "last": facts["last"], "follows": marks.follows,
    }  # fmt: skip
    page.values.update(
        mine=f'<div id="mine" hidden data-mine="{escape(json.dumps(mine, separators=(",", ":")))}"></div>'.encode(),
        draft=escape(marks.draft).encode(), me=_text(ask.member.avatar_url), me_name=_text(ask.member.name),
        jump=_jump(ask, marks, facts, topic_id), key=token(12).encode(), began=began.now().encode(),
        held=reading_own.held_html(ask, marks),
    )  # fmt: skip
    if facts["hidden"]:
        reading_own.fill_hidden(ask, page, facts["hidden"])
    if ask.params.get("to"):
        reading_own.fill_answered(page, topic_id, ask.params["to"], _answering(ask, facts))


def _answering(ask: Ask, facts: Any) -> dict[str, str]:
    """Return the words around the name of whom a reply answers."""
    with translation.override(ask.viewer.language):
        return {
            "said": _("in reply to %(name)s"),
            "cancel": _("Answer nobody in particular"),
            "address": facts["address"],
        }


def style_of(ask: Ask, marks: Marks, facts: Any, stamp: TopicStamp) -> str:
    """Return the reader's own style sheet: which words are theirs, what they may do, where they stopped reading."""
    rules = [f'[data-own="{ask.member.pk}"]{{display:flex}}[data-by="{ask.member.pk}"] .word.add{{display:none}}']
    if marks.reactions:
        chosen = ",".join(
            f'[data-post="{pk}"] [data-word="{word}"]:not([aria-pressed=false])'
            for pk, word in marks.reactions
            if word in REACTION_WORDS
        )
        rules.append(f"{chosen}{{background:var(--fir-1);border-color:var(--fir-3);color:var(--fir-7)}}")
    if marks.votes:
        rules.append(",".join(f'[data-option="{pk}"] .fill' for pk in marks.votes) + "{fill:var(--fir-6)}")
        mine = ",".join(f'[data-option="{pk}"]' for pk in marks.votes)
        rules.append(
            f":is({mine}) .vote{{background:var(--fir-1);border-color:var(--fir-3);color:var(--fir-7)}}.unvote{{display:inline-flex}}"
        )
        rules.append(f":is({mine}) .vote b{{display:inline-flex;gap:6px}}:is({mine}) .vote span{{display:none}}")
    if marks.follows:
        rules.append(f".follow-{marks.follows}{{display:inline-flex}}.follow-none{{display:none}}")
    rules += [*reading_own.teller_rules(ask.member, stamp.author_id), *reading_own.block_rules(marks)]
    number = marks.last_read + 1
    if marks.last_read and marks.last_read < facts["last"] and number in facts["numbers"]:
        rules.append(f"#p{number}::before{{display:block}}")
    return "".join(rules)


def _jump(ask: Ask, marks: Marks, facts: Any, topic_id: int) -> bytes:
    """Return the link to the first post that the reader has not read, where there is one."""
    if not marks.last_read or marks.last_read >= facts["last"]:
        return b""
    context = {"href": f"/t/{topic_id}/p/{marks.last_read + 1}", "count": facts["last"] - marks.last_read}
    made = store.remembered(
        ("jump", tuple(context.values()), ask.look),
        None,
        lambda: part(rendered("hangout/_jump.html", context, ask.viewer)),
    )
    return made.pieces[0]


def posts_after(ask: Ask, topic_id: int, after: int, *, only: int | None = None) -> tuple[str, int] | None:
    """Return the HTML of the posts numbered beyond `after` (at most a page of them) and the last number, for live pages."""
    stamp = stamps.topic_stamp(topic_id, ask.member_id)
    if stamp is None or not stamp.is_open_to(ask.member_id, moderates=ask.member is not None and ask.member.moderates):
        return None
    top = head(topic_id)
    if top is None:
        return None
    posts = posts_between(topic_id, only or after + 1, only or after + POSTS_A_PAGE)
    data, clock = topic_page(top, top.pages), Clock(ask.viewer)
    people = authors([top.author_id, *people_of(posts)])
    dress(posts, people)
    data.posts, data.people = posts, people
    own = reading_own.hidden_words(ask, posts)
    context = {
        **_words(ask, data, clock),
        "page": data,
        "top": top,
        "clock": clock,
        "slot": lambda name: Markup(own.get(name, "")),  # noqa: S704 - our template escaped it
    }
    return rendered("hangout/_posts.html", context, ask.viewer), top.last_number
