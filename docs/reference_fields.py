"""A Sphinx extension: what the reference shows beyond the docstrings.

The fields of events and payloads come with units, ranges and choices, and references find a class
under whichever of its import paths is documented.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Annotated, Any, get_origin

from docutils import nodes
from pydantic import TypeAdapter
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from platform_events import EVENT_TYPES, Payload
from platform_events.contracts.field_text import FieldText, code
from platform_events.contracts.json_schema import event_schema
from platform_events.contracts.schema_tree import (
    JsonSchema,
    definitions,
    properties,
)
from platform_events.events.invariants import invariants_of

# Their overloads say in a screenful what the docstring says in a paragraph.
_WITHOUT_OVERLOADS = (
    "platform_events.functions.declaration",
    "platform_events.functions.steps",
)


class FieldTypes(SphinxDirective):
    """``.. field-types:: <module>``: the types of fields that a module declares."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Give the nodes in place of the directive."""
        module = importlib.import_module(self.arguments[0])
        return self.parse_text_to_nodes("\n".join(_types(module)))


def setup(app: Sphinx) -> None:
    """Connect the extension to Sphinx."""
    app.add_directive("field-types", FieldTypes)
    for module in _WITHOUT_OVERLOADS:
        analyzer = ModuleAnalyzer.for_module(module)
        analyzer.analyze()
        analyzer.overloads.clear()
    app.connect("autodoc-process-docstring", add_fields)
    app.connect("autodoc-process-signature", shorten_signature)
    app.connect("autodoc-skip-member", skip_fields)
    app.connect("missing-reference", find_elsewhere)


def add_fields(
    _app: Sphinx,
    _what: str,
    _name: str,
    obj: object,
    _options: object,
    lines: list[str],
) -> None:
    """Append its fields to the docstring of an event or a payload, its rules and its example."""
    if isinstance(obj, type) and issubclass(obj, Payload):
        lines += [*_fields(obj.__name__), *_invariants(obj), *_example(obj)]


def shorten_signature(
    _app: Sphinx, _what: str, _name: str, obj: object, *_: object
) -> tuple[str, str] | None:
    """Leave the arguments of a payload out: they are its fields."""
    return (
        ("", "") if isinstance(obj, type) and issubclass(obj, Payload) else None
    )


def skip_fields(
    _app: Sphinx,
    _what: str,
    name: str,
    obj: object,
    _skip: bool,
    _options: object,
) -> bool | None:
    """Leave out of the members the fields and the types, of which more is said elsewhere."""
    is_example = name == "EXAMPLE" and bool(obj)
    return (
        True
        if is_example
        or name in {"model_config", "INVARIANTS", *_field_names()}
        or get_origin(obj) is Annotated
        else None
    )


def find_elsewhere(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Element
) -> nodes.Element | None:
    """Find what is documented under another import path, such as the flat one."""
    target = str(node["reftarget"])
    name = target.rpartition(".")[2]
    if node.get("refdomain") != "py" or target.partition(".")[0] not in {
        "platform_events",
        name,
    }:
        return None
    objects = env.domains.python_domain.objects
    found = [
        entry
        for path, entry in objects.items()
        if path.rpartition(".")[2] == name
    ]
    if len(found) != 1:
        return None
    [entry] = found
    return make_refnode(
        app.builder,
        str(node["refdoc"]),
        entry.docname,
        entry.node_id,
        [content],
        name,
    )


@cache
def _schemas() -> dict[str, tuple[JsonSchema, FieldText]]:
    """Give the schema of each event and payload by the name of its class."""
    found: dict[str, tuple[JsonSchema, FieldText]] = {}
    for kind in EVENT_TYPES:
        document = event_schema(kind)
        text = FieldText(definitions(document))
        schemas = {kind.__name__: document} | definitions(document)
        found |= {
            name: (schema, text)
            for name, schema in schemas.items()
            if properties(schema)
        }
    return found


@cache
def _field_names() -> frozenset[str]:
    return frozenset(
        name for schema, _ in _schemas().values() for name in properties(schema)
    )


def _fields(class_name: str) -> Iterator[str]:
    if class_name not in _schemas():
        return
    schema, text = _schemas()[class_name]
    if "x-event-name" in schema:
        yield from ("", f"Name: ``{schema['x-event-name']}``", "")
    required = schema.get("required", [])
    for name, field in properties(schema).items():
        is_required = isinstance(required, list) and name in required
        marks = ["required" if is_required else "optional"]
        marks += ["sensitive"] if field.get("x-sensitive") else []
        description = " ".join(str(field.get("description", "")).split())
        yield from (f".. attribute:: {name}", "   :no-index:", "")
        yield from _described(field, text, marks, description)


def _invariants(kind: type[Payload]) -> Iterator[str]:
    sentences = [invariant.message for invariant in invariants_of(kind)]
    if sentences:
        yield from ("", "Between the fields:", "")
        yield from (f"- {_to_rst(sentence)}." for sentence in sentences)
        yield ""


def _example(kind: type[Payload]) -> Iterator[str]:
    if example := vars(kind).get("EXAMPLE"):
        yield from ("", "Example:", "", ".. code-block:: json", "")
        written = json.dumps(example, indent=2, ensure_ascii=False)
        yield from (f"   {line}" for line in written.splitlines())
        yield ""


def _types(module: ModuleType) -> Iterator[str]:
    docs = ModuleAnalyzer.for_module(module.__name__).find_attr_docs()
    for (_, name), said in docs.items():
        alias: Any = getattr(
            module, name, None
        )  # Any: a type's form, which has no type
        if get_origin(alias) is not Annotated or name.startswith("_"):
            continue
        schema: JsonSchema = TypeAdapter(alias).json_schema()
        if "x-known-values" in schema:
            schema |= {"enum": schema["x-known-values"], "x-open": {}}
        text = FieldText(definitions(schema))
        yield from (
            "",
            f".. py:data:: {name}",
            f"   :module: {module.__name__}",
            "",
        )
        yield from _described(schema, text, [], " ".join(said))


def _described(
    schema: JsonSchema, text: FieldText, marks: list[str], description: str
) -> Iterator[str]:
    facts = [text.kind(schema), *text.limits(schema), *marks]
    yield from (
        f"   {', '.join(map(_to_rst, facts))}",
        "",
        f"   {description}",
        "",
    )
    if choices := text.choices(schema):
        yield from (
            f"   One of {', '.join(_to_rst(code(value)) for value in choices)}.",
            "",
        )


def _to_rst(phrase: str) -> str:
    """Turn the marks of docstrings into reStructuredText."""
    return re.sub(
        "`([^`]+)`",
        lambda found: (
            f":class:`{found[1]}`"
            if found[1] in _schemas()
            else f"``{found[1]}``"
        ),
        phrase,
    )
