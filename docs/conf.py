"""How Sphinx builds the documentation; `make docs` calls it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from sphinx.application import Sphinx

# autodoc reloads what it imports, which pydantic's models inside FastAPI do not survive.
import platform_events.fast_api  # noqa: F401  # for that reason

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(Path(__file__).parent))
_project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

project = "platform-events"
author = "The platform-events maintainers"
project_copyright = author
release = version = _project["version"]

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "reference_fields",
]
exclude_patterns = ["_build"]
highlight_language = "none"
default_role = "code"
add_module_names = False
maximum_signature_line_length = 80
nitpicky = True
# Without a network there is no inventory of what other packages document.
nitpick_ignore_regex = [
    (r"py:.*", r"(?!platform_events).*"),
    # Type variables and private names.
    (r"py:.*", r"platform_events\..*\b([A-Z]\d?|[A-Z]_(co|contra)|_\w+)"),
    (r"py:.*", r"platform_events\.(.*\.)?_\w+\..*"),
]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "platform-events"
html_copy_source = False
html_show_copyright = False

autodoc_default_options = {"no-value": True}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False


def setup(app: Sphinx) -> None:
    """Let the changelog begin with what is not released yet."""
    app.connect("source-read", _add_unreleased_changes)


def _add_unreleased_changes(_app: Sphinx, page: str, source: list[str]) -> None:
    if page != "changelog":
        return
    towncrier = [
        sys.executable,
        "-m",
        "towncrier",
        "build",
        "--draft",
        "--version",
        "next",
    ]
    draft = subprocess.run(
        towncrier, cwd=ROOT, capture_output=True, text=True, check=True
    )
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    mark = "<!-- towncrier release notes start -->\n"
    unreleased = draft.stdout.partition("\n")[2]
    source[0] = changes.replace(
        mark, f"{mark}\n## Not released yet\n{unreleased}\n"
    )
