"""The catalogue page in a real browser, by mouse, by keyboard, and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest
from playwright.sync_api import Browser, Page, expect

from platform_events import EVENT_TYPES, BenchmarkRecorded, ScoringCalculate, Sleep
from platform_events.contracts._snippets import snippets
from platform_events.contracts.html import catalogue_page
from platform_events.contracts.json_schema import event_schema
from platform_events.contracts.schema_tree import JsonSchema

from ..support.node import Node, installed
from .browsing import Visits, launched
from .pages import catalogue, deprecated, hostile

Role: TypeAlias = Literal[
    "article", "group", "navigation", "search", "searchbox", "table", "tablist"
]
Visit: TypeAlias = Callable[..., AbstractContextManager[Page]]

NAMES = [kind.event_name for kind in EVENT_TYPES]
ABOUT_SLEEP = str(Sleep.__doc__).partition("\n")[0]
CALCULATE = "#platform/scoring.calculate"
WEARABLE = "#platform/sync.wearable-data-received"
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 640}
TEXTS = ("ink", "soft", "accent", "alert", "hue-0", "hue-1", "hue-2", "hue-3", "string", "number",
         "word")  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    pages: dict[str, list[JsonSchema]] = {
        "catalogue": catalogue(),
        "few": [event_schema(ScoringCalculate), event_schema(BenchmarkRecorded), deprecated()],
        "hostile": [hostile()],
    }
    for name, documents in pages.items():
        (folder / f"{name}.html").write_text(catalogue_page(documents), "utf-8")
    return folder


@pytest.fixture(scope="module")
def axe(node: Node) -> str:
    """The script that looks for what keeps people out; https://github.com/dequelabs/axe-core."""
    modules = installed(node, Path(__file__).with_name("axe"))
    return (modules / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def visiting(browser: Browser, folder: Path) -> Visit:
    """Open a page from its file."""
    visits = Visits(browser)

    def visiting(place: str = "", name: str = "catalogue", **options: Any) -> Any:
        return visits.visit((folder / f"{name}.html").as_uri() + place, **options)

    return visiting


def listed(page: Page) -> list[str]:
    """Give the names of the events that the list shows."""
    links = page.locator("#groups a:visible")
    return [str(link.get_attribute("href"))[1:] for link in links.all()]


def shown(page: Page) -> list[str]:
    """Give the names of the events that are described, once what was asked for is done."""
    names: list[str] = page.evaluate(
        """async () => {
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            const articles = [...document.querySelectorAll("article:not([hidden])")];
            return articles.filter((article) => article.checkVisibility()).map(({ id }) => id);
        }"""
    )
    return names


def is_after_reload(page: Page, is_so: Callable[[], bool]) -> bool:
    """Say whether it is so after a reload, soon: a browser stores things in its own time."""
    for _ in range(10):
        page.reload()
        if is_so():
            return True
        page.wait_for_timeout(100)
    return False


class TestList:
    def test_it_has_every_event_and_describes_the_one_that_is_chosen(self, visiting: Visit) -> None:
        with visiting() as page:
            assert listed(page) == NAMES
            assert shown(page) == []
            expect(page.get_by_role("status").first).to_have_text(f"{len(NAMES)} events")
            expect(page.get_by_role("heading", name="Everything that happens")).to_be_visible()
            visited = NAMES[::7]
            for name in visited:
                page.locator(f"#groups a[href='#{name}']").click()
                assert shown(page) == [name]
                assert page.title().startswith(f"{name} ")
                assert page.evaluate("document.activeElement.innerText") == name
            expect(page.locator("[aria-current=page]")).to_have_attribute("href", f"#{visited[-1]}")
            page.go_back()
            assert shown(page) == [visited[-2]]
            page.get_by_role("link", name="Platform events").click()
            assert shown(page) == []

    def test_it_is_filtered_by_words_and_by_category(self, visiting: Visit) -> None:
        with visiting() as page:
            query = page.get_by_role("searchbox", name="Filter the events")
            query.fill("rmssd_ms")
            assert listed(page) == ["platform/sync.wearable-data-received"]
            expect(page.locator("#count")).to_have_text(f"1 of {len(NAMES)} events")
            expect(page.locator("#groups h2:visible")).to_have_count(1)
            query.fill("GYM  follow")
            assert listed(page)
            query.fill("")
            page.get_by_role("radio", name="social").check()
            social = [name for name in NAMES if name.startswith("platform/social.")]
            assert listed(page) == social
            query.fill("comment-removed")
            assert listed(page) == ["platform/social.comment-removed"]
            query.fill("removed nonsense")
            assert listed(page) == []
            page.get_by_role("button", name="Show all events").click()
            assert listed(page) == NAMES
            expect(query).to_be_focused()

    def test_what_is_deprecated_can_be_hidden(self, visiting: Visit) -> None:
        with visiting(name="few") as page:
            names = listed(page)
            assert names[2:] == ["platform/scoring.guess"]
            page.get_by_role("checkbox", name="Hide what is deprecated").check()
            assert listed(page) == names[:2]

    def test_a_thousand_events_are_filtered_at_once(self, visiting: Visit, folder: Path) -> None:
        text = catalogue_page([event_schema(ScoringCalculate)])
        for part in re.findall("<li .*?</li>|<article .*?</article>", text, re.DOTALL):
            copies = (part.replace(CALCULATE[1:], f"{CALCULATE[1:]}-{n}") for n in range(1_000))
            text = text.replace(part, "".join(copies))
        (folder / "many.html").write_text(text, "utf-8")
        typing = """async (text) => {
            const query = document.getElementById("query");
            const before = performance.now();
            query.value = text;
            query.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            return performance.now() - before;
        }"""
        with visiting(name="many") as page:
            took = [page.evaluate(typing, text) for text in ("c", "99", "999", "none", "")]
            # A bound for sanity, in milliseconds: it takes a tenth of that.
            assert sorted(took)[2] < 1_000, took
            expect(page.locator("#count")).to_have_text("1,000 events")


class TestAddresses:
    def test_an_address_opens_its_event(self, visiting: Visit) -> None:
        with visiting(CALCULATE) as page:
            assert shown(page) == [CALCULATE[1:]]
            expect(page.locator("[aria-current=page]")).to_have_attribute("href", CALCULATE)
            expect(page.locator("#about")).to_be_hidden()

    def test_an_address_opens_a_type_inside_of_an_event(self, visiting: Visit) -> None:
        with visiting(f"{WEARABLE}:Sleep") as page:
            assert shown(page) == [WEARABLE[1:]]
            expect(page.get_by_text(ABOUT_SLEEP)).to_be_in_viewport()
            page.get_by_role("link", name="Stress", exact=True).click()
            expect(page.locator("article:not([hidden]) details[open]")).to_have_count(2)

    def test_an_address_leads_into_another_event(self, visiting: Visit) -> None:
        with visiting(CALCULATE) as page:
            for place in ("scoring.benchmark-recorded:use", "alerts.churn-risk-detected:use"):
                page.evaluate("place => { location.hash = place }", f"platform/{place}")
                assert shown(page) == [f"platform/{place.removesuffix(':use')}"]
                expect(page.get_by_role("tab", name="Python")).to_be_in_viewport()
                assert page.url.endswith(place)

    def test_an_address_leads_to_the_code(self, visiting: Visit) -> None:
        with visiting(WEARABLE) as page:
            page.get_by_role("link", name="Code to copy").click()
            expect(page.get_by_role("tab", name="Python")).to_be_in_viewport()
            assert shown(page) == [WEARABLE[1:]]

    def test_an_address_of_no_event_shows_the_list(self, visiting: Visit) -> None:
        with visiting("#%") as page:
            assert shown(page) == []
            for place in ("#platform/scoring.unknown", "#", "#about"):
                page.evaluate("place => { location.hash = place }", place)
                assert listed(page) == NAMES
                assert shown(page) == []

    def test_the_search_of_the_browser_finds_what_is_hidden(self, visiting: Visit) -> None:
        with visiting() as page:
            hidden = page.locator("article[hidden=until-found]")
            assert hidden.count() == len(NAMES)
            hidden.nth(3).dispatch_event("beforematch")
            assert shown(page) == [NAMES[3]]


class TestKeyboard:
    def test_an_event_is_found_opened_and_left(self, visiting: Visit) -> None:
        with visiting() as page:
            keys = page.keyboard
            keys.press("/")
            query = page.get_by_role("searchbox")
            expect(query).to_be_focused()
            keys.type("calculate/")  # the second is a character
            expect(query).to_have_value("calculate/")
            keys.press("Backspace")
            keys.press("ArrowUp")
            expect(query).to_be_focused()
            first, *_, last = names = listed(page)
            keys.press("ArrowDown")
            assert focused(page) == f"#{first}"
            keys.press("End")
            assert focused(page) == f"#{last}"
            keys.press("ArrowDown")
            assert focused(page) == f"#{last}"
            keys.press("Home")
            keys.press("ArrowDown")
            assert focused(page) == f"#{names[1]}"
            keys.press("Enter")
            assert shown(page) == [names[1]]
            assert page.evaluate("document.activeElement.tagName") == "H2"
            keys.press("/")
            expect(query).to_be_focused()
            keys.press("Escape")
            assert listed(page) == NAMES
            keys.press("ArrowDown")
            keys.press("ArrowUp")
            expect(query).to_be_focused()
            keys.type("rmssd")
            keys.press("Enter")
            assert shown(page) == [WEARABLE[1:]]

    def test_every_stop_is_seen_and_none_is_a_trap(self, visiting: Visit) -> None:
        with visiting(CALCULATE, reduced_motion="reduce") as page:
            page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges()")
            page.get_by_role("link", name="Skip to the content").focus()
            stops: list[str] = []
            for _ in range(60):
                stop = page.evaluate(
                    """() => {
                        const at = document.activeElement;
                        const within = at.matches(".chips input") ? at.nextElementSibling : at;
                        const { outlineStyle, outlineWidth } = getComputedStyle(within);
                        const { top, bottom, left } = at.getBoundingClientRect();
                        const isSeen = outlineStyle === "solid" && parseFloat(outlineWidth) >= 2;
                        const isInside = bottom > 0 && top < innerHeight && left >= 0;
                        return [at.textContent.trim() || at.name || at.id, isSeen && isInside];
                    }"""
                )
                assert stop[1], stop
                stops.append(stop[0])
                page.keyboard.press("Tab")
                if page.evaluate("document.activeElement === document.body"):
                    break
            assert stops[0] == "Skip to the content"
            assert stops[-1] == "Copy"
            wanted = ["Platform events", "Dark theme", "query", "category", "Copy name", "Python"]
            places = [stops.index(stop) for stop in wanted]
            assert places == sorted(places)
            assert "TypeScript" not in stops  # arrows lead there

    def test_the_content_is_reached_in_two_keys(self, visiting: Visit) -> None:
        with visiting() as page:
            page.keyboard.press("Tab")
            expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
            page.keyboard.press("Enter")
            expect(page.locator("main")).to_be_focused()
            assert shown(page) == []

    def test_arrows_choose_the_language_for_all_events(self, visiting: Visit) -> None:
        with visiting(CALCULATE) as page:
            page.get_by_role("tab", name="Python").focus()
            for key, language in [
                ("ArrowRight", "TypeScript"), ("End", "JSON"), ("ArrowRight", "Python"),
                ("ArrowLeft", "JSON"), ("Home", "Python"), ("ArrowRight", "TypeScript"),
            ]:  # fmt: skip
                page.keyboard.press(key)
                expect(page.get_by_role("tab", name=language)).to_be_focused()
                expect(page.get_by_role("tab", selected=True)).to_have_text(language)
                expect(page.get_by_role("tabpanel")).to_have_count(1)
                expect(page.get_by_role("tabpanel", name=language)).to_be_visible()
            page.goto(page.url.replace(CALCULATE, WEARABLE))
            chosen = page.get_by_role("tab", selected=True)
            expect(chosen).to_have_text("TypeScript")
            assert is_after_reload(page, lambda: chosen.inner_text() == "TypeScript")


def focused(page: Page) -> str | None:
    place: str | None = page.evaluate("document.activeElement.getAttribute('href')")
    return place


class TestCopying:
    def test_buttons_put_it_on_the_clipboard(self, visiting: Visit) -> None:
        with visiting(CALCULATE, permissions=["clipboard-read", "clipboard-write"]) as page:
            for snippet in snippets(event_schema(ScoringCalculate)):
                page.get_by_role("tab", name=snippet.language).click()
                name = f"Copy, {snippet.language}: {snippet.purpose}"
                button = page.get_by_role("button", name=name)
                button.click()
                expect(button).to_have_text("Copied")
                told = f"Copied {snippet.language}: {snippet.purpose}"
                expect(page.locator("#said")).to_have_text(told)
                assert pasted(page) == snippet.code

    def test_they_do_so_where_there_is_no_clipboard_for_scripts(self, visiting: Visit) -> None:
        with visiting(CALCULATE) as page:
            page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: null })")
            button = page.locator(".actions button")
            button.click()
            expect(button).to_have_text("Copied")
            assert pasted(page) == CALCULATE[1:]
            page.evaluate("document.execCommand = () => false")
            button.click()
            expect(page.locator("#said")).to_have_text("Not copied: the browser does not allow it")


