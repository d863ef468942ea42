"""What the inbox is narrowed down to."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement

from agent.delivery_tables import conversations

PAGE = 40


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed down to; empty is everything. `after`: where the page begins."""

    state: str = ""
    brand: str = ""
    bot: str = ""
    since: str = ""
    until: str = ""
    q: str = ""
    after: str = ""

    @classmethod
    def of(cls, query: Any) -> "Filter":
        """From an address or a form."""
        return cls(**{one.name: str(query.get(one.name, ""))[:200] for one in fields(cls)})

    def link(self, **changes: str) -> str:
        """The address of the list with other filters; always from its beginning."""
        changed = replace(self, **{"after": "", **changes})
        values = {one.name: getattr(changed, one.name) for one in fields(changed)}
        return urlencode({name: value for name, value in values.items() if value})


def conditions(wanted: Filter, zone: tzinfo) -> list[ColumnElement[bool]]:
    """The same for the database; days are those of `zone`."""
    columns, found = conversations.c, []
    for name in ("state", "brand", "bot"):
        if value := getattr(wanted, name):
            found.append(columns[name] == value)
    if day := _day(wanted.since):
        found.append(columns.updated_at >= datetime.combine(day, time.min, zone))
    if day := _day(wanted.until):
        after = datetime.combine(day + timedelta(days=1), time.min, zone)
        found.append(columns.updated_at < after)
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
