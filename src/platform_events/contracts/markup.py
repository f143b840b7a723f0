"""HTML that is built of parts, so that no text of the catalogue can become a tag by mistake."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape, unescape
from typing import Final

# What docstrings mark: code, emphasis, and addresses.
_MARKED: Final = re.compile(
    r"`+(?P<code>[^`]+)`+|\*(?P<stressed>\w[^*]*)\*|(?P<address>https://[^\s()<>\"]*[\w/])"
)

_TAG: Final = re.compile("<[^>]*>")


class Html(str):
    """A text that is HTML already; any other text is escaped where it meets one."""

    __slots__ = ()


def tag(name: str, *children: str, **attributes: str | bool) -> Html:
    """Write an element.

    Args:
        name: Its name.
        *children: What is in it: HTML as it is, other texts escaped.
        **attributes: Its attributes; `_` is written `-`, and one at the end is dropped. True is an
            attribute without a value, False none at all.

    Returns:
        The element.

    Example:
        >>> from platform_events.contracts.markup import tag
        >>> tag("p", "1 < 2 ", tag("b", "indeed"), class_="sum", hidden=True)
        '<p class="sum" hidden>1 &lt; 2 <b>indeed</b></p>'
    """
    opened = "".join(_attribute(key, value) for key, value in attributes.items())
    return Html(f"<{name}{opened}>{joined(children)}</{name}>")


def joined(parts: Iterable[str], between: str = "") -> Html:
    """Write parts one after the other: HTML as it is, other texts escaped.

    Args:
        parts: The parts.
        between: What goes between two of them.

    Returns:
        All of them.

    Example:
        >>> from platform_events.contracts.markup import Html, joined
        >>> joined(["<", Html("<br>")], between=" & ")
        '&lt; &amp; <br>'
    """
    return Html(_html(between).join(map(_html, parts)))


def prose(text: str, addresses: dict[str, str]) -> Html:
    """Write what a docstring says, with its marks as elements.

    Args:
        text: Words with code in backticks, emphasis in stars, and addresses.
        addresses: What code that is a name of something links to, by that name.

    Returns:
        Inline HTML.

    Example:
        >>> from platform_events.contracts.markup import prose
        >>> prose("See `Sleep`, *not* `Nap`.", {"Sleep": "#sleep"})
        'See <a href="#sleep"><code>Sleep</code></a>, <em>not</em> <code>Nap</code>.'
    """
    parts: list[str] = []
    end = 0
    for found in _MARKED.finditer(text):
        parts += [text[end : found.start()], _marked(found, addresses)]
        end = found.end()
    return joined([*parts, text[end:]])


def plain(html: Html) -> str:
    """Give the text of HTML that was built here, without its elements.

    Args:
        html: The HTML.

    Returns:
        The text.

    Example:
        >>> from platform_events.contracts.markup import plain, tag
        >>> plain(tag("p", "1 < 2 ", tag("b", "indeed", title="<b>")))
        '1 < 2 indeed'
    """
    return unescape(_TAG.sub("", html))


def _marked(found: re.Match[str], addresses: dict[str, str]) -> Html:
    if found["address"]:
        return tag("a", found["address"], href=found["address"], rel="noreferrer")
    if found["stressed"]:
        return tag("em", found["stressed"])
    code = tag("code", found["code"])
    return tag("a", code, href=addresses[found["code"]]) if found["code"] in addresses else code


def _attribute(key: str, value: str | bool) -> str:
    name = key.rstrip("_").replace("_", "-")
    if isinstance(value, bool):
        return f" {name}" if value else ""
    return f' {name}="{escape(value)}"'


def _html(text: str) -> str:
    return text if isinstance(text, Html) else escape(text)