def pasted(page: Page) -> str:
    """Paste what is on the clipboard, as a person would."""
    page.evaluate(
        """() => {
            const area = document.createElement("textarea");
            area.id = "pasted";
            document.body.append(area);
            area.focus();
        }"""
    )
    page.keyboard.press("Control+v")
    text: str = page.evaluate("document.getElementById('pasted').value")
    page.evaluate("document.getElementById('pasted').remove()")
    return text


class TestLooks:
    def test_the_theme_is_the_systems_until_another_is_chosen(self, visiting: Visit) -> None:
        with visiting(color_scheme="dark") as page:
            dark = background(page)
            page.emulate_media(color_scheme="light")
            light = background(page)
            assert sum(light) > 600
            assert sum(dark) < 150
            page.get_by_role("button", name="Dark theme").click()
            assert background(page) == dark
            assert is_after_reload(page, lambda: background(page) == dark)
            page.get_by_role("button", name="Light theme").click()
            page.emulate_media(color_scheme="dark")
            assert background(page) == light

    def test_every_text_can_be_read_in_both_themes(self, visiting: Visit) -> None:
        pairs = [(text, ground) for text in TEXTS for ground in ("page", "panel", "sunk")]
        pairs += [("accent", "tint"), ("soft", "tint"), ("alert", "alert-tint")]
        with visiting(color_scheme="dark") as page:
            for _ in range(2):
                for text, ground in pairs:
                    ratio = contrast(rgb(page, text), rgb(page, ground))
                    assert ratio >= 4.5, (text, ground, ratio)
                # The edges of what is operated, and the mark of the focus.
                for edge in ("edge", "accent"):
                    assert contrast(rgb(page, edge), rgb(page, "page")) >= 3
                page.emulate_media(color_scheme="light")

    def test_code_is_coloured(self, visiting: Visit) -> None:
        with visiting(CALCULATE) as page:
            sizes = (
                "Object.fromEntries([...CSS.highlights].map(([name, { size }]) => [name, size]))"
            )
            found = page.evaluate(sizes)
            assert found["string"] > 10
            assert found["word"] > 5

    def test_nothing_moves_for_those_who_ask_for_it(self, visiting: Visit) -> None:
        longest = """() => Math.max(...[...document.querySelectorAll("*")].map((element) =>
            parseFloat(getComputedStyle(element).transitionDuration)))"""
        with visiting(CALCULATE, reduced_motion="reduce") as page:
            assert page.evaluate(longest) == 0
            page.emulate_media(reduced_motion="no-preference")
            assert 0 < page.evaluate(longest) < 0.3

    def test_nothing_is_cut_off_on_the_narrowest_screen(self, visiting: Visit) -> None:
        with visiting(viewport=NARROWEST) as page:
            for place in ["", *NAMES]:
                page.evaluate("place => { location.hash = place }", place)
                page.evaluate(
                    "document.querySelectorAll('details').forEach(d => { d.open = true })"
                )
                width = page.evaluate("document.documentElement.scrollWidth")
                assert width <= NARROWEST["width"], place

    def test_a_phone_shows_the_list_or_an_event(self, visiting: Visit) -> None:
        with visiting(viewport=PHONE, has_touch=True) as page:
            # A tap is a click only some time later, when it is known to be no other gesture.
            link = page.locator(f"#groups a[href='{CALCULATE}']")
            event = page.get_by_role("heading", name=CALCULATE[1:], exact=True)
            link.tap()
            expect(event).to_be_visible()
            assert shown(page) == [CALCULATE[1:]]
            assert listed(page) == []
            page.get_by_role("link", name="All events").tap()
            expect(link).to_be_focused()
            assert listed(page) == NAMES
            link.tap()
            expect(event).to_be_focused()
            page.keyboard.press("/")
            expect(page.get_by_role("searchbox")).to_be_focused()


