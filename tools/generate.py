"""Write everything that is derived from the catalogue, or check that it is up to date.

    python tools/generate.py           write
    python tools/generate.py --check   exit with 1 if a file is stale, and name it

The catalogue is read as source, not imported, so that a renamed event cannot stop its own repair.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from textwrap import fill, indent

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "platform_events"
CATALOG = PACKAGE / "catalog"
STUBS = ROOT / "stubs" / "platform_events-stubs"
NOTICE = "Generated from the catalogue by `make generate`. Do not edit."
INDENT = " " * 8
ALLOWING = '# mypy: disable-error-code="deprecated"\n# pyright: reportDeprecated=false\n'


@dataclass(frozen=True)
class CatalogueClass:
    """A public class or alias of a catalogue module; an event if it has a name."""

    symbol: str
    module: str
    event_name: str | None
    summary: str
    deprecated: str | None = None

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
                yield CatalogueClass(
                    node.name, path.stem, event_name(node), summary, deprecation(node)
                )
            elif (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and not node.target.id.startswith("_")
            ):
                # A type of the catalogue's fields, such as ScoreKind.
                yield CatalogueClass(node.target.id, path.stem, None, "")


def event_name(node: ast.ClassDef) -> str | None:
    for keyword in node.keywords:
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return None


def deprecation(node: ast.ClassDef) -> str | None:
    """Find what a class is deprecated for: the text of its ``@deprecated("...")``."""
    for decorator in node.decorator_list:
        match decorator:
            case ast.Call(
                func=ast.Name(id="deprecated"), args=[ast.Constant(value=str(reason)), *_]
            ):
                return reason
            case _:
                pass
    return None


def sorted_like_ruff(names: Iterable[str]) -> list[str]:
    """Constants, then classes, then the rest: the order that `make check` wants in `__all__`."""
    return sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def names_module(events: list[CatalogueClass]) -> str:
    current = [e for e in events if not e.deprecated]
    old = [e for e in events if e.deprecated]
    literals = "".join(f'    "{e.event_name}",\n' for e in events)
    return f'''"""One constant for every event name of the catalogue.

{NOTICE}
"""

from typing import {"TYPE_CHECKING, " if old else ""}Final, Literal, TypeAlias, get_args

{constants(current)}{deprecated_constants(old) if old else ""}
KnownEventName: TypeAlias = Literal[
{literals}]
"""The type of a name that the catalogue has."""

EVENT_NAMES: Final[frozenset[KnownEventName]] = frozenset(get_args(KnownEventName))
"""Every name of the catalogue."""
'''


def constants(events: list[CatalogueClass]) -> str:
    return "\n".join(f'{e.constant}: Final = "{e.event_name}"\n"""{e.summary}"""\n' for e in events)


def deprecated_constants(events: list[CatalogueClass]) -> str:
    """Checkers see constants, which PEP 702 cannot mark; at run time they warn."""
    entries = "".join(f'{e.constant!r}: ("{e.event_name}", {e.deprecated!r}),\n' for e in events)
    return f"""
if TYPE_CHECKING:
{indent(constants(events), "    ")}
else:
    from ._deprecation import lazy_constants

    __getattr__ = lazy_constants(globals(), {{{entries}}})

"""


def catalogue_module(symbols: list[CatalogueClass]) -> str:
    events = [s for s in symbols if s.event_name]
    union = "\n    | ".join(e.symbol for e in events)
    public = sorted_like_ruff(
        [*(s.symbol for s in symbols), "EVENT_TYPES", "Event", "PlatformEvent"]
    )
    exported = fill(", ".join(f'"{name}"' for name in public), 96)
    return f'''{allowing_deprecated(events)}"""Every event of the platform, one class each.

{NOTICE}
"""

from typing import Final, TypeAlias, get_args

{imports(symbols)}
from ..events.event import Event

PlatformEvent: TypeAlias = (
    {union}
)
"""Any event of the catalogue; `match` on it is checked for exhaustiveness."""

EVENT_TYPES: Final[tuple[type[PlatformEvent], ...]] = get_args(PlatformEvent)
"""Every event class of the catalogue, by category."""

__all__ = [
{indent(exported, "    ")},
]  # fmt: skip
'''


def imports(symbols: Iterable[CatalogueClass], prefix: str = "") -> str:
    modules: dict[str, list[str]] = {}
    for symbol in symbols:
        modules.setdefault(symbol.module, []).append(symbol.symbol)
    return "\n".join(
        f"from {prefix}.{module} import {', '.join(sorted(names))}"
        for module, names in modules.items()
    )


def allowing_deprecated(symbols: Iterable[CatalogueClass]) -> str:
    """What lists every event lists the deprecated ones, too; who uses one of them is told."""
    return ALLOWING if any(s.deprecated for s in symbols) else ""


def home(module: str | None, name: str) -> str:
    """Find the module of a public name, which may be a module itself."""
    path = "/".join(filter(None, [module, name]))
    is_module = (PACKAGE / path).is_dir() or (PACKAGE / f"{path}.py").is_file()
    return path.replace("/", ".") if is_module else str(module)


def listed(names: list[str]) -> str:
    text = " ".join(names)
    if len(text) < 60:
        return f'"{text}"'
    lines = fill(text, 96, initial_indent=INDENT, subsequent_indent=INDENT)
    return f'"""\n{lines}\n    """'


def exports_module(root: str, symbols: list[CatalogueClass]) -> str:
    """Turn the list of public names in the package's root into what its __getattr__ reads."""
    condition = next(node for node in ast.parse(root).body if isinstance(node, ast.If))
    catalogue = sorted([*(s.symbol for s in symbols), "EVENT_TYPES", "PlatformEvent"])
    homes: dict[str, list[str]] = {}
    for node in condition.body:
        if isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names]
            for name in catalogue if names == ["*"] else names:
                homes.setdefault(home(node.module, name), []).append(name)
    listing = "".join(f'    ".{module}": {listed(names)},\n' for module, names in homes.items())
    return f'''"""Where each public name lives.

{NOTICE}
"""

from typing import Final

_NAMES: Final = {{
{listing}}}
HOMES: Final = {{name: home for home, names in _NAMES.items() for name in names.split()}}
'''


