"""Every kind of page, by name: its address and who looks at it. The walks, the judges and the pictures share this list."""

import json
import urllib.parse
from dataclasses import dataclass

from tests.browser.house import House


@dataclass(frozen=True)
class Place:
    """A page to look at: `who` is a handle of the demo's cast, or empty for a stranger; `status` is what it answers."""

    name: str
    path: str
    who: str = ""
    status: int = 200
    phone: bool = False


CONNECTORS = ("email", "telegram", "mastodon", "bluesky", "feed", "webmention", "chat", "kavenegar", "webhook", "shopify")  # fmt: skip
FIXED = (
    Place("home", "/", phone=True),
    Place("home of a member", "/", "mina", phone=True),
    Place("talk", "/talk", phone=True),
    Place("talk, new", "/talk?by=new"),
    Place("talk, unanswered", "/talk?by=unanswered", "mina"),
    Place("talk, top", "/talk?by=top"),
    Place("spaces", "/spaces", phone=True),
    Place("a new topic", "/new", "mina", phone=True),
    Place("a new notice", "/new?kind=notice", "navid"),
    Place("a new space", "/spaces/new", "ardalan"),
    Place("search", "/search", phone=True),
    Place("search with hits", "/search?q=" + urllib.parse.quote("زنجیر"), phone=True),
    Place("search without hits", "/search?q=qqzzxxvv"),
    Place("search, narrowed", "/search?kind=topic&from=x&q=" + urllib.parse.quote("ترمز"), "mina"),
    Place("members", "/members", phone=True),
    Place("profile", "/@reza", phone=True),
    Place("own profile", "/@mina", "mina"),
    Place("profile, topics", "/@mina/topics"),
    Place("profile, posts", "/@mina/posts"),
    Place("profile, followers", "/@reza/followers"),
    Place("notices", "/notices", "mina", phone=True),
    Place("bookmarks", "/me/bookmarks", "mina"),
    Place("drafts", "/me/drafts", "mina"),
    Place("settings", "/me/settings", "mina", phone=True),
    Place("settings, profile", "/me/settings/profile", "mina", phone=True),
    Place("settings, security", "/me/settings/security", "mina", phone=True),
    Place("settings, notices", "/me/settings/notices", "mina", phone=True),
    Place("settings, blocks", "/me/settings/blocks", "mina"),
    Place("settings, age", "/me/settings/age", "mina"),
    Place("settings, own data", "/me/settings/data", "mina", phone=True),
    Place("settings, leaving", "/me/settings/leaving", "mina", phone=True),
    Place("settings, tokens", "/me/settings/tokens", "mina", phone=True),
    Place("what the next mail says", "/me/digest", "mina", phone=True),
    Place("what happened to my posts", "/me/moderation", "mina", phone=True),
    Place("own level", "/@mina/trust", "mina"),
    Place("log of moderation", "/moderation", phone=True),
    Place("open book", "/book", phone=True),
    Place("open book, no such code", "/book?code=x", status=400),
    Place("open book, lines", "/book/lines", phone=True),
    Place("open book, how", "/book/how", phone=True),
    Place("open book, balance", "/book/balance", phone=True),
    Place("own receipts", "/me/book", "mina", phone=True),
    Place("team, open book", "/team/book", "ardalan", phone=True),
    Place("ideas", "/ideas", phone=True),
    Place("ideas, new", "/ideas?tab=new", "mina", phone=True),
    Place("ideas, in review", "/ideas?tab=review"),
    Place("ideas, ended", "/ideas?tab=ended"),
    Place("ideas, odds", "/ideas/odds", phone=True),
    Place("ideas, roadmap", "/ideas/roadmap", phone=True),
    Place("ideas, made", "/ideas/made", phone=True),
    Place("a new idea", "/ideas/new", "mina", phone=True),
    Place("own ideas", "/me/ideas", "mina", phone=True),
    Place("own shares", "/me/shares", "leila", phone=True),
    Place("own payouts", "/me/payouts", "leila", phone=True),
    Place("team, ideas", "/team/ideas", "ardalan", phone=True),
    Place("team, programmes", "/team/ideas/programmes", "ardalan"),
    Place("team, rounds", "/team/ideas/batches", "ardalan", phone=True),
    Place("team, shares", "/team/shares", "ardalan", phone=True),
    Place("team, payouts", "/team/payouts", "ardalan", phone=True),
    Place("team, shop", "/team/shop", "ardalan", phone=True),
    Place("team, a new product", "/team/shop/products/new", "ardalan"),
    Place("team, orders", "/team/shop/orders", "ardalan", phone=True),
    Place("team, orders from files", "/team/shop/imports", "ardalan"),
    Place("review", "/review", "navid", phone=True),
    Place("review, decided", "/review?state=decided", "navid"),
    Place("review, nothing of a kind", "/review?kind=age&score=1000", "navid"),
    Place("second looks", "/review/opinions", "ardalan"),
    Place("moderators on a profile", "/@reza/moderation", "navid", phone=True),
    Place("team, words", "/team/words", "navid"),
    Place("team, trust", "/team/trust", "ardalan"),
    Place("team, webhooks", "/team/webhooks", "ardalan", phone=True),
    Place("team, insight", "/team/insight/moderation", "navid", phone=True),
    Place("a link that ends no mails", "/unsubscribe/x", status=404),
    Place("addresses", "/account/email/", "mina"),
    Place("passkey", "/account/2fa/webauthn/add/", "mina"),
    Place("authenticator app", "/account/2fa/totp/activate/", "mina"),
    Place("second step", "/account/2fa/", "mina"),
    Place("sign in", "/account/login/", phone=True),
    Place("join", "/account/signup/", phone=True),
    Place("forgotten password", "/account/password/reset/"),
    Place("team, roles", "/team/roles", "ardalan"),
    Place("team, brand", "/team/brand", "ardalan"),
    Place("not found", "/nothing/here", status=404, phone=True),
    Place("not for you", "/team/roles", "mina", status=404),
    Place("bad cursor", "/talk?after=x", status=400),
    Place("offline", "/offline", phone=True),
    Place("style page", "/looks"),
    Place("team, people", "/team/people", "hamid", phone=True),
    Place("team, people, nobody found", "/team/people?q=qqzzxxvv", "hamid"),
    Place("team, maybe the same", "/team/people/suggestions", "hamid", phone=True),
    Place("team, promises", "/team/pledges", "hamid", phone=True),
    Place("settings, who looked", "/me/settings/looks", "mina", phone=True),
    Place("team, people from files", "/team/people/import", "ardalan", phone=True),
    Place("team, channels", "/team/channels", "ardalan", phone=True),
    *(Place(f"team, a new channel: {name}", f"/team/channels/new/{name}", "ardalan") for name in CONNECTORS),
    Place("team, talks", "/team/channels/talks", "hamid", phone=True),
    Place("team, groups", "/team/segments", "ardalan", phone=True),
    Place("team, a new group", "/team/segments/new", "ardalan", phone=True),
    Place("team, events from outside", "/team/intake", "ardalan", phone=True),
    Place("team, codes", "/team/shop/codes", "ardalan", phone=True),
    Place("own codes", "/me/codes", "mina", phone=True),
    Place("team, consent", "/team/consent", "ardalan", phone=True),
    Place("settings, consent", "/me/settings/consent", "mina", phone=True),
    Place("consent of somebody without an account", "/consent", phone=True),
)


