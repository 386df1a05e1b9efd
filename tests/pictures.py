"""Takes the README's pictures from a fresh, served demo into docs/pictures/."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests import chromium
from tests.browser.house import House, served
from tests.browser.pages import places

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
LETTER = {"width": 720, "height": 900}
SETTLED = "() => document.fonts.ready.then(() => Promise.all([...document.images].filter((i) => !i.complete && i.loading !== 'lazy').map((i) => new Promise((done) => { i.onload = i.onerror = done; }))))"


def take(
    browser: Browser,
    house: House,
    name: str,
    path: str,
    *,
    who: str = "",
    language: str = "fa",
    theme: str = "light",
    size: dict[str, int] = DESK,
) -> None:
    """Take one picture and keep it as WebP."""
    scale = 2 if size is PHONE else 1
    context = browser.new_context(
        viewport=size, device_scale_factor=scale, reduced_motion="reduce", service_workers="block", base_url=house.base
    )
    cookies = [
        {"name": key, "value": value, "url": house.base} for key, value in (("language", language), ("theme", theme))
    ]
    context.add_cookies(cookies + (house.cookies(who) if who else []))  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(path)
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    page.evaluate(SETTLED)
    keep(name, page.screenshot())
    context.close()


def take_mail(browser: Browser, house: House, name: str) -> None:
    """Take the summary that Mina would get by mail, as a mail program shows it: no script, no address of ours."""
    page = browser.new_page(viewport=LETTER, java_script_enabled=False)
    page.set_content(house.patogh("digest", "preview", "mina", "--html"))
    keep(name, page.screenshot())
    page.close()


def keep(name: str, screen: bytes) -> None:
    """Keep a picture as WebP."""
    file = FOLDER / f"{name}.webp"
    Image.open(io.BytesIO(screen)).save(file, quality=82, method=6)
    print(f"pictures: {file.name}, {file.stat().st_size // 1024} KB", flush=True)


def main() -> None:
    """Serve the demo and take them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        found = {place.name: place.path for place in places(house)}
        take(browser, house, "home", "/", who="mina")
        take(browser, house, "topic", found["topic: solved"], who="mina")
        take(browser, house, "search-en", "/search?q=brake", language="en")
        take(browser, house, "home-phone-dark", "/", theme="dark", size=PHONE)
        take(browser, house, "review", "/review", who="navid")
        take(browser, house, "review-phone", "/review", who="navid", size=PHONE)
        take(browser, house, "person", found["a person"], who="hamid")
        take(browser, house, "segments", "/team/segments", who="ardalan")
        take(browser, house, "idea-phone", found["idea, gathering"], who="mina", size=PHONE)
        take(browser, house, "book", "/book")
        take_mail(browser, house, "digest")
        browser.close()


if __name__ == "__main__":
    main()
