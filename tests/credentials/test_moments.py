"""Moments as credentials write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lms.credentials import moments


def test_a_moment_is_written_in_utc_to_the_second():
    casablanca = timezone(timedelta(hours=1))
    moment = datetime(2026, 6, 30, 0, 30, 5, 999, tzinfo=casablanca)

    assert moments.write(moment) == "2026-06-29T23:30:05Z"


def test_a_moment_without_a_zone_is_not_written():
    with pytest.raises(ValueError, match="zone"):
        moments.write(datetime(2026, 6, 30))


@pytest.mark.parametrize(
    "text", ["2026-06-30T12:00:00Z", "2026-06-30T13:00:00+01:00", "2026-06-30T12:00:00.000Z"]
)
def test_a_moment_is_read_in_any_zone(text):
    assert moments.read(text) == datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-30T12:00:00",
        "2026-06-30",
        "2026-06-31T12:00:00Z",
        "2026-06-30 12:00:00Z",
        "٢٠٢٦-06-30T12:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "tomorrow",
    ],
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - any ValueError is the contract
        moments.read(text)
