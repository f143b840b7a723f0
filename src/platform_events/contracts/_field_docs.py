"""What the source says of fields: the docstrings below them, and those of their types.

Python keeps neither at run time, so they are read from the source.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import resolve_name
from itertools import pairwise
from typing import Final

from ..events.payload import Payload

_NUMBER: Final = r"-?\d[\d,.]*"
_LIMIT: Final = rf"(?:[Mm]ore than|[Ll]ess than|[Aa]t least|[Aa]t most) {_NUMBER}"
RANGE_SENTENCE: Final = re.compile(
    rf"(?:^|(?<=[.:!?]) )(?:{_NUMBER} to {_NUMBER}|{_LIMIT})(?:, {_LIMIT})?(?: [^\s.]+){{0,3}}\.$"
)
"""The last sentence of a quantity's docstring, which `make generate` writes for editors to show; a
schema has its own words for a range."""


@dataclass(frozen=True, slots=True)
class FieldDoc:
    """What the source says of one field."""

    text: str  # the docstring below it, else that of its type
    type_name: str  # such as "MemberId"; both are empty if there is none


def field_docs(cls: type[Payload]) -> dict[str, FieldDoc]:
    """Read what the source says of the fields of a class, inherited ones included."""
    docs: dict[str, FieldDoc] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, Payload):
            docs |= _own_docs(base)
    return {name: doc for name, doc in docs.items() if name in cls.model_fields}


def _own_docs(cls: type[Payload]) -> dict[str, FieldDoc]:
    classes = (node for node in _statements(cls.__module__) if isinstance(node, ast.ClassDef))
    body = [part for node in classes if node.name == cls.__qualname__ for part in node.body]
    docs: dict[str, FieldDoc] = {}
    for name, annotation, docstring in _annotated(body):
        type_name = _type_name(annotation)
        text = RANGE_SENTENCE.sub("", docstring)
        docs[name] = FieldDoc(text or _alias_doc(cls.__module__, type_name), type_name)
    return docs


def _alias_doc(module: str, alias: str) -> str:
    """Find the docstring of a type where it is declared, however it came to the module."""
    statements = _statements(module)
    for name, _, text in _annotated(statements):
        if name == alias:
            return text
    for node in statements:
        if isinstance(node, ast.ImportFrom) and alias in {item.name for item in node.names}:
            package = importlib.import_module(module).__package__
            return _alias_doc(resolve_name("." * node.level + (node.module or ""), package), alias)
    return ""


@cache
def _statements(module: str) -> Sequence[ast.stmt]:
    try:
        source = inspect.getsource(sys.modules[module])
    except (OSError, TypeError):
        return ()
    return ast.parse(source).body


def _annotated(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.expr, str]]:
    for node, below in pairwise([*body, ast.Pass()]):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node.annotation, _docstring(below)


def _docstring(node: ast.stmt) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return " ".join(inspect.cleandoc(text).split())
        case _:
            return ""


def _type_name(annotation: ast.expr) -> str:
    match annotation:
        case ast.Name(id=name):
            return name
        case ast.BinOp(left=first):
            return _type_name(first)
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[first, *_])):
            return _type_name(first)
        case _:
            return ""
