"""A client that a generator wrote from the description alone: typed without a fault, and it does what a client has to."""

import importlib
import subprocess
import sys

import httpx
import pytest

from patogh.api.tests.test_client import photo
from patogh.api.v1 import urls

CONFIG = "project_name_override: made\npackage_name_override: made_client\npost_hooks: []\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Generate the client into a folder of this run and make it importable."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(urls._described(), encoding="utf-8")
    (folder / "config.yml").write_text(CONFIG, encoding="utf-8")
    command = [
        "openapi_python_client",
        "generate",
        "--path",
        "openapi.json",
        "--config",
        "config.yml",
        "--meta",
        "none",
        "--output-path",
        "made_client",
        "--fail-on-warning",
    ]
    program = "import sys; from openapi_python_client.cli import app; sys.argv = sys.argv[1:]; app()"
    done = subprocess.run(
        [sys.executable, "-c", program, *command], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


def test_the_generated_client_is_typed_without_a_fault(made):
    options = ["--strict", "--no-incremental", "--config-file=", "--follow-imports=silent"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "made_client"],
        cwd=made,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.django_db
def test_it_signs_in_opens_replies_reacts_pages_and_uploads(made, space, member, other_member, program, application):
    def api(name):
        return importlib.import_module(f"made_client.api.{name}")

    models, types = importlib.import_module("made_client.models"), importlib.import_module("made_client.types")
    mina, reza = (client_of(program(who).secret, application) for who in (member, other_member))
    assert api("me.read_me").sync(client=mina).handle == "mina"
    new = models.NewTopic(space="repair", title="زنجیر", text="پاره شد", kind=models.NewTopicKind.QUESTION)
    topic = api("topics.open_topic").sync(client=mina, body=new, idempotency_key="k1")
    assert topic.to_dict() == api("topics.open_topic").sync(client=mina, body=new, idempotency_key="k1").to_dict()
    posts = [api("posts.reply").sync(topic.id, client=reza, body=models.NewPost(text=f"پاسخ {n}")) for n in range(3)]
    liked = api("posts.react").sync(posts[0].id, models.ReactWord.THANKS, client=mina)
    assert liked.my_words == ["thanks"]
    page, seen = api("posts.list_posts").sync(topic.id, client=mina, limit=2), []
    while True:
        seen += [post.number for post in page.items]
        if page.next_ is None:
            break
        page = api("posts.list_posts").sync(topic.id, client=mina, limit=2, after=page.next_)
    assert seen == [1, 2, 3, 4]
    body = models.UploadPictureMultiPartBodyParams(
        picture=types.File(payload=photo(), file_name="a.png", mime_type="image/png"), alt="آبی"
    )
    assert api("pictures.upload_picture").sync(client=mina, body=body).alt == "آبی"
    refused = api("topics.read_topic").sync_detailed(987654, client=mina)
    assert (refused.status_code, refused.parsed.code) == (404, "not_found")


def client_of(secret: str, application):
    """Return the generated client over this process's own WSGI application."""
    client = importlib.import_module("made_client.client").AuthenticatedClient(
        base_url="http://localhost", token=secret
    )
    transport = httpx.WSGITransport(app=application)
    return client.set_httpx_client(
        httpx.Client(transport=transport, base_url="http://localhost", headers={"Authorization": f"Bearer {secret}"})
    )
