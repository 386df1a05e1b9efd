"""The open book: a stranger's receipt is counted in the browser, a forged proof is seen, and the single file works alone."""

import json
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PHONE
from tests.browser.house import House

# Enters two lines with a receipt, gives them their places and seals them: what the worker does within seconds.
FILL = """
import json
from patogh.activity import upkeep
from patogh.ledger.actions.book import enter
from patogh.ledger.actions.sealing import seal
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.models import Receipt, Submission
from patogh.people.models import Member
mina = Member.objects.get(handle="mina")
fact = {"what": "hide", "reason": "insult"}
@upkeep
def write():
    found = [enter("moderation.action.v1", fact, key=f"walk:{n}", secrets={"words": "راز"}, owner=mina) for n in (1, 2)]
    return found[0].pk
key = write()
while append_waiting():
    pass
seal()
line = Submission.objects.get(pk=key)
print(json.dumps([Receipt.objects.get(submission=line).code, line.leaf]))
"""


def filled(house: House) -> tuple[str, int]:
    """Return the code and the number of a line that stands under a seal."""
    code, leaf = json.loads(house.python(FILL).strip().splitlines()[-1])
    return str(code), int(leaf)


def test_a_stranger_finds_a_receipt_and_the_browser_counts_it(visit, house):
    code, leaf = filled(house)
    page: Page = visit(size=PHONE)
    page.goto("/book")
    page.fill("#id_code", code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    expect(page.locator("[data-trust]")).to_contain_text("در مرورگر خود شما")
    assert page.locator(".verdict").get_attribute("data-state") in {"good", "wait"}
    page.goto(f"/book/lines/{leaf}")
    expect(page.locator("[data-trust]")).to_contain_text("به یاد داشت")
    with page.expect_download() as got:
        page.locator("a[href$='.json']").click()
    assert json.loads(Path(got.value.path()).read_text("utf-8"))["format"] == "patogh-receipt/v1"


def test_a_forged_proof_is_red_and_says_what_to_do(visit, house):
    _code, leaf = filled(house)
    page: Page = visit()

    def forge(route: Route) -> None:
        answer = route.fetch()
        said = answer.json()
        lines = said["proof"].split("\n")
        lines[2] = lines[3]
        route.fulfill(response=answer, json={**said, "proof": "\n".join(lines)})

    page.route("**/book/lines/*.json", forge)
    page.goto(f"/book/lines/{leaf}")
    expect(page.locator(".verdict[data-state=bad] [data-said]")).to_contain_text("نه. این درست درنمی‌آید")
    expect(page.locator("[data-trust]")).to_contain_text("برای گواهان")


def test_without_scripts_the_house_shows_its_own_count(visit, house):
    code, _leaf = filled(house)
    page: Page = visit(java_script_enabled=False)
    page.goto(f"/book/receipts/{code}")
    expect(page.locator("[data-trust]")).to_contain_text("شمارش خود خانه")


def test_two_readers_compare_their_seals(visit, house):
    filled(house)
    page: Page = visit()
    page.goto("/book")
    seal = page.request.get("/book/log/checkpoint").text()
    page.fill("#id_seal", seal)
    page.locator("form[data-compare] button").click()
    expect(page.locator("[data-outcome]")).to_contain_text("همان دفتر است")
    lines = seal.split("\n")
    page.fill("#id_seal", "\n".join([*lines[:2], "A" * 43 + "=", *lines[3:]]))
    page.locator("form[data-compare] button").click()
    expect(page.locator("[data-outcome]")).to_contain_text("دو مُهر با هم نمی‌خوانند")


def test_the_single_file_counts_from_the_disk_without_a_network(visit, house, tmp_path):
    code, leaf = filled(house)
    page: Page = visit("mina")
    receipt = page.request.get(f"/me/book/{code}.json").text()
    policy = page.request.get("/book/log/policy").text()
    kept = tmp_path / "verify.html"
    kept.write_bytes(page.request.get("/book/verify.html").body())
    alone: Page = visit(offline=True)
    alone.goto(kept.as_uri())
    alone.fill("#receipt", receipt)
    alone.fill("#policy", policy)
    alone.click("#count")
    expect(alone.locator("#verdict [data-said]")).to_contain_text(
        f"{leaf:,}".translate(str.maketrans("0123456789,", "۰۱۲۳۴۵۶۷۸۹٬"))
    )
    assert alone.locator("#verdict").get_attribute("data-state") in {"good", "wait"}
    alone.click("[data-lang=en]")
    said = json.loads(receipt)
    said["openings"][0]["value"] = "دروغ"
    alone.fill("#receipt", json.dumps(said))
    alone.click("#count")
    expect(alone.locator("#verdict [data-more]")).to_contain_text("not what the line committed to")
