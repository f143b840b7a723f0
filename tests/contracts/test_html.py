"""What the page says, without a browser."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from platform_events import EVENT_TYPES, Category, Event, ScoringCalculate
from platform_events.contracts._snippets import snippets
from platform_events.contracts.html import FILE_NAME, catalogue_page, write
from platform_events.contracts.json_schema import event_schema
from platform_events.contracts.schema_tree import (
    JsonSchema,
    definitions,
    properties,
    rules_of,
)

from .pages import ATTACKS, catalogue, deprecated, hostile

every_event = pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
BLOCKS = {"p", "td", "dt", "dd", "figcaption", "h4", "pre", "span"}
VOID = {"meta", "link", "input", "wbr"}


class Page(HTMLParser):
    """The page as a tree: the texts and the attributes of each element by its place."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.tags: Counter[str] = Counter()
        self._open: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.handle_data(" ")
        attributes = dict(attrs)
        self.tags[tag] += 1
        self.attributes.append((tag, attributes))
        if tag not in VOID:
            self._open.append((tag, attributes.get("id")))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        for _, place in self._open:
            if place:
                self.texts[place] = self.texts.get(place, "") + data

    def values(self, attribute: str) -> list[str]:
        return [found for _, a in self.attributes if (found := a.get(attribute)) is not None]


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(catalogue_page(catalogue()))


class TestEvents:
    @every_event
    def test_all_that_is_known_of_an_event_is_there(self, page: Page, kind: type[Event]) -> None:
        document = event_schema(kind)
        text = page.texts[kind.event_name]
        for part in (kind.event_name, kind.__name__, "Sent by", "Handled by"):
            assert part in text
        described: list[JsonSchema] = [document, *definitions(document).values()]
        for schema in described:
            for name, field in properties(schema).items():
                assert name in text
                assert words(str(field.get("description", ""))) in words(text)
        for snippet in snippets(document):
            assert snippet.code in text

    def test_units_ranges_examples_and_marks_are_there(self, page: Page) -> None:
        text = words(page.texts["platform/alerts.injury-risk-detected"])
        assert "horizon_days required whole number 1 to 366 days How many. Example: 14" in text
        assert "probability required sensitive number 0 to 1 Of an injury within the" in text
        assert "neck shoulder upper-arm elbow forearm wrist" in text
        assert "body_region optional sensitive open choice more will come" in text
        text = words(page.texts["platform/sync.wearable-data-received"])
        assert "rmssd_ms required sensitive number 1 to 1,000 milliseconds Root mean" in text
        assert "Default: false Example: false" in text

    def test_events_that_are_named_are_linked(self, page: Page) -> None:
        links = [a for tag, a in page.attributes if tag == "a"]
        assert {"href": "#platform/scoring.calculated"} in links

    def test_every_link_leads_somewhere(self, page: Page) -> None:
        places = page.values("id")
        assert len(places) == len(set(places))
        inner = {href for href in page.values("href") if href.startswith("#")} - {"#"}
        assert inner <= {f"#{place}" for place in places}
        assert len(inner) > len(EVENT_TYPES)

    def test_the_filter_looks_into_every_word_once(self, page: Page) -> None:
        listed = [a["data-text"] or "" for tag, a in page.attributes if tag == "li" and a]
        text = listed[[kind.__name__ for kind in EVENT_TYPES].index("WearableDataReceived")]
        for word in (
            "whoop",
            "rmssd_ms",
            "wearabledatareceived",
            "poll",
            "rmssd",
            "n3",
            "sleep",
            "vo2-max",
        ):
            assert word in text.split()
        assert all(len(text.split()) == len(set(text.split())) for text in listed)

    def test_categories_are_kept_together(self) -> None:
        first, *others = catalogue()
        page = Page(catalogue_page([*others, first]))
        categories = [a["data-category"] for _, a in page.attributes if a.get("class") == "group"]
        assert sorted(map(str, categories)) == sorted(Category)

    def test_what_is_deprecated_says_so(self) -> None:
        page = Page(catalogue_page([deprecated()]))
        text = words(page.texts["platform/scoring.guess"])
        assert "Deprecated. Use ScoringCalculate." in text
        assert "old optional deprecated true or false Deprecated. Use score. Default: false" in text
        assert "Sent by" not in text
        assert "Hide what is deprecated" in words(page.texts["list"])

    def test_every_rule_between_fields_is_said(self) -> None:
        page = Page(catalogue_page(catalogue()))
        for kind in EVENT_TYPES:
            document = event_schema(kind)
            said = " ".join(page.texts[kind.event_name].split())
            for schema in (document, *definitions(document).values()):
                for rule in rules_of(schema):
                    assert rule.replace("`", "")[1:] in said, (kind, rule)

    def test_an_event_may_have_no_fields(self) -> None:
        document: JsonSchema = {**deprecated(), "properties": {}, "examples": [{}]}
        assert "It has no fields." in catalogue_page([document])


class TestPage:
    def test_it_needs_nothing_but_itself(self, page: Page) -> None:
        assert {tag for tag, a in page.attributes if "src" in a} == set()
        [icon] = [a for tag, a in page.attributes if tag == "link"]
        assert str(icon["href"]).startswith("data:")
        outside = {href for href in page.values("href") if not href.startswith(("#", "data:"))}
        assert outside == {"https://ucum.org"}
        assert "@import" not in catalogue_page([])
        assert "url(" not in catalogue_page([])

    @pytest.mark.parametrize("docs_url", ["..", "https://docs.example/", ""])
    def test_it_links_into_the_documentation_if_there_is_one(self, docs_url: str) -> None:
        page = Page(catalogue_page(catalogue(), docs_url=docs_url))
        base = docs_url.rstrip("/")
        outside = {href for href in page.values("href") if not href.startswith(("#", "data:"))}
        links = {f"{base}/index.html"} | {
            f"{base}/reference/{kind.__module__.rpartition('.')[2]}.html"
            f"#{kind.__module__}.{kind.__name__}"
            for kind in EVENT_TYPES
        }
        assert outside == {"https://ucum.org"} | (links if docs_url else set())

    def test_only_its_own_script_and_style_may_run(self, page: Page) -> None:
        assert (page.tags["script"], page.tags["style"]) == (1, 1)
        assert page.values("style") == []
        assert [name for _, a in page.attributes for name in a if name.startswith("on")] == []
        [policy] = [a["content"] or "" for _, a in page.attributes if a.get("http-equiv")]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert len(re.findall("'sha256-[^']+'", policy)) == 2

    def test_no_text_becomes_a_tag(self) -> None:
        good, bad = Page(catalogue_page([])), Page(catalogue_page([hostile()]))
        for tag in ("script", "style", "img", "i", "b"):
            assert bad.tags[tag] == good.tags[tag]
        names = {name for _, a in bad.attributes for name in a}
        assert names.isdisjoint({"onerror", "onfocus", "autofocus", "src"})
        text = bad.texts["platform/scoring.hostile"]
        for attack in ATTACKS[:5]:
            assert text.count(attack) > 10

    def test_it_is_written_under_its_name_and_the_same_each_time(self, tmp_path: Path) -> None:
        written = write(tmp_path / "new" / "folder", [ScoringCalculate])
        assert written == tmp_path / "new" / "folder" / FILE_NAME
        expected = catalogue_page([event_schema(ScoringCalculate)])
        assert written.read_text("utf-8") == expected


def words(text: str) -> str:
    """Give the words alone, however they are laid out and marked."""
    return " ".join(re.sub(r"[`*]", "", text).split())
