"""Days and times as the person's own clock has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import streamlit as st

from ui.texts import t


def date(made: str) -> str:
    """The day of an ISO 8601 time in UTC; the text itself where it is no such time."""
    moment = _local(made)
    if moment is None:
        return made
    month = t("models.months").split()[moment.month - 1]
    return t("models.date", day=moment.day, month=month, year=moment.year)


def clock(made: str) -> str:
    """The hour and minute of an ISO 8601 time in UTC; "" where it is no such time."""
    moment = _local(made)
    return f"{moment:%H:%M}" if moment else ""


def _local(made: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(made)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    behind = st.context.timezone_offset or 0  # minutes, as browsers count: UTC minus local
    return moment.astimezone(UTC) - timedelta(minutes=behind)
