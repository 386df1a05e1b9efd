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
    shot = Image.open(io.BytesIO(page.screenshot()))
    shot.save(FOLDER / f"{name}.webp", quality=82, method=6)
    print(f"pictures: {name}.webp, {(FOLDER / f'{name}.webp').stat().st_size // 1024} KB", flush=True)
    context.close()


def main() -> None:
    """Serve the demo and take them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        topic = next(place.path for place in places(house) if place.name == "topic: solved")
        take(browser, house, "home", "/", who="mina")
        take(browser, house, "topic", topic, who="mina")
        take(browser, house, "search-en", "/search?q=brake", language="en")
        take(browser, house, "home-phone-dark", "/", theme="dark", size=PHONE)
        browser.close()


if __name__ == "__main__":
    main()
