"""How Sphinx builds the documentation; `make docs` calls it."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
_project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

project = "platform-events"
author = "The platform-events maintainers"
project_copyright = author
release = version = _project["version"]

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
exclude_patterns = ["_build"]
highlight_language = "none"
nitpicky = True
# Without a network there is no inventory of what other packages document.
nitpick_ignore_regex = [
    (r"py:.*", r"(?!platform_events).*"),
]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "platform-events"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
