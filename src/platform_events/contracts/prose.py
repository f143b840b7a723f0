"""What docstrings mark: code in backticks, emphasis in stars, and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from markupsafe import Markup, escape

_MARKED: Final = re.compile(
    r"`+(?P<code>[^`]+)`+|\*(?P<stressed>\w[^*]*)\*|(?P<address>https://[^\s()<>\"]*[\w/])"
)


def prose(text: str, addresses: Mapping[str, str]) -> Markup:
    """Write what a docstring says, with its marks as elements.

    Args:
        text: Words with code in backticks, emphasis in stars, and addresses.
        addresses: What code that is a name of something links to, by that name.

    Returns:
        Inline HTML, in which everything else is escaped.

    Example:
        >>> from platform_events.contracts.prose import prose
        >>> print(prose("See `Sleep`, *not* `<Nap>`.", {"Sleep": "#sleep"}))
        See <a href="#sleep"><code>Sleep</code></a>, <em>not</em> <code>&lt;Nap&gt;</code>.
    """
    return Markup("").join(_pieces(text, addresses))


def without_marks(text: str) -> str:
    """Write what a docstring says in one line and without its marks.

    Example:
        >>> from platform_events.contracts.prose import without_marks
        >>> without_marks("See `Sleep`, *not* ``<Nap>``.")
        'See Sleep, not <Nap>.'
    """
    line = " ".join(text.split())
    return _MARKED.sub(lambda found: found["code"] or found["stressed"] or found["address"], line)


def _pieces(text: str, addresses: Mapping[str, str]) -> Iterator[Markup]:
    end = 0
    for found in _MARKED.finditer(text):
        yield escape(text[end : found.start()])
        yield _marked(found, addresses)
        end = found.end()
    yield escape(text[end:])


def _marked(found: re.Match[str], addresses: Mapping[str, str]) -> Markup:
    if found["address"]:
        return Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(found["address"])
    if found["stressed"]:
        return Markup("<em>{}</em>").format(found["stressed"])
    code = Markup("<code>{}</code>").format(found["code"])
    address = addresses.get(found["code"])
    return Markup('<a href="{}">{}</a>').format(address, code) if address else code
