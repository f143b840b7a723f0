from platform_events.events._hidden import Hidden


def test_a_hidden_value_shows_nothing() -> None:
    hidden = Hidden({"what": "nobody may read"})
    assert repr([hidden]) == "[...]"
    assert hidden.value == {"what": "nobody may read"}