def places(house: House) -> list[Place]:
    """Return the fixed pages and one of each kind that depends on what was said: topics of each kind, spaces, tags, posts."""
    return [*FIXED, *found(house)]


def found(house: House) -> list[Place]:
    """Return pages of things in the data, looked up in the database file itself."""
    rows = json.loads(house.python(LOOKUP))
    rows["others"] += json.loads(house.python(IDEAS))
    made = [Place(f"topic: {name}", path, who, phone=True) for name, path, who in rows["topics"] if path]
    made += [Place(name, path, who) for name, path, who in rows["others"] if path]
    return made


LOOKUP = """
import json
from patogh.hangout.models import Post, Space, Topic, Tag
from patogh.people.models import Member
seen = Topic.objects.filter(space__access="public", trashed_at=None)
mina = Member.objects.get(handle="mina")
def at(rows):
    row = rows.order_by("-replies_count").first()
    return f"/t/{row.pk}" if row else ""
own = Post.objects.filter(author=mina, topic__space__access="public", trashed_at=None).order_by("pk").first()
topic = seen.filter(author=mina).order_by("pk").first()
space = Space.objects.filter(access="public").order_by("position", "pk").first()
private = Space.objects.filter(access="private").order_by("pk").first()
tag = Tag.objects.order_by("pk").first()
topics = [(kind, at(seen.filter(kind=kind)), who) for kind, who in (("discussion", ""), ("question", "mina"), ("show", ""), ("notice", "navid"))]
topics += [
    ("solved", at(seen.filter(accepted_post_id__isnull=False)), ""), ("closed", at(seen.filter(closed_at__isnull=False)), "mina"),
    ("pinned", at(seen.filter(pinned_at__isnull=False)), "navid"), ("with a poll", at(seen.filter(poll__isnull=False)), "mina"),
    ("long, page two", at(seen.filter(last_number__gt=30)) + "?page=2" if seen.filter(last_number__gt=30).exists() else "", "mina"),
]
others = [("space", f"/s/{space.slug}", ""), ("space of a member", f"/s/{space.slug}", "mina"), ("edit the space", f"/s/{space.slug}/edit", "ardalan"), ("tag", f"/tags/{tag.name}" if tag else "", "mina")]
others += [("edit a post", f"/posts/{own.pk}/edit", "mina"), ("earlier versions", f"/posts/{own.pk}/revisions", "mina"), ("words for a post", f"/posts/{own.pk}/words", "reza")] if own else []
others += [("edit a topic", f"/t/{topic.pk}/edit", "mina"), ("decisions about a topic", f"/t/{topic.pk}/decisions", "navid"), ("members of a space", f"/s/{private.slug}/members" if private else "", "ardalan")] if topic else []
from patogh.api.models import WebhookDelivery, WebhookEndpoint
from patogh.channels import unsubscribing
from patogh.trust.models import Decision, ReviewItem
from patogh.trust.queries.appeals import decisions_appealable_by, suspension_token
from django.utils import timezone
def first(path, rows):
    row = rows.order_by("pk").first()
    return path % row.pk if row else ""
stranger = Post.objects.exclude(author=mina).filter(topic__space__access="public", trashed_at=None)
others += [("report a post", first("/flag/hangout.post/%s", stranger), "mina"), ("unsubscribe", "/unsubscribe/" + unsubscribing.token(mina, "digest"), "")]
others += [(f"review, {kind} {state}", first("/review/%s", ReviewItem.objects.filter(kind=kind, state=state)), "navid") for kind in ("flags", "held", "edit", "sign_up", "age", "appeal") for state in ("open", "decided")]
closed = Member.objects.filter(suspended_until__gt=timezone.now()).order_by("pk").first()
others += [("suspended", "/suspended/" + suspension_token(closed) if closed else "", "")]
blamed = next((row.member for row in Decision.objects.filter(lifted_at=None).exclude(member=None).order_by("-pk")[:40] if decisions_appealable_by(row.member).exists()), None)
others += [("appeal", first("/me/moderation/decisions/%s/appeal", decisions_appealable_by(blamed)), blamed.handle), ("what happened to somebody", "/me/moderation", blamed.handle)] if blamed else []
from patogh.persons.actions import looking
reader, seen_by = Member.objects.get(handle="hamid"), mina.identity.person
if not looking.standing_look(seen_by, reader): looking.open_person(seen_by, by=reader, reason="صفحه‌ها را می‌بینیم")
from patogh.channels.models import Setup
from patogh.segments.models import Segment
setup, segment = Setup.objects.order_by("pk").first(), Segment.objects.order_by("pk").first()
others += [("team, a channel", f"/team/channels/{setup.pk}", "ardalan"), ("team, messages of a channel", f"/team/channels/{setup.pk}/messages", "ardalan")]
others += [("team, a group", f"/team/segments/{segment.pk}", "ardalan"), ("team, rule of a group", f"/team/segments/{segment.pk}/rule", "ardalan")]
others += [("a person", f"/team/people/{seen_by.pk}", "hamid"), ("a person, one lane", f"/team/people/{seen_by.pk}?lane=posts", "hamid"),
    ("before a person", f"/team/people/{Member.objects.get(handle='reza').identity.person_id}", "somayeh")]
others += [("webhook", first("/team/webhooks/%s", WebhookEndpoint.objects), "ardalan"), ("webhook, one message", first("/team/webhooks/deliveries/%s", WebhookDelivery.objects), "ardalan")]
print(json.dumps({"topics": topics, "others": others}))
"""