def background(page: Page) -> tuple[int, ...]:
    return rgb(page, "page")


def rgb(page: Page, variable: str) -> tuple[int, ...]:
    """Give the colour that a variable of the style is now."""
    colour: str = page.evaluate(
        """(variable) => {
            const probe = document.createElement("i");
            document.body.append(probe);
            probe.style.color = `var(--${variable})`;
            const { color } = getComputedStyle(probe);
            probe.remove();
            return color;
        }""",
        variable,
    )
    red, green, blue = colour.removeprefix("rgb(").removesuffix(")").split(",")
    return int(red), int(green), int(blue)


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Compute it as https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio says."""
    lighter, darker = sorted(map(luminance, (one, other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: tuple[int, ...]) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class TestAccessibility:
    def test_axe_finds_nothing(self, visiting: Visit, axe: str) -> None:
        with visiting(name="few", reduced_motion="reduce") as page:
            page.evaluate(axe)
            for place in ("", "#platform/scoring.benchmark-recorded", "#platform/scoring.guess"):
                page.evaluate("place => { location.hash = place }", place)
                page.evaluate(
                    "document.querySelectorAll('details').forEach(d => { d.open = true })"
                )
                page.emulate_media(color_scheme="light")
                assert violations(page, "{}") == []
                page.emulate_media(color_scheme="dark")
                assert violations(page, "{ runOnly: ['color-contrast'] }") == []

    def test_axe_would_find_something(self, visiting: Visit, axe: str) -> None:
        with visiting(name="few") as page:
            page.evaluate(axe)
            page.evaluate("document.documentElement.lang = ''")
            page.evaluate("document.querySelector('.lead').style.color = '#aaaaaa'")
            found = violations(page, "{ runOnly: ['html-has-lang', 'color-contrast'] }")
            assert {problem for problem, _ in found} == {"html-has-lang", "color-contrast"}

    def test_its_parts_have_names(self, visiting: Visit) -> None:
        parts: list[tuple[Role, str]] = [
            ("navigation", "Events"), ("search", "Events"), ("searchbox", "Filter the events"),
            ("group", "Category"), ("article", CALCULATE[1:]), ("tablist", "Language"),
            ("table", "Fields of ScoringCalculate"),
        ]  # fmt: skip
        with visiting(CALCULATE) as page:
            for role, name in parts:
                expect(page.get_by_role(role, name=name, exact=True)).to_have_count(1)
            expect(page.get_by_role("main")).to_have_count(1)
            expect(page.get_by_role("heading", level=1)).to_have_text("Platform events")
            row = page.get_by_role("row").filter(has_text="member_id")
            expect(row.get_by_role("rowheader")).to_contain_text("member_id required")


def violations(page: Page, options: str) -> list[tuple[str, str]]:
    """Give the rules that axe finds broken, and where."""
    found = page.evaluate(f"axe.run({options})")
    assert found["passes"]
    return [(rule["id"], at["html"]) for rule in found["violations"] for at in rule["nodes"]]


class TestSafety:
    def test_no_text_runs(self, visiting: Visit) -> None:
        with visiting("#platform/scoring.hostile", "hostile") as page:
            assert shown(page) == ["platform/scoring.hostile"]
            expect(page.locator("article")).to_contain_text("<script>hacked()</script>")
            expect(page.locator("script")).to_have_count(1)
            assert page.evaluate("typeof hacked") == "undefined"

    def test_the_policy_stops_what_would_get_through(self, browser: Browser, folder: Path) -> None:
        text = (folder / "catalogue.html").read_text("utf-8")
        evil = (
            "<script>document.title = 'hacked'</script><img src=x onerror=\"document.title='x'\">"
        )
        (folder / "evil.html").write_text(text.replace("<main", f"{evil}<main"), "utf-8")
        context = browser.new_context()
        refused: list[str] = []
        context.on("console", lambda message: refused.append(message.text))
        page = context.new_page()
        page.goto((folder / "evil.html").as_uri())
        assert page.title() == "Platform events"
        assert len(refused) >= 2
        assert all("Content Security Policy" in line for line in refused)
        context.close()


class TestWithoutJavaScript:
    def test_everything_is_there_to_read(self, visiting: Visit) -> None:
        with visiting(java_script_enabled=False) as page:
            assert listed(page) == NAMES
            expect(page.locator("article h2:visible")).to_have_text(NAMES)
            for control in (page.get_by_role("searchbox"), page.get_by_role("button")):
                assert control.filter(visible=True).count() == 0
            code = page.locator("article pre:visible")
            assert code.count() == len(NAMES) * len(snippets(event_schema(ScoringCalculate)))

    def test_addresses_lead_to_their_events(self, visiting: Visit) -> None:
        with visiting(f"{WEARABLE}:Sleep", java_script_enabled=False) as page:
            expect(page.get_by_text(ABOUT_SLEEP)).to_be_in_viewport()
