"""The team's pages: a key is shown once, a source is changed and closed, its last events are told."""

import pytest

from patogh.activity.models import Activity
from patogh.api.models import IntakeKey, IntakeSource

FORM = {"name": "وبگاه", "kind": "server", "origins": "https://shop.example"}


@pytest.fixture
def admin(owner, signed_in):
    return signed_in(owner)


def test_a_source_is_added_and_its_key_is_shown_once(admin):
    page = admin.post("/team/intake", FORM)
    made = IntakeSource.objects.get()
    assert page.status_code == 201 and "no-store" in page.headers["Cache-Control"]
    hint = IntakeKey.objects.get().hint
    key = page.content.decode().split(hint)[1][:36]
    for path in ("/team/intake", f"/team/intake/{made.pk}"):
        assert hint not in admin.get(path).content.decode().replace(f"{hint}…", "")
        assert key not in admin.get(path).content.decode()


def test_a_source_is_changed_given_a_new_key_and_closed(admin):
    admin.post("/team/intake", FORM)
    path = f"/team/intake/{IntakeSource.objects.get().pk}"
    admin.post(path, {**FORM, "name": "Shop", "is_trusted": "on"})
    row = IntakeSource.objects.get()
    assert (row.name, row.is_trusted, row.users) == ("Shop", True, f"source-{row.pk}")
    assert admin.post(f"{path}/keys").status_code == 201
    assert admin.delete(f"{path}/keys/{IntakeKey.objects.latest('pk').pk}").status_code == 302
    assert admin.delete(path).status_code == 302
    assert admin.post(f"{path}/keys").status_code == 409
    assert admin.get(path).status_code == 200
    said = Activity.objects.filter(verb__startswith="api.intake_").order_by("pk").values_list("verb", flat=True)
    assert [one.removeprefix("api.intake_") for one in said] == [
        "source_added",
        "source_edited",
        "key_made",
        "key_revoked",
        "source_closed",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 61), ("kind", "robot"), ("origins", "shop"), ("users", "ü ü"), ("name", "\0")],
)
def test_what_cannot_be_is_refused_beside_its_field(admin, field, value):
    page = admin.post("/team/intake", {**FORM, field: value})
    assert page.status_code == 400 and not IntakeSource.objects.exists()


def test_the_last_events_are_told_with_their_outcomes(admin, server):
    server.batch(
        {"type": "track", "userId": "u-17", "event": "Pumped"},
        {"type": "track", "event": "Nobody", "properties": {"secret": "رازی"}},
    )
    page = admin.get(f"/team/intake/{server.source.pk}").content.decode()
    assert "Pumped" in page and "id_missing" in page and "رازی" not in page
    refused = admin.get(f"/team/intake/{server.source.pk}?outcome=refused").content.decode()
    assert "Nobody" in refused and "Pumped" not in refused


def test_the_list_costs_the_same_for_one_source_and_for_thirty(admin, source_of):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    source_of()
    admin.get("/team/intake")
    with CaptureQueriesContext(connection) as few:
        admin.get("/team/intake")
    for number in range(30):
        source_of(name=f"s{number}")
    with CaptureQueriesContext(connection) as many:
        admin.get("/team/intake")
    assert len(many) == len(few)


def test_a_member_finds_no_such_page(signed_in, member, server):
    for path in ("/team/intake", f"/team/intake/{server.source.pk}"):
        assert signed_in(member).get(path).status_code == 404


def test_old_samples_are_forgotten(server, monkeypatch):
    from patogh.api.intake import limits
    from patogh.api.intake.actions import taking
    from patogh.api.models import IntakeSample

    monkeypatch.setattr(limits, "SAMPLES_KEPT_MAX", 2)
    for number in range(5):
        server.send("track", {"userId": "u", "event": f"e{number}"})
    taking.tidy()
    assert set(IntakeSample.objects.values_list("name", flat=True)) == {"e3", "e4"}
