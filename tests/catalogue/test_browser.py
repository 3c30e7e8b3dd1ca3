"""A catalogue in a browser: Chromium opens it from the disk, as a person does."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Error, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Locator, Page

    from registry_core.testing import Site

    Opened = Callable[..., Page]

# A busy machine is slow, and not wrong.
expect.set_options(timeout=30_000)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on the PATH"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Chromium's sandbox does not start as the superuser, in a container.
        options = ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()


@pytest.fixture
def opened(
    browser: Browser, hostile: Site, catalogue: Callable[..., tuple[int, Path, str]]
) -> Iterator[Opened]:
    """Opens the catalogue; afterwards, no page had an error or asked for what is not its own."""
    folder = catalogue(hostile)[1]
    said: list[str] = []
    contexts: list[BrowserContext] = []

    def open_it(
        width: int = 1200, scheme: str = "light", where: str = "", *, scripts: bool = True
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        inside = folder.as_uri()
        page.on(
            "request", lambda sent: None if sent.url.startswith(inside) else said.append(sent.url)
        )
        page.on("requestfailed", lambda failed: said.append(failed.url))
        page.goto(f"{inside}/index.html{where}")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert said == []


def shown(page: Page) -> list[str]:
    # Not inner texts: those of rows that have not been drawn yet (content-visibility) are empty.
    return page.locator("section.scope li:visible a").all_text_contents()


def choice(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name)


def test_a_search_and_filters_leave_what_is_asked_for(opened: Opened) -> None:
    page = opened()
    assert len(shown(page)) == 9
    page.get_by_label("Search").fill("HEAD twin")
    assert shown(page) == ["Head"]
    expect(page.get_by_role("status")).to_have_text("1 of 9 shown")
    page.get_by_label("Search").fill("length")  # The name of an argument.
    assert shown(page) == ["tail"]
    page.get_by_label("Search").fill("")
    choice(page, "Registry").select_option("acme.model")
    choice(page, "Scope").select_option("heads")
    assert shown(page) == ["Head", "Head", "Lost", "Head"]
    choice(page, "Provider").select_option("heads 3")
    assert shown(page) == ["Head", "Lost", "Head"]
    choice(page, "State").select_option("broken")
    assert shown(page) == ["Lost"]
    choice(page, "Scope").select_option("(root)")
    expect(page.get_by_text("No entry is like this.")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    assert len(shown(page)) == 9


def test_an_entry_opens_and_back_leads_to_the_same_search(opened: Opened) -> None:
    page = opened()
    page.get_by_label("Search").fill("net depth")
    page.get_by_role("link", name="Net", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Net")
    table = page.get_by_role("table", name="Arguments")
    expect(table.get_by_role("row", name="width")).to_contain_text("2.5")
    page.go_back()
    expect(page.get_by_label("Search")).to_have_value("net depth")
    assert "Net" in shown(page)
    assert len(shown(page)) < 9


def test_the_address_says_what_is_asked_for(opened: Opened) -> None:
    page = opened(where="#?search=head&provider=twin+0.1.0")
    assert shown(page) == ["Head"]
    page.get_by_label("Search").fill("a&b=c#d é")
    page.reload()
    expect(page.get_by_label("Search")).to_have_value("a&b=c#d é")


def test_the_keyboard_is_enough(opened: Opened) -> None:
    page = opened()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the entries")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.type("h/ead")
    expect(page.get_by_label("Search")).to_have_value("h/ead")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Search")).to_have_value("")
    page.keyboard.type("heads")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Lost")).to_be_focused()
    style = "e => getComputedStyle(e).outlineStyle"
    assert page.get_by_role("link", name="Lost").evaluate(style) == "solid"
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("heads.Head")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200, 2400])
def test_no_page_is_wider_than_the_window(opened: Opened, width: int, scheme: str) -> None:
    page = opened(width, scheme)
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, colour[4:-1].split(","))) < 150) is (scheme == "dark")
    for address in page.locator("section.scope a").evaluate_all("all => all.map(a => a.href)"):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # What a docstring holds was shown, and not run.
    assert page.title() != "owned"


def test_without_scripts_all_is_there(opened: Opened) -> None:
    page = opened(scripts=False)
    assert len(shown(page)) == 9
    assert not page.get_by_label("Search").is_visible()
    page.get_by_role("link", name="tail").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("tail")


def test_on_paper_there_are_all_entries_and_no_fields(opened: Opened) -> None:
    page = opened()
    page.emulate_media(media="print")
    assert len(shown(page)) == 9
    assert not page.get_by_label("Search").is_visible()


def test_the_policy_of_the_page_forbids_other_scripts(
    browser: Browser, hostile: Site, catalogue: Callable[..., tuple[int, Path, str]]
) -> None:
    page = browser.new_page()
    page.goto((catalogue(hostile)[1] / "index.html").as_uri())
    with pytest.raises(Error, match="Content Security Policy"):
        page.add_script_tag(content="document.title = 'owned'")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    assert page.title() == "Registry catalogue"
    page.close()
