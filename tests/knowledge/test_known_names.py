"""Names of products in a text, whatever their number."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.known_names import KnownNames

SHORT = st.text("ab晨光 ", max_size=5)


@given(st.lists(SHORT.filter(bool)), SHORT.filter(bool))
def test_those_are_found_that_a_look_for_each_would_find(names, text):
    expected = sorted({name for name in names if len(name) > 1 and name in text})
    assert [name for name in KnownNames(names).found_in(text) if len(name) > 1] == expected


def test_without_names_nothing_is_found():
    assert not KnownNames(())
    assert KnownNames(()).found_in("晨光") == []
    assert KnownNames(("晨光",)).found_in("") == []