def parsing_stub(events: list[CatalogueClass]) -> str:
    overloads = "".join(
        f"@overload\n{f'@deprecated({e.deprecated!r})' if e.deprecated else ''}\n"
        f'def parse_event(name: Literal["{e.event_name}"], data: Mapping[str, object]) -> '
        f"{e.symbol}: ...\n"
        for e in events
    )
    return f"""{allowing_deprecated(events)}# The exact class for each literal name.
# {NOTICE}
# An unknown name gives what every known one is more than, on purpose:
# pyright: reportOverlappingOverload=false
from collections.abc import Mapping
from typing import Final, Literal, final, overload

from typing_extensions import deprecated

from platform_events.catalog import PlatformEvent
from platform_events.names import KnownEventName
{imports(events, "platform_events.catalog")}

# The literals that are left when every name is taken end in an overload for LiteralString. Its mark
# reports the call itself; its result is good for nothing, so that each use of it is an error where
# such marks are not looked at. pyright and ty see the mark for a name of type Any, too: hence what
# it says of those. To mypy LiteralString is str, and would take all that is left: it alone takes
# MYPY for true, and sees a type there that no name has. platform_events.plugins.mypy reports there.
class _Checker:
    MYPY: Final = False

if _Checker.MYPY:
    from types import EllipsisType as _AnyLiteral
else:
    from typing import LiteralString as _AnyLiteral

@final
class _NoEventHasThisName: ...

{overloads}@overload
def parse_event(name: KnownEventName, data: Mapping[str, object]) -> PlatformEvent: ...
@overload
@deprecated("no event has this name (if it is of type Any, declare it as str)")
def parse_event(name: _AnyLiteral, data: Mapping[str, object]) -> _NoEventHasThisName: ...
@overload
def parse_event(name: str, data: Mapping[str, object]) -> PlatformEvent: ...
"""


def catalogue_page(source: str, events: list[CatalogueClass]) -> str:
    begin, end = "<!-- events: begin -->\n", "<!-- events: end -->"
    head, _, rest = source.partition(begin)
    tail = rest.partition(end)[2]
    tables = "".join(
        f"\n## {module.capitalize()}\n\n"
        f"Fields, units and ranges: [{module} events](reference/{module}.md).\n\n"
        f"| event | meaning |\n|---|---|\n{''.join(map(_row, group))}"
        for module, group in groupby(events, key=lambda e: e.module)
    )
    return f"{head}{begin}{tables}\n{end}{tail}"


def _row(event: CatalogueClass) -> str:
    deprecated = f" **Deprecated:** {event.deprecated}" if event.deprecated else ""
    return f"| `{event.symbol}`<br>`{event.event_name}` | {event.summary}{deprecated} |\n"


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
    root = (PACKAGE / "__init__.py").read_text("utf-8")
    files = {
        PACKAGE / "names.py": names_module(events),
        CATALOG / "__init__.py": catalogue_module(symbols),
        PACKAGE / "_exports.py": exports_module(root, symbols),
        STUBS / "parsing.pyi": parsing_stub(events),
    }
    page = ROOT / "docs" / "catalogue.md"
    sources = {path: formatted(path, source) for path, source in files.items()}
    return sources | {page: catalogue_page(page.read_text("utf-8"), events)}


def contracts(*arguments: str) -> list[Path]:
    """Write, or check, what is made by the package itself; give the files that are stale."""
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "write_contracts.py", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return [ROOT / line for line in done.stdout.splitlines()]


def main(arguments: list[str]) -> int:
    is_check = "--check" in arguments
    stale: list[Path] = []
    for path, source in generated_files().items():
        if not path.exists() or path.read_text("utf-8") != source:
            stale.append(path)
            if not is_check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(source, "utf-8")
    # The package makes these, so that it must be up to date itself.
    if not (stale and is_check):
        stale += contracts(*arguments)
    for path in stale:
        print(("stale: " if is_check else "wrote: ") + str(path.relative_to(ROOT)))
    if stale and is_check:
        print("run `make generate` and commit what it writes")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
