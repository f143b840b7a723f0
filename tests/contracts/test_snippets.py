"""Every snippet does what it says. Those in TypeScript are checked with the TypeScript module."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from platform_events import EVENT_TYPES, Event
from platform_events.contracts._snippets import Snippet, snippets
from platform_events.contracts.json_schema import event_schema
from platform_events.contracts.schema_tree import JsonSchema
from platform_events.testing import SentEvents

every_event = pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)


def snippet(document: JsonSchema, language: str, purpose: str) -> str:
    [found] = [s for s in snippets(document) if (s.language, s.purpose) == (language, purpose)]
    return found.code


def run(code: str) -> dict[str, Any]:  # Any: whatever a module holds
    namespace: dict[str, Any] = {"__name__": "snippet"}
    exec(compile(code, "snippet.py", "exec"), namespace)
    return namespace


@every_event
def test_python_sends_the_example(kind: type[Event], sent_events: SentEvents) -> None:
    document = event_schema(kind)
    namespace = run(snippet(document, "Python", "Send it"))
    examples: Any = document["examples"]
    assert sent_events == [namespace["event"]] == [kind.from_data(examples[0])]


@every_event
def test_python_handles_the_event(kind: type[Event]) -> None:
    namespace = run(snippet(event_schema(kind), "Python", "Handle it"))
    [handler] = [value for name, value in namespace.items() if name.startswith("on_")]
    assert get_type_hints(handler)["event"] is kind


@every_event
def test_the_json_is_what_crosses_the_wire(kind: type[Event]) -> None:
    message = json.loads(snippet(event_schema(kind), "JSON", "On the wire"))
    assert message["name"] == kind.event_name
    kind.check_json(json.dumps(message["data"]).encode())


def test_python_is_laid_out_as_formatters_do(tmp_path: Path) -> None:
    pytest.importorskip("ruff", reason="the wheel is tested without tools for development")
    for kind in EVENT_TYPES:
        for number, found in enumerate(snippets(event_schema(kind))):
            if found.language == "Python":
                (tmp_path / f"{kind.__name__}{number}.py").write_text(found.code, "utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    options = ["--isolated", "--line-length=80", "--no-cache", str(tmp_path)]
    # Whatever lies beside the folder in which the tests run.
    checks = [
        "check",
        "--select=I,F,E",
        "--config=lint.isort.known-first-party=['platform_events']",
    ]
    for command in (["format", "--check"], checks):
        done = subprocess.run(
            [*ruff, *command, *options], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_values_of_every_kind_are_written() -> None:
    document: JsonSchema = {
        "title": "Odd",
        "x-event-name": "platform/scoring.odd-thing",
        "properties": {
            "day": {"type": "string", "format": "date"},
            "at": {"anyOf": [{"$ref": "#/$defs/At"}, {"type": "null"}]},
            "result": {
                "oneOf": [{"$ref": "#/$defs/Time"}],
                "discriminator": {"propertyName": "kind", "mapping": {"time": "#/$defs/Time"}},
            },
            "free": {"type": "object", "additionalProperties": {"type": "array"}},
            "words": {"type": "array", "items": {"type": "string"}},
            "done": {"type": "boolean"},
            "absent": {"type": "string"},
        },
        "$defs": {
            "At": {"type": "string", "format": "date-time"},
            "Time": {
                "title": "Time", "type": "object",
                "properties": {"kind": {"const": "time"}, "took_s": {"type": "number"}},
            },
        },
        "examples": [{
            "day": "2026-11-23", "at": "2026-11-23T18:30:00Z",
            "result": {"kind": "time", "took_s": 1.5}, "free": {'a"b': [1, None]},
            "words": ["one", "two"], "done": False,
        }],
    }  # fmt: skip
    assert snippets(document)[0] == Snippet("Python", "Send it", '''\
from datetime import date, datetime

from platform_events import Odd, Time, send_event

event = Odd(
    day=date.fromisoformat("2026-11-23"),
    at=datetime.fromisoformat("2026-11-23T18:30:00Z"),
    result=Time(took_s=1.5),
    free={"a\\"b": [1, None]},
    words=("one", "two"),
    done=False,
)
send_event(event)
''')  # fmt: skip
    assert 'free: { "a\\"b": [1, null] },' in snippet(document, "TypeScript", "Send it")


def test_a_short_event_takes_one_line() -> None:
    document: JsonSchema = {
        "title": "A",
        "x-event-name": "platform/scoring.a",
        "properties": {},
        "examples": [{}],
    }
    assert "event = A()\n" in snippet(document, "Python", "Send it")
    assert "  a.create({}),\n" in snippet(document, "TypeScript", "Send it")
    assert 'fn_id="on-scoring-a", trigger=A' in snippet(document, "Python", "Handle it")
    long = {**document, "title": "A" * 60}
    assert "from platform_events import (\n" in snippet(long, "Python", "Send it")
