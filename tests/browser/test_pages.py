"""Every kind of page, in both languages and themes: axe-core finds nothing, nothing breaks, nothing scrolls sideways."""

import itertools
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE
from tests.browser.pages import Place, places

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
RUN = """async (only) => {
  const options = {resultTypes: ["violations"], ...(only ? {runOnly: {type: "rule", values: only}} : {})};
  const found = await axe.run(document, options);
  return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ") + " " + (n.any[0] ? n.any[0].message : n.html.slice(0, 120))).join(" | ")}`);
}"""
# Darken at once: no colour may still be on its way when it is judged.
DARKEN = """() => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important }");
  document.adoptedStyleSheets = [still];
  document.documentElement.dataset.theme = "dark";
}"""
# Judged to the end: nobody needs it laid out once more when the screen is wide again.
CLEAR = "document.documentElement.style.display = 'none'"
# Rules that may answer otherwise where the page is laid out anew: what was hidden is shown, what was wide is small.
ON_PHONES = [
    "color-contrast",
    "link-in-text-block",
    "target-size",
    "region",
    "heading-order",
    "landmark-unique",
    "link-name",
    "button-name",
    "label",
    "aria-hidden-focus",
    "scrollable-region-focusable",
]


def violations(page: Page, only: list[str] | None = None) -> list[str]:
    """Return what axe-core finds on the page as it stands."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE)
    return list(page.evaluate(RUN, only))


def judged(page: Page, place: Place, language: str, *, is_first: bool) -> list[str]:
    """Return what is wrong with one place: its status, what axe-core finds, and on the phone its width.

    All rules are asked in both directions, and of both themes. Colours do not depend on the direction: so Persian pages
    are judged in light and, in dark, what a phone lays out anew; English ones in dark. What only Persian shows (the other
    states of an address) is asked for its colours in dark too.
    """
    answer = page.goto(place.path)
    faults = [] if answer and answer.status == place.status else [f"answered {answer and answer.status}"]
    if language == "en":
        page.evaluate(DARKEN)
        faults += [f"dark: {fault}" for fault in violations(page)]
        page.set_viewport_size(PHONE)
    else:
        faults += [f"light: {fault}" for fault in violations(page)]
        page.evaluate(DARKEN)
        page.set_viewport_size(PHONE)
        only = ON_PHONES if place.phone else [] if is_first else ["color-contrast"]
        faults += [f"phone, dark: {fault}" for fault in violations(page, only)] if only else []
    faults += sideways(page)
    page.evaluate(CLEAR)
    page.set_viewport_size(DESK)
    return faults


def sideways(page: Page) -> list[str]:
    """Return which elements make the page scroll sideways."""
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')].filter((e) => {
        const box = e.getBoundingClientRect(); return box.width && (box.right > innerWidth + 1 || box.left < -1); }).slice(0, 3).map((e) => e.outerHTML.slice(0, 100))"""
    )
    return [f"phone: scrolls sideways: {wide}"] if wide else []


@pytest.mark.parametrize("language", ["fa", "en"])
def test_no_page_has_a_fault_that_axe_core_or_a_phone_could_find(visit, house, language):
    """One reader after the other, so that no page lies open behind; in English each address once, in whatever state."""
    everything, seen, faults = places(house), set[str](), list[str]()
    for who, theirs in itertools.groupby(sorted(everything, key=lambda place: place.who), key=lambda place: place.who):
        page = visit(who, language=language)
        page.context.add_init_script(f"if (self === top) {{ {AXE} }}")  # handed over once, not with each page
        if who:
            speak(page, language)
        for place in theirs:
            is_first = (key := address_of(place)) not in seen
            seen.add(key)
            if (is_first or language == "fa") and (wrong := judged(page, place, language, is_first=is_first)):
                faults += [f"{place.name} {place.path}: {fault}" for fault in wrong]
        page.context.close()
    assert not faults, "\n".join(faults)


def address_of(place: Place) -> str:
    """Return the address of a place without its numbers and names: what is shown there is one template's."""
    try:
        return f"{resolve(place.path.partition('?')[0]).view_name} {place.status}"
    except Resolver404:
        return place.path


def speak(page: Page, language: str) -> None:
    """Let a member read in a language: the footer's choice is theirs from then on."""
    page.goto("/spaces")
    page.locator(f"footer button[name=language][value={language}]").click()
    page.locator(f"html[lang={language}]").wait_for()


def test_axe_core_does_find_a_picture_without_words(visit):
    page = visit()
    page.goto("/spaces")
    page.evaluate("document.querySelector('main').append(new Image())")
    assert any(fault.startswith("image-alt") for fault in violations(page))
