"""Times in the database: aware, in order, the same after a round trip."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from tools.store import Moment

offsets = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
times = st.datetimes(datetime(1970, 1, 3), datetime(9000, 1, 1), timezones=offsets)  # noqa: DTZ001


@given(times, times)
def test_times_come_back_as_they_were_and_sort_as_text(one, other):
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        first, second = (Moment().process_bind_param(time, dialect) for time in (one, other))
        assert Moment().process_result_value(first, dialect) == one
        assert (first < second) == (one < other)


def test_a_time_without_offset_is_never_stored():
    naive = datetime(2026, 11, 1, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="without its offset"):
        Moment().process_bind_param(naive, sqlite.dialect())


def test_no_time_is_no_time():
    assert Moment().process_bind_param(None, sqlite.dialect()) is None
    assert Moment().process_result_value(None, sqlite.dialect()) is None
