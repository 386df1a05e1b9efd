"""Talk that the reading tests read, made by the rooms' own actions."""

import pytest

from patogh.hangout.actions import NewReply, NewTopic, SpaceFacts, let_in, open_space, open_topic, reply
from patogh.hangout.models import Space, Topic
from patogh.hangout.queries.beside import nearby
from patogh.people.queries import forget_brand

CANARY = "قناری‌زرد"


@pytest.fixture(autouse=True)
def fresh_memory():
    """Forget what other tests remembered, besides the pages, which patogh/conftest.py forgets."""
    nearby.clear()
    forget_brand()
    yield
    nearby.clear()
    forget_brand()


@pytest.fixture
def space(owner) -> Space:
    """A public space."""
    return open_space(SpaceFacts(slug="repair", name="تعمیر", name_en="Repair", about="ابزار و زنجیر"), by=owner)


@pytest.fixture
def cellar(owner, member) -> Space:
    """A private space with Mina in it; everything in it carries the canary."""
    made = open_space(SpaceFacts(slug="cellar", name=f"زیرزمین {CANARY}", access="private"), by=owner)
    let_in(made, member, by=owner)
    talk(made, member, title=f"رازِ {CANARY} را که می‌داند؟", text=f"این {CANARY} است", tags=(f"برچسب{CANARY}", "زنجیر"))
    return made


def talk(
    space: Space, by, title="زنجیر صدا می‌دهد", text="چه کنم؟", kind="question", tags=("زنجیر",), replies=()
) -> Topic:
    """Open a topic with replies of (member, text)."""
    made = open_topic(space, NewTopic(title=title, text=text, kind=kind, tags=tags), by=by)
    for author, words in replies:
        reply(made, NewReply(text=words), by=author)
    return Topic.objects.get(pk=made.pk)
