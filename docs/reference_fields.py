"""A Sphinx extension: what the reference shows beyond the docstrings.

The fields of events and payloads come with units, ranges and choices, and references find a class
under whichever of its import paths is documented.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache

from docutils import nodes
from pydantic import JsonValue
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

from platform_events import EVENT_TYPES, Payload
from platform_events.contracts.field_text import Words, code
from platform_events.contracts.json_schema import event_schema
from platform_events.contracts.schema_tree import JsonSchema, definitions, properties


def setup(app: Sphinx) -> None:
    """Connect the extension to Sphinx."""
    app.connect("autodoc-process-docstring", add_fields)
    app.connect("autodoc-skip-member", skip_fields)
    app.connect("missing-reference", find_elsewhere)


def add_fields(
    _app: Sphinx, _what: str, _name: str, obj: object, _options: object, lines: list[str]
) -> None:
    """Append the fields to the docstring of an event or a payload."""
    if isinstance(obj, type) and issubclass(obj, Payload):
        lines += _field_lines(obj.__name__)


def skip_fields(
    _app: Sphinx, _what: str, name: str, _obj: object, _skip: bool, _options: object
) -> bool | None:
    """Leave the fields out of the members: :func:`add_fields` says more of them."""
    return True if name in _field_names() else None


def find_elsewhere(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Element
) -> nodes.Element | None:
    """Find what is documented under another import path, such as the flat one."""
    target = str(node["reftarget"])
    name = target.rpartition(".")[2]
    if node.get("refdomain") != "py" or target.partition(".")[0] not in {"platform_events", name}:
        return None
    objects = env.domains.python_domain.objects
    found = [entry for path, entry in objects.items() if path.rpartition(".")[2] == name]
    if len(found) != 1:
        return None
    [entry] = found
    return make_refnode(
        app.builder, str(node["refdoc"]), entry.docname, entry.node_id, [content], name
    )


@cache
def _schemas() -> dict[str, tuple[JsonSchema, Words]]:
    """Give the schema of each event and payload by the name of its class."""
    found: dict[str, tuple[JsonSchema, Words]] = {}
    for kind in EVENT_TYPES:
        document = event_schema(kind)
        words = Words(definitions(document), lambda name: name)
        schemas = {kind.__name__: document} | definitions(document)
        found |= {name: (schema, words) for name, schema in schemas.items() if properties(schema)}
    return found


@cache
def _field_names() -> frozenset[str]:
    return frozenset(name for schema, _ in _schemas().values() for name in properties(schema))


def _field_lines(class_name: str) -> Iterator[str]:
    if class_name not in _schemas():
        return
    schema, words = _schemas()[class_name]
    if "x-event-name" in schema:
        yield from ("", f"Name: ``{schema['x-event-name']}``", "")
    required = schema.get("required", [])
    for name, field in properties(schema).items():
        is_required = isinstance(required, list) and name in required
        facts = [words.kind(field), *words.limits(field), "required" if is_required else "optional"]
        facts += ["sensitive"] if field.get("x-sensitive") else []
        yield from (f".. attribute:: {name}", "   :no-index:", "")
        yield f"   {', '.join(map(_from_html, facts))}"
        yield ""
        if "description" in field:
            yield from (f"   {' '.join(str(field['description']).split())}", "")
        choices = words.choices(field)
        if choices:
            yield from (f"   One of {_codes(choices)}.", "")


def _codes(values: list[JsonValue]) -> str:
    return ", ".join(_from_html(code(value)) for value in values)


def _from_html(phrase: str) -> str:
    """Turn a phrase of inline HTML into reStructuredText."""
    text = re.sub(r'<a href="(\w+)">\w+</a>', r":class:`\1`", phrase)
    return html.unescape(re.sub(r"<code[^>]*>(.*?)</code>", r"``\1``", text))
