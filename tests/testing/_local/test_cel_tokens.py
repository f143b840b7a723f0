from __future__ import annotations

import pytest

from platform_events.testing._local.cel_tokens import ExpressionError, tokens, unquote


def test_an_expression_is_cut_into_tokens() -> None:
    text = ' event.data["a b"]>=-1.5e3&&!has(async.x) '
    assert tokens(text) == [
        "event", ".", "data", "[", '"a b"', "]", ">=", "-", "1.5e3", "&&", "!", "has", "(", "async",
        ".", "x", ")",
    ]  # fmt: skip
    assert tokens(" ") == []


@pytest.mark.parametrize("text", ["a # b", "5x", "'open", "a & b", "\u00e9"])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="unexpected"):
        tokens(text)


def test_escapes() -> None:
    assert unquote("", r"'\n\t\r\\\'\"\u00e9'") == "\n\t\r\\'\"\u00e9"
    with pytest.raises(ExpressionError, match="unknown escape"):
        unquote("x", r"'\q'")
