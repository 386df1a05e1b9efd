"""A rule that is opened in the builder and saved unchanged is the same rule: what rows cannot say is opened as text."""

import html
import re

import pytest
from django.urls import reverse

from patogh.segments.queries.segments import version_of

pytestmark = pytest.mark.django_db
RULES = [
    "asked != 2 ever", "asked = 0 within 30 days", "spent >= 5 GBP ever", "spent >= 500 NEWRIAL within 30 days", "spent >= 7 IRR ever", "trust != 2",
    "trust known", "role = moderator", "role unknown", "place contains «تهران»", "has(telegram, verified)", "has(email, verified)",
    "not (asked >= 2 within 90 days)", "trait(plan) = pro", "trait(plan) unknown", "trait(age) >= 7", "consent(offers, sms)", "joined within 30 days",
    'event("Order Completed") >= 2 within 30 days', "asked since 2026-01-01", "asked within 5 hours", "came(telegram) or ordered never", "brought_by(anyone)",
]  # fmt: skip


def sent(page: str) -> dict[str, list[str]]:
    """Return what a browser sends of the builder's form as it stands."""
    form = page[page.index('id="segment-form"') :]
    found: dict[str, list[str]] = {}
    parts = re.compile(
        r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>|<input([^>]*)>|<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>',
        re.DOTALL,
    )
    for select, options, typed, area, words in parts.findall(form[: form.index("</form>")]):
        if select:
            chosen = re.search(r'<option value="([^"]*)"[^>]* selected', options) or re.search(
                r'<option value="([^"]*)"', options
            )
            found.setdefault(select, []).append(html.unescape(chosen[1]))
        elif area:
            found.setdefault(area, []).append(html.unescape(words).strip())
        elif name := re.search(r'name="(\w+)"', typed):
            value = re.search(r'value="([^"]*)"', typed)
            found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    return found


@pytest.mark.parametrize("number", range(len(RULES)))
def test_a_rule_that_is_opened_and_saved_stays_what_it_was(make, owner, signed_in, number):
    segment = make(RULES[number])
    text, client, place = version_of(segment).text, signed_in(owner), reverse("team_segment_rule", args=[segment.pk])
    answer = client.post(place, {**sent(client.get(place).content.decode()), "do": "save"})
    assert answer.status_code == 302
    segment.refresh_from_db()
    assert version_of(segment).text == text
