"""Dates as the filter language writes them: ISO 8601, a day or a moment; moments are UTC."""

import re
from datetime import UTC, date, datetime, timedelta

# The one spelling that is accepted, bare or in quotes.
DATE_PATTERN = r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?"

_WHOLE = re.compile(DATE_PATTERN)
_EPOCH = datetime(1970, 1, 1)
_DAY_MS = 86_400_000


def read_date(text: str) -> date | None:
    """A date for a day, a datetime without zone in UTC, cut to the millisecond, for a moment; None for neither."""
    if not _WHOLE.fullmatch(text):
        return None
    try:
        if len(text) == len("2024-01-31"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def write_date(value: date) -> str:
    """The text that read_date reads as this value."""
    if not isinstance(value, datetime):
        return value.isoformat()
    return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")


def span_ms(value: date) -> tuple[int, int]:
    """Milliseconds since 1970, UTC, as [start, end): the whole day of a date, one millisecond of a moment."""
    if isinstance(value, datetime):
        start = (value - _EPOCH) // timedelta(milliseconds=1)
        return start, start + 1
    start = (value - _EPOCH.date()).days * _DAY_MS
    return start, start + _DAY_MS


def date_span(value: object) -> tuple[int, int]:
    """As span_ms, for what the check has found to be a date or the text of one."""
    moment = read_date(value) if isinstance(value, str) else value
    if not isinstance(moment, date):
        raise AssertionError(f"{value!r} passed the check and is not a date")
    return span_ms(moment)
