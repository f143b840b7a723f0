"""Write everything that is derived from the catalogue, or check that it is up to date.

    python tools/generate.py           write
    python tools/generate.py --check   exit with 1 if a file is stale, and name it

The catalogue is read as source, not imported, so that a renamed event cannot stop its own repair.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "platform_events"
CATALOG = PACKAGE / "catalog"
STUBS = ROOT / "stubs" / "platform_events-stubs"
NOTICE = "Generated from the catalogue by `make generate`. Do not edit."


@dataclass(frozen=True)
class CatalogueClass:
    """A public class or alias of a catalogue module; an event if it has a name."""

    symbol: str
    module: str
    event_name: str | None
    summary: str

    @property
    def constant(self) -> str:
        assert self.event_name is not None
        return re.sub("[^a-z0-9]", "_", self.event_name.removeprefix("platform/")).upper()


def read_catalogue(folder: Path = CATALOG) -> Iterator[CatalogueClass]:
    """Find the public names of the catalogue, module by module, in the order of the source."""
    for path in sorted(folder.glob("[a-z]*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                summary = (ast.get_docstring(node) or "").partition("\n")[0]
                yield CatalogueClass(node.name, path.stem, event_name(node), summary)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                # A type of the catalogue's fields, such as ScoreKind.
                yield CatalogueClass(node.target.id, path.stem, None, "")


def event_name(node: ast.ClassDef) -> str | None:
    for keyword in node.keywords:
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return None


def sorted_like_ruff(names: Iterable[str]) -> list[str]:
    """Constants, then classes, then the rest: the order that `make check` wants in `__all__`."""
    return sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def names_module(events: list[CatalogueClass]) -> str:
    constants = "\n".join(
        f'{e.constant}: Final = "{e.event_name}"\n"""{e.summary}"""\n' for e in events
    )
    literals = "".join(f'    "{e.event_name}",\n' for e in events)
    entries = "".join(f"    {e.constant},\n" for e in events)
    return f'''"""One constant for every event name of the catalogue.

{NOTICE}
"""

from typing import Final, Literal, TypeAlias

{constants}
KnownEventName: TypeAlias = Literal[
{literals}]
"""The type of a name that the catalogue has."""

EVENT_NAMES: Final[frozenset[KnownEventName]] = frozenset((
{entries}))
"""Every name of the catalogue."""
'''


def catalogue_module(symbols: list[CatalogueClass]) -> str:
    events = [s for s in symbols if s.event_name]
    union = "\n    | ".join(e.symbol for e in events)
    every = "".join(f"    {e.symbol},\n" for e in events)
    public = sorted_like_ruff(
        [*(s.symbol for s in symbols), "EVENT_TYPES", "Event", "PlatformEvent"]
    )
    exported = "".join(f'    "{name}",\n' for name in public)
    return f'''"""Every event of the platform, one class each.

{NOTICE}
"""

from typing import Final, TypeAlias

{imports(symbols)}
from ..event import Event

PlatformEvent: TypeAlias = (
    {union}
)
"""Any event of the catalogue; `match` on it is checked for exhaustiveness."""

EVENT_TYPES: Final[tuple[type[PlatformEvent], ...]] = (
{every})
"""Every event class of the catalogue, by category."""

__all__ = [
{exported}]
'''


def imports(symbols: Iterable[CatalogueClass], prefix: str = "") -> str:
    modules: dict[str, list[str]] = {}
    for symbol in symbols:
        modules.setdefault(symbol.module, []).append(symbol.symbol)
    return "\n".join(
        f"from {prefix}.{module} import {', '.join(sorted(names))}"
        for module, names in modules.items()
    )


def root_module(source: str, symbols: list[CatalogueClass]) -> str:
    names = sorted([*(s.symbol for s in symbols), "EVENT_TYPES", "PlatformEvent"])
    begin = "    from .catalog import "
    kept = [line for line in source.splitlines() if not line.startswith(begin)]
    place = next(i for i, line in enumerate(kept) if line.startswith("    from .client import"))
    kept[place:place] = [f"{begin}{name} as {name}" for name in names]
    return "\n".join(kept) + "\n"


def exports_module(root: str) -> str:
    """Turn the list of public names in the package's root into what its __getattr__ reads."""
    condition = next(node for node in ast.parse(root).body if isinstance(node, ast.If))
    homes = "".join(
        f'    "{alias.name}": ".{node.module or alias.name}",\n'
        for node in condition.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )
    return f'''"""Where each public name lives.

{NOTICE}
"""

from typing import Final

HOMES: Final = {{
{homes}}}
'''


def parsing_stub(events: list[CatalogueClass]) -> str:
    overloads = "".join(
        f'@overload\ndef parse_event(name: Literal["{e.event_name}"], '
        f"data: Mapping[str, object]) -> {e.symbol}: ...\n"
        for e in events
    )
    return f"""# The exact class for each literal name.
# {NOTICE}
from collections.abc import Mapping
from typing import Literal, overload

from platform_events.catalog import PlatformEvent
{imports(events, "platform_events.catalog")}

{overloads}@overload
def parse_event(name: str, data: Mapping[str, object]) -> PlatformEvent: ...
"""


def readme(source: str, events: list[CatalogueClass]) -> str:
    rows = "".join(f"| `{e.event_name}` | `{e.symbol}` | {e.summary} |\n" for e in events)
    begin, end = "<!-- events: begin -->\n", "<!-- events: end -->"
    head, _, rest = source.partition(begin)
    tail = rest.partition(end)[2]
    return f"{head}{begin}\n| name | class | what happened |\n|---|---|---|\n{rows}\n{end}{tail}"


def formatted(path: Path, source: str) -> str:
    """Lay the source out as `make check` wants it."""
    name = f"--stdin-filename={path}"
    for command in (["check", "--fix-only", "--select=I", "--quiet"], ["format", "--quiet"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, name, "-"],
            input=source, capture_output=True, text=True, check=True,
        )  # fmt: skip
        source = done.stdout
    return source


def generated_files() -> dict[Path, str]:
    symbols = list(read_catalogue())
    events = [symbol for symbol in symbols if symbol.event_name]
    root = PACKAGE / "__init__.py"
    root_source = root_module(root.read_text("utf-8"), symbols)
    files = {
        PACKAGE / "names.py": names_module(events),
        CATALOG / "__init__.py": catalogue_module(symbols),
        root: root_source,
        PACKAGE / "_exports.py": exports_module(root_source),
        STUBS / "parsing.pyi": parsing_stub(events),
    }
    page = ROOT / "README.md"
    sources = {path: formatted(path, source) for path, source in files.items()}
    return sources | {page: readme(page.read_text("utf-8"), events)}


def main(arguments: list[str]) -> int:
    stale = [
        (path, source)
        for path, source in generated_files().items()
        if not path.exists() or path.read_text("utf-8") != source
    ]
    for path, source in stale:
        print(("stale: " if "--check" in arguments else "wrote: ") + str(path.relative_to(ROOT)))
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, "utf-8")
    if stale and "--check" in arguments:
        print("run `make generate` and commit what it writes")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
