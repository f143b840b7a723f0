from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from platform_events.contracts.event_docs import EventDoc, event_doc

phrases = st.lists(
    st.sampled_from(["scoring", "alerts,", "(again)", "`Scored`", "which;", "v2.5", "nightly"]),
    min_size=1,
).map(" ".join)  # fmt: skip
sentences = phrases.map(lambda phrase: f"It {phrase}.")


@settings(max_examples=40)
@given(phrases, phrases, st.lists(sentences, max_size=2), st.lists(sentences, max_size=2))
def test_the_parts_are_found_between_whatever_notes(
    sent_by: str, handled_by: str, before: list[str], after: list[str]
) -> None:
    said = [*before, f"Sent by {sent_by}.", f"Handled by {handled_by}.", *after]
    expected = EventDoc("It rang.", sent_by, handled_by, " ".join([*before, *after]))
    assert event_doc(f"It rang.\n\n{' '.join(said)}") == expected
    wrapped = "\n    ".join(" ".join(said).split())
    assert event_doc(f"It\n    rang.\n\n    {wrapped}\n    ") == expected


def test_what_is_not_said_is_empty() -> None:
    assert event_doc("It rang.") == EventDoc("It rang.", "", "", "")
    assert event_doc("") == EventDoc("", "", "", "")
    assert event_doc("It rang.\n\nLoudly, and not sent by anybody.").sent_by == ""


def test_a_number_or_a_name_ends_no_sentence() -> None:
    doc = event_doc("It rang.\n\nSent by sync, v2.5 and later, of towers (e.g. tall ones).")
    assert doc.sent_by == "sync, v2.5 and later, of towers (e.g. tall ones)"
