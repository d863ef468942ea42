"""The dashboard: how it goes, by day, brand and channel."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from fastapi.responses import Response

from agent.figures import BYS, By, Figures, share
from agent.figures import dashboard as figures_of
from agent.sums import Range
from console.charts import Series, bars, columns, lines
from console.routing import Ask, Refused, Route

_SPANS = (7, 30, 90)
_BYS: Mapping[str, By] = {by: by for by in BYS}


async def dashboard(ask: Ask) -> Response:
    """The page."""
    days = ask.query.get("days", "30")
    by = ask.query.get("by", "day")
    if not days.isdigit() or int(days) not in _SPANS or by not in _BYS:
        raise Refused(404, "not_found")
    brand, bot = ask.query.get("brand", ""), ask.query.get("bot", "")
    today = ask.console.clock().astimezone(ask.console.zone_of(brand)).date()
    first = today - timedelta(days=int(days) - 1)
    range_ = Range(first.isoformat(), today.isoformat(), brand, bot)
    database = ask.console.database
    figures = await figures_of(database, range_)
    shown: dict[str, Any] = {
        "total": figures.total,
        "rows": sorted(figures.groups[_BYS[by]].items(), reverse=by == "day"),
        "names": {name: desk.agent.brand.name for name, desk in ask.console.brands.items()},
        "share": share,
        "by": by,
        "days": int(days),
        "spans": _SPANS,
        "bys": tuple(_BYS),
        "brand": brand,
        "bot": bot,
        "brands": sorted(ask.console.brands),
        "bots": sorted(ask.console.bots),
    }
    dates = [first + timedelta(days=n) for n in range(int(days))]
    charts = _charts(ask, dates, figures.groups["day"])
    reasons = [(_reason(ask, name), count) for name, count in figures.reasons.items()]
    title = ask.look.say(ask.language, "dashboard.reasons")
    return ask.page("dashboard.html", **shown, charts=charts, reasons=bars(reasons[:8], title))


def _charts(ask: Ask, dates: Sequence[date], groups: Mapping[str, Figures]) -> dict[str, Any]:
    def say(name: str) -> str:
        return ask.look.say(ask.language, f"dashboard.{name}")

    days = [groups.get(day.isoformat(), Figures()) for day in dates]
    labels = [f"{day:%m-%d}" for day in dates]

    def percent(parts: Sequence[tuple[int, int]]) -> list[float | None]:
        shares = [share(part, whole) for part, whole in parts]
        return [None if one is None else round(one * 100, 1) for one in shares]

    resolved = percent([(d.conversations - d.with_person, d.conversations) for d in days])
    refused = percent([(d.refused, d.turns) for d in days])
    wrong = percent([(d.wrong, d.turns) for d in days])
    return {
        "volume": columns(
            labels,
            [
                Series(say("conversations"), [d.conversations for d in days], "one"),
                Series(say("with_person"), [d.with_person for d in days], "two"),
            ],
            say("volume"),
        ),
        "quality": lines(
            labels,
            [
                Series(say("resolved"), resolved, "good"),
                Series(say("refused"), refused, "two"),
                Series(say("wrong"), wrong, "bad"),
            ],
            say("quality"),
            "%",
        ),
        "pace": lines(
            labels,
            [
                Series("p50", [d.p50_ms and d.p50_ms / 1000 for d in days], "one"),
                Series("p95", [d.p95_ms and d.p95_ms / 1000 for d in days], "two"),
            ],
            say("pace"),
            "s",
        ),
        "thumbs": columns(
            labels,
            [
                Series(say("up"), [d.up for d in days], "good"),
                Series(say("down"), [d.down for d in days], "bad"),
            ],
            say("thumbs"),
        ),
        "trouble": columns(
            labels,
            [
                Series(say("model_errors"), [d.model_errors for d in days], "bad"),
                Series(say("failed"), [d.failed for d in days], "two"),
            ],
            say("trouble"),
        ),
        "payments": columns(
            labels,
            [
                Series(say("links"), [d.links for d in days], "two"),
                Series(say("paid"), [d.paid for d in days], "good"),
            ],
            say("payments"),
        ),
    }


def _reason(ask: Ask, name: str) -> str:
    key = f"dashboard.reason_{name or 'none'}"
    return ask.look.say(ask.language, key) if key in ask.look.words else name


ROUTES = (Route("GET", "/dashboard", "viewer", dashboard),)