IDEAS = """
import json
from patogh.ideas.models import Batch, BatchIdea, Creator, Idea, Programme, RoyaltyLine
from patogh.shop.models import Import, Order, Product
def first(path, rows):
    row = rows.order_by("pk").first()
    return path % row.pk if row else ""
states = [(f"idea, {state}", first("/ideas/%s", Idea.objects.filter(state=state)), "mina" if state == "gathering" else "")
    for state in ("gathering", "expired", "archived", "not_approved", "on_sale", "approved", "carried_over", "in_development", "in_review")]
calls = list(Programme.objects.order_by("pk")[:1])
others = states + [(f"idea, {name}", first(f"/ideas/%s/{name}", Idea.objects.filter(state="gathering", supporters_count__gt=0)), who)
    for name, who in (("supporters", ""), ("history", ""), ("updates", ""), ("questions", ""), ("feedback", "mina"), ("embed", ""), ("embed/code", ""), ("survey", "mina"))]
for call in calls:
    others += [("a call", f"/ideas/programmes/{call.slug}", ""), ("rules of a call", f"/ideas/programmes/{call.slug}/rules", "")]
    others += [("team, a programme", f"/team/ideas/programmes/{call.slug}", "ardalan"), ("team, rules", f"/team/ideas/programmes/{call.slug}/rules", "ardalan")]
for state in ("draft", "returned", "submitted", "gathering"):
    idea = Idea.objects.filter(state=state).select_related("author").order_by("pk").first()
    others += [(f"edit an idea, {state}", f"/ideas/{idea.pk}/edit", idea.author.handle), (f"its makers, {state}", f"/ideas/{idea.pk}/makers", idea.author.handle)] if idea else []
    others += [(f"team, an idea, {state}", f"/team/ideas/{idea.pk}", "ardalan")] if idea and state != "draft" else []
others += [("team, signals", first("/team/ideas/%s/supports", Idea.objects.filter(state="gathering")), "ardalan"), ("team, merge", first("/team/ideas/%s/merge", Idea.objects.filter(state="gathering")), "ardalan")]
others += [("team, a round", first("/team/ideas/batches/%s", Batch.objects), "navid"), ("team, a place in a round", first("/team/ideas/entries/%s", BatchIdea.objects), "navid"),
    ("team, to be judged", first("/team/ideas/entries/%s", BatchIdea.objects.filter(idea__state="in_review")), "ardalan")]
others += [("agreement", first("/ideas/%s/agreement", Idea.objects.filter(state="on_sale")), ""), ("team, share of an idea", first("/team/ideas/%s/share", Idea.objects.filter(state="on_sale")), "ardalan")]
line = RoyaltyLine.objects.select_related("creator__member").order_by("pk").first()
others += [("a statement", f"/me/shares/{line.pk}", line.creator.member.handle)] if line else []
product = Product.objects.order_by("pk").first()
others += [("a product", f"/products/{product.slug}", ""), ("team, a product", f"/team/shop/products/{product.pk}", "ardalan")] if product else []
others += [("team, an order", first("/team/shop/orders/%s", Order.objects), "ardalan"), ("team, a file of orders", first("/team/shop/imports/%s", Import.objects), "ardalan")]
print(json.dumps(others))
"""
