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
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Final, cast

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup
from pydantic import JsonValue

from ..catalog import EVENT_TYPES
from ..events.event import Event
from ..naming import EventName, parse_event_name
from ._examples import example_of
from ._files import write_files
from ._limits import counted
from ._snippets import Snippet, snippets
from .event_docs import event_doc
from .field_text import FieldText, code
from .json_schema import event_schema
from .prose import prose
from .schema_tree import JsonSchema, definitions, each_object, properties, rules_of

FILE_NAME: Final = "index.html"
"""What the page is called, so that its folder can be put on any web server."""

# So many types are shown at once; of more there are only the names, until one is asked for.
_FEW: Final = 2
_KEYWORDS: Final = {"sensitive": "x-sensitive", "deprecated": "deprecated"}


def catalogue_page(documents: Iterable[JsonSchema], *, docs_url: str = "") -> str:
    """Write the page.

    Args:
        documents: The documents of the events, as ``event_schema`` gives them, in the order in
            which they are to come within their categories.
        docs_url: Where the documentation of the package is, for the page to link to; it may be
            relative. Empty if it is nowhere.

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
    style, script = _resource("page.css"), _resource("page.js")
    policy = (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    categories = dict.fromkeys(entry.category for entry in entries)
    return _template().render(
        policy=policy,
        style=Markup(style),  # noqa: S704  # ours
        script=Markup(script),  # noqa: S704  # ours
        version=version("platform-events"),
        docs_url=docs_url.rstrip("/"),
        count=counted(len(entries), "events"),
        entries=entries,
        groups={one: [entry for entry in entries if entry.category is one] for one in categories},
        addresses={entry.title: entry.address for entry in entries},
    )


def catalogue_page_of_events(
    events: Iterable[type[Event]] = EVENT_TYPES, *, docs_url: str = ""
) -> str:
    """Write the page of event classes.

    Args:
        events: The event classes.
        docs_url: Where the documentation of the package is.

    Returns:
        The HTML of one file.
    """
    return catalogue_page(map(event_schema, events), docs_url=docs_url)


def write(folder: Path, events: Iterable[type[Event]] = EVENT_TYPES, *, docs_url: str = "") -> Path:
    """Write the page to a file.

    Args:
        folder: Where it goes; it is made if need be.
        events: The event classes.
        docs_url: Where the documentation of the package is.

    Returns:
        The file, named ``index.html``.

    Raises:
        ConfigurationError: The file is a symbolic link.
        OSError: The file cannot be written.
    """
    write_files(folder, {FILE_NAME: catalogue_page_of_events(events, docs_url=docs_url)})
    return folder / FILE_NAME


@dataclass(frozen=True, slots=True)
class _Field:
    """One row of a table; texts have the marks of docstrings."""

    name: str
    marks: list[str]
    kind: str
    limits: list[str]
    description: str
    deprecation: str
    choices: list[str]
    default: str
    example: str


@dataclass(frozen=True, slots=True)
class _Type:
    """An object inside an event."""

    name: str
    id: str
    summary: str
    more: str
    fields: list[_Field]
    rules: list[str]


class _Entry:
    def __init__(self, document: JsonSchema) -> None:
        self._document = document
        self._text = FieldText(definitions(document))
        self.title = str(document["title"])
        self.name: EventName = parse_event_name(document["x-event-name"])
        self.category = self.name.category
        self.address = f"#{self.name}"
        self.deprecation = str(document.get("x-deprecated-message", ""))
        self.is_deprecated = bool(document.get("deprecated"))
        self.doc = event_doc(str(document.get("description", "")))
        self.snippets: dict[str, list[Snippet]] = {
            language: list(group)
            for language, group in groupby(snippets(document), lambda one: one.language)
        }

    @property
    def facts(self) -> dict[str, str]:
        """What is known of the event, by a term."""
        found = {
            "Sent by": self.doc.sent_by,
            "Handled by": self.doc.handled_by,
            "Good to know": self.doc.notes,
            "Class": code(self.title),
        }
        return {term: said for term, said in found.items() if said}

    @property
    def fields(self) -> list[_Field]:
        [data, *_] = cast("list[JsonSchema]", self._document["examples"])
        return self._fields(self._document, data)

    @property
    def rules(self) -> list[str]:
        """What holds between its fields, as sentences."""
        return _rules(self._document)

    @property
    def types(self) -> list[_Type]:
        return [self._type(name, schema) for name, schema in self._objects().items()]

    @property
    def has_few_types(self) -> bool:
        """Whether all of them are shown at once."""
        return len(self._objects()) <= _FEW

    @property
    def links(self) -> dict[str, str]:
        """The addresses of the objects inside it."""
        return {name: f"{self.address}:{name}" for name in self._objects()}

    @property
    def searched(self) -> str:
        """What the filter looks into: every word that is said of the event, once."""
        said = [str(self.name), self.title, *self._objects()]
        for node in each_object(self._document):
            choices = cast("list[JsonValue]", node.get("enum", []))
            texts = [*choices, node.get("const", ""), node.get("description", "")]
            said += [*properties(node), *map(str, texts)]
        return " ".join(dict.fromkeys(re.findall(r"[\w/.-]*\w", " ".join(said).lower())))

    def _objects(self) -> dict[str, JsonSchema]:
        known = definitions(self._document)
        return {name: schema for name, schema in known.items() if "properties" in schema}

    def _type(self, name: str, schema: JsonSchema) -> _Type:
        summary, _, more = str(schema.get("description", "")).partition("\n\n")
        known: JsonSchema = {**definitions(self._document)}
        example = cast("JsonSchema", example_of({**schema, "$defs": known}, complete=True))
        fields = self._fields(schema, example)
        return _Type(name, f"{self.name}:{name}", summary, more, fields, _rules(schema))

    def _fields(self, schema: JsonSchema, data: JsonSchema) -> list[_Field]:
        required = cast("list[str]", schema.get("required", []))
        return [
            self._field(name, field, data.get(name), is_required=name in required)
            for name, field in properties(schema).items()
        ]

    def _field(
        self, name: str, field: JsonSchema, example: JsonValue, *, is_required: bool
    ) -> _Field:
        choices = self._text.choices(field)
        is_shown = not choices and "const" not in field and isinstance(example, str | int | float)
        marks = [mark for mark, keyword in _KEYWORDS.items() if field.get(keyword)]
        return _Field(
            name=name,
            marks=["required" if is_required else "optional", *marks],
            kind=self._text.kind(field),
            limits=list(self._text.limits(field)),
            description=str(field.get("description", "")),
            deprecation=str(field.get("x-deprecated-message", "")),
            choices=list(map(code, choices)),
            default=code(field["default"]) if "default" in field else "",
            example=code(example) if is_shown else "",
        )


def _rules(schema: JsonSchema) -> list[str]:
    return [f"{rule[0].upper()}{rule[1:]}." for rule in rules_of(schema)]


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    environment.filters |= {"prose": prose, "wrapped": _wrapped}  # pyright: ignore[reportUnknownMemberType]  # as jinja2 infers it
    return environment.from_string(_resource("page.html.jinja"))


def _wrapped(name: str, separator: str) -> Markup:
    """Let a long name wrap where its words end."""
    *words, last = name.split(separator)
    return Markup("<wbr>").join([*(word + separator for word in words), last])


def _resource(name: str) -> str:
    return files(__package__ or "").joinpath("page", name).read_text("utf-8")


def _source(text: str) -> str:
    """Name an inline script or style in a policy."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
