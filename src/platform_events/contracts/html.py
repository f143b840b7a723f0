"""The catalogue as one page: every event with its fields, its examples and code to copy.

The page needs nothing but itself, neither a server nor a network, and can be read without
JavaScript; what is in ``page/`` beside this module adds looks, a filter and buttons. Its policy
(https://www.w3.org/TR/CSP3/) lets the one script and the one style run that are written here, by
their hashes, and nothing else: should a text of the catalogue ever get through as a tag, it would
do nothing.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from string import Template
from typing import Final, cast

from pydantic import JsonValue

from ..catalog import EVENT_TYPES
from ..events.event import Event
from ..naming import Category, EventName, parse_event_name
from ._examples import example_of
from ._files import write_files
from ._snippets import snippets
from .event_docs import EventDoc, event_doc
from .field_text import Words, code
from .json_schema import event_schema
from .markup import Html, joined, prose, tag
from .schema_tree import JsonSchema, definitions, each_object, properties

FILE_NAME: Final = "index.html"
"""What the page is called, so that its folder can be put on any web server."""

_BREAK: Final = Html("<wbr>")
# So many types are shown at once; of more there are only the names, until one is asked for.
_FEW: Final = 2
_KEYWORDS: Final = {"sensitive": "x-sensitive", "deprecated": "deprecated"}


def catalogue_page(documents: Iterable[JsonSchema]) -> str:
    """Write the page.

    Args:
        documents: The documents of the events, as ``event_schema`` gives them, in the order in
            which they are to come within their categories.

    Returns:
        The HTML of one file, which needs no other.

    Example:
        >>> from platform_events.contracts.html import catalogue_page
        >>> from platform_events.contracts.json_schema import event_schema
        >>> page = catalogue_page([event_schema(ScoringCalculate)])
        >>> '<article id="platform/scoring.calculate"' in page
        True
    """
    entries = [_Entry(document) for document in documents]
    addresses = {entry.title: entry.address for entry in entries}
    style, script = _resource("page.css"), _resource("page.js")
    policy = (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    groups: dict[Category, list[_Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.category, []).append(entry)
    return Template(_resource("page.html")).substitute(
        policy=_escaped(policy),
        style=style,
        script=script,
        version=_escaped(version("platform-events")),
        count=_escaped(_counted(len(entries), "event")),
        categories=joined(_category_choice(c, len(group)) for c, group in groups.items()),
        deprecated=_deprecated_choice(entries),
        list=joined(_group(c, group) for c, group in groups.items()),
        events=joined(entry.article(addresses) for entry in entries),
    )


def catalogue_page_of_events(events: Iterable[type[Event]] = EVENT_TYPES) -> str:
    """Write the page of event classes.

    Args:
        events: The event classes.

    Returns:
        The HTML of one file.
    """
    return catalogue_page(map(event_schema, events))


def write(folder: Path, events: Iterable[type[Event]] = EVENT_TYPES) -> Path:
    """Write the page to a file.

    Args:
        folder: Where it goes; it is made if need be.
        events: The event classes.

    Returns:
        The file, named ``index.html``.

    Raises:
        OSError: The file cannot be written.
    """
    write_files(folder, {FILE_NAME: catalogue_page_of_events(events)})
    return folder / FILE_NAME


class _Entry:
    """One event of the page."""

    def __init__(self, document: JsonSchema) -> None:
        self._document = document
        self.title = str(document["title"])
        self.name: EventName = parse_event_name(document["x-event-name"])
        self.category = self.name.category
        self.is_deprecated = bool(document.get("deprecated"))
        self.address = f"#{self.name}"
        self._doc: EventDoc = event_doc(str(document.get("description", "")))
        self._words = Words(definitions(document), self._address_inside)

    def item(self) -> Html:
        """Write the event as an item of the list."""
        return tag(
            "li",
            tag(
                "a",
                tag(
                    "code",
                    tag("span", f"{self.category}."),
                    _BREAK,
                    _in_parts(self.name.action, "-"),
                ),
                " ",
                _badge("deprecated") if self.is_deprecated else "",
                tag("span", prose(self._doc.summary, {}), class_="summary"),
                href=self.address,
            ),
            data_text=self._searched(),
            data_category=str(self.category),
            data_deprecated=self.is_deprecated,
        )

    def article(self, addresses: dict[str, str]) -> Html:
        """Write all that there is to know of the event."""
        inner = {name: self._address_inside(name) for name in self._objects()}
        linked = {**addresses, **inner}
        heading = f"{self.name}:name"
        return tag(
            "article",
            tag(
                "header",
                tag("p", str(self.category), class_="category"),
                tag("h2", self._heading(), id=heading, tabindex="-1"),
                tag("p", tag("a", "Code to copy", href=f"{self.address}:use"), class_="actions"),
                tag("p", prose(self._doc.summary, linked), class_="summary"),
                self._warning(linked),
                self._facts(linked),
            ),
            _section("Fields", self._fields(self._document, linked, self._example())),
            self._types(linked),
            _section("Use it", *self._snippets(), id=f"{self.name}:use"),
            id=str(self.name),
            aria_labelledby=heading,
            data_category=str(self.category),
        )

    def _heading(self) -> Html:
        name = _in_parts(self.name.action, "-")
        return tag("code", "platform/", _BREAK, f"{self.category}.", _BREAK, name)

    def _warning(self, linked: dict[str, str]) -> Html:
        if not self.is_deprecated:
            return Html()
        reason = prose(str(self._document["x-deprecated-message"]), linked)
        return tag("p", tag("strong", "Deprecated. "), reason, class_="warning")

    def _facts(self, linked: dict[str, str]) -> Html:
        facts = {
            "Sent by": prose(self._doc.sent_by, linked),
            "Handled by": prose(self._doc.handled_by, linked),
            "Good to know": prose(self._doc.notes, linked),
            "Class": tag("code", self.title),
        }
        return tag(
            "dl",
            *(tag("div", tag("dt", term), tag("dd", said)) for term, said in facts.items() if said),
            class_="facts",
        )

    def _example(self) -> JsonSchema:
        [data, *_] = cast("list[JsonSchema]", self._document["examples"])
        return data

    def _example_of(self, schema: JsonSchema) -> JsonSchema:
        known: JsonSchema = {**definitions(self._document)}
        return cast("JsonSchema", example_of({**schema, "$defs": known}, complete=True))

    def _fields(self, schema: JsonSchema, linked: dict[str, str], data: JsonSchema) -> Html:
        required = cast("list[str]", schema.get("required", []))
        rows = [
            tag(
                "tr",
                self._named(name, field, is_required=name in required),
                tag("td", *self._kind(field)),
                tag("td", *self._meaning(field, linked, data.get(name))),
            )
            for name, field in properties(schema).items()
        ]
        if not rows:
            return tag("p", "It has no fields.")
        heads = [tag("th", head, scope="col") for head in ("Field", "Type", "Meaning")]
        return tag(
            "table",
            tag("thead", tag("tr", *heads)),
            tag("tbody", *rows),
            aria_label=f"Fields of {schema['title']}",
        )

    def _named(self, name: str, field: JsonSchema, *, is_required: bool) -> Html:
        marks = ["required" if is_required else "optional"]
        marks += [mark for mark in ("sensitive", "deprecated") if field.get(_KEYWORDS[mark])]
        badges = joined(map(_badge, marks), " ")
        return tag("th", tag("code", _in_parts(name, "_")), " ", badges, scope="row")

    def _kind(self, field: JsonSchema) -> Iterator[Html]:
        yield tag("span", self._words.kind(field), class_="kind")
        for limit in self._words.limits(field):
            yield tag("span", limit, class_="limit")

    def _meaning(
        self, field: JsonSchema, linked: dict[str, str], example: JsonValue = None
    ) -> Iterator[Html]:
        if "description" in field:
            yield tag("p", prose(str(field["description"]), linked))
        if field.get("deprecated"):
            reason = prose(str(field["x-deprecated-message"]), linked)
            yield tag("p", tag("strong", "Deprecated. "), reason)
        choices = self._words.choices(field)
        if choices:
            yield tag("p", joined(map(code, choices), " "), class_="choices")
        if "default" in field:
            yield tag("p", "Default: ", code(field["default"]))
        if not choices and "const" not in field and isinstance(example, str | int | float):
            yield tag("p", "Example: ", code(example), class_="example")

    def _types(self, linked: dict[str, str]) -> Html:
        objects = self._objects()
        if not objects:
            return Html()
        return _section("Types inside", *(self._type(n, s, linked) for n, s in objects.items()))

    def _type(self, name: str, schema: JsonSchema, linked: dict[str, str]) -> Html:
        description = str(schema.get("description", ""))
        summary, _, more = description.partition("\n\n")
        return tag(
            "details",
            tag("summary", tag("code", name), " ", tag("span", prose(summary, {}))),
            tag(
                "div",
                tag("p", prose(more, linked)) if more else "",
                self._fields(schema, linked, self._example_of(schema)),
                # Browsers open what is around the target of an address.
                id=self._address_inside(name).removeprefix("#"),
            ),
            open=len(self._objects()) <= _FEW,
        )

    def _objects(self) -> dict[str, JsonSchema]:
        known = definitions(self._document)
        return {name: schema for name, schema in known.items() if "properties" in schema}

    def _address_inside(self, name: str) -> str:
        return f"{self.address}:{name}"

    def _snippets(self) -> Iterator[Html]:
        for language, group in groupby(snippets(self._document), lambda s: s.language):
            yield tag(
                "section",
                tag("h4", language),
                *(
                    tag(
                        "figure",
                        tag("figcaption", snippet.purpose),
                        tag("pre", tag("code", snippet.code)),
                    )
                    for snippet in group
                ),
                class_="language",
                data_language=language,
            )

    def _searched(self) -> str:
        """Give what the filter looks into: every word that is said of the event, once."""
        said = [str(self.name), self.title, *self._objects()]
        for node in each_object(self._document):
            choices = cast("list[JsonValue]", node.get("enum", []))
            texts = [*choices, node.get("const", ""), node.get("description", "")]
            said += [*properties(node), *map(str, texts)]
        return " ".join(dict.fromkeys(re.findall(r"[\w/.-]*\w", " ".join(said).lower())))


def _group(category: Category, entries: list[_Entry]) -> Html:
    heading = tag("h2", str(category), " ", tag("span", category.description))
    items = tag("ul", *(entry.item() for entry in entries))
    return tag("section", heading, items, class_="group", data_category=str(category))


def _category_choice(category: Category, count: int) -> Html:
    return tag(
        "label",
        Html(f'<input type="radio" name="category" value="{category}">'),
        tag("span", str(category), " ", tag("small", str(count))),
        data_category=str(category),
    )


def _deprecated_choice(entries: list[_Entry]) -> Html:
    if not any(entry.is_deprecated for entry in entries):
        return Html()
    box = Html('<input type="checkbox" name="current">')
    return tag("label", box, " Hide what is deprecated", class_="current")


def _section(heading: str, *children: str, **attributes: str) -> Html:
    return tag("section", tag("h3", heading), *children, **attributes)


def _badge(word: str) -> Html:
    return tag("span", word, class_=f"badge {word}")


def _in_parts(name: str, separator: str) -> Html:
    """Let a long name wrap where its words end."""
    words = name.split(separator)
    return joined([part for word in words[:-1] for part in (word + separator, _BREAK)] + words[-1:])


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _escaped(text: str) -> Html:
    return joined([text])


def _resource(name: str) -> str:
    return files(__package__ or "").joinpath("page", name).read_text("utf-8")


def _source(text: str) -> str:
    """Name an inline script or style in a policy."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
