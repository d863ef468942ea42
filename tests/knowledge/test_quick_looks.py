"""A quick look that most texts are spared a slow one by: it must miss nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import days, personal

# Drawing from an expression takes long.
few = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(("pattern", "sign"), [(one[1], one[2]) for one in personal._FINDERS])
@few
@given(drawn=st.data())
def test_what_is_personal_is_not_overlooked(pattern, sign, drawn):
    text = drawn.draw(st.from_regex(pattern))
    assert sign.search(text) or not pattern.search(text)


@pytest.mark.parametrize("pattern", [days._DAY, days._ENGLISH_DAY, days._ENGLISH_PERIOD])
@few
@given(drawn=st.data())
def test_no_day_is_overlooked(pattern, drawn):
    assert days.may_have_days(drawn.draw(st.from_regex(pattern)))
