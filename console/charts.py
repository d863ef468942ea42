"""Charts as inline SVG, drawn here: no script, no style attribute, colours from the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 560, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 8, 12, 26
_MOST_LABELS = 7


@dataclass(frozen=True, slots=True)
class Series:
    """One thing that is counted, a value for each label; `tone` is a class of the style sheet."""

    name: str
    values: Sequence[float | None]
    tone: str = "one"


def columns(labels: Sequence[str], series: Sequence[Series], title: str) -> Markup:
    """Columns side by side, one of each series for every label."""
    top = _top([value for one in series for value in one.values])
    step = _inner() / max(1, len(labels))
    width = max(1.5, step * 0.72 / max(1, len(series)))
    drawn = Markup("")
    for place, one in enumerate(series):
        for number, value in enumerate(one.values):
            if not value:
                continue
            x = _LEFT + number * step + step * 0.14 + place * width
            y = _y(value / top)
            drawn += Markup(
                '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="{}">'
                "<title>{}</title></rect>"
            ).format(
                one.tone,
                x,
                y,
                width,
                _y(0) - y,
                min(2.0, width / 4),
                f"{labels[number]} · {one.name}: {value:g}",
            )
    return _framed(labels, drawn, top, title, step)


def lines(labels: Sequence[str], series: Sequence[Series], title: str, unit: str = "") -> Markup:
    """A line for each series; where there is no value it is interrupted."""
    top = _top([value for one in series for value in one.values])
    step = _inner() / max(1, len(labels))
    drawn = Markup("")
    for one in series:
        for piece in _pieces(one.values):
            points = [
                (_LEFT + number * step + step / 2, _y(value / top)) for number, value in piece
            ]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            drawn += Markup('<polyline class="{}" points="{}"/>').format(one.tone, path)
            for (x, y), (number, value) in zip(points, piece, strict=True):
                told = f"{labels[number]} · {one.name}: {_short(value)}{unit}"
                drawn += Markup(
                    '<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="2.6"><title>{}</title></circle>'
                ).format(one.tone, x, y, told)
    return _framed(labels, drawn, top, title, step, unit)


def bars(rows: Sequence[tuple[str, int]], title: str) -> Markup:
    """A bar for each row with its count behind it."""
    most = max((count for _, count in rows), default=0) or 1
    left, right, step = 168, 52, 26
    span = WIDTH - left - right
    drawn = Markup("")
    for place, (label, count) in enumerate(rows):
        y = place * step
        drawn += Markup(
            '<text x="{}" y="{}" text-anchor="end">{}</text>'
            '<rect class="rest" x="{}" y="{}" width="{}" height="14" rx="4"/>'
            '<rect class="one" x="{}" y="{}" width="{:.1f}" height="14" rx="4"/>'
            '<text x="{}" y="{}">{}</text>'
        ).format(
            left - 10,
            y + 16,
            label[:16],
            left,
            y + 5,
            span,
            left,
            y + 5,
            span * count / most,
            left + span + 8,
            y + 16,
            count,
        )
    return _svg(drawn, len(rows) * step + 6, title)


def _pieces(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    pieces: list[list[tuple[int, float]]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append((number, value))
    return [piece for piece in pieces if piece]


def _top(values: Sequence[float | None]) -> float:
    """A round number that no value exceeds."""
    most = max((value for value in values if value), default=1.0)
    size = 1.0
    while size * 10 <= most:
        size *= 10
    while size > most:
        size /= 10
    return next(size * n for n in (1, 2, 4, 6, 8, 10, 20) if size * n >= most)


def _framed(
    labels: Sequence[str], drawn: Markup, top: float, title: str, step: float, unit: str = ""
) -> Markup:
    marks = Markup("")
    # Nothing is counted in halves.
    for part in (0.0, 1.0) if top == 1 and not unit else (0.0, 0.5, 1.0):
        y = _y(part)
        marks += Markup(
            '<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
            '<text x="{}" y="{:.1f}" text-anchor="end">{}</text>'
        ).format(_LEFT, WIDTH - _RIGHT, y, y, _LEFT - 7, y + 4, f"{_short(part * top)}{unit}")
    every = max(1, -(-len(labels) // _MOST_LABELS))
    for number in range(0, len(labels), every):
        marks += Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            _LEFT + number * step + step / 2, HEIGHT - 7, labels[number]
        )
    return _svg(marks + drawn, HEIGHT, title)


def _short(value: float) -> str:
    return f"{value / 1000:g}k" if value >= 10_000 else f"{round(value, 2):g}"


def _inner() -> float:
    return WIDTH - _LEFT - _RIGHT


def _y(part: float) -> float:
    return HEIGHT - _BOTTOM - part * (HEIGHT - _BOTTOM - _TOP)


def _svg(inner: Markup, height: int, title: str) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(WIDTH, height, escape(title), inner)
