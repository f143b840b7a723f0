from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from platform_events.contracts.prose import prose, without_marks

texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\0")) | st.sampled_from(
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;", "'", "]]>", "<!--"]
)


class Read(HTMLParser):
    """What a browser would read."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(texts)
def test_prose_keeps_every_word(text: str) -> None:
    read = Read(prose(text, {"Sleep": "#sleep"}))
    assert {name for name, _ in read.tags} <= {"code", "em", "a"}
    marks = str.maketrans("", "", "`*")
    assert read.text.translate(marks) == text.translate(marks)


def test_prose_marks_code_emphasis_and_addresses() -> None:
    assert prose("*not* `a < b`, ``Sleep``", {"Sleep": "#s"}) == (
        '<em>not</em> <code>a &lt; b</code>, <a href="#s"><code>Sleep</code></a>'
    )
    assert prose("UCUM (https://ucum.org).", {}) == (
        'UCUM (<a href="https://ucum.org" rel="noreferrer">https://ucum.org</a>).'
    )
    # No other scheme is an address.
    assert "<a" not in prose("javascript:alert(1) http://plain.example", {})


@given(texts)
def test_without_marks_there_are_words_alone(text: str) -> None:
    marks = str.maketrans("", "", "`*")
    assert without_marks(text).translate(marks) == " ".join(text.split()).translate(marks)
