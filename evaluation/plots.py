"""Small pictures for the report, as inline SVG that follows the page's light or dark colours."""

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 560, 220
LEFT, BOTTOM, TOP = 44, 34, 20
BINS = 16

Point = tuple[float, float]


def bars(rows: Sequence[tuple[str, float | None, str]]) -> str:
    """A horizontal bar from 0 to 1 for each label, with a note behind it."""
    left, right, step = 130, 110, 22
    span = WIDTH - left - right
    drawn = []
    for place, (label, value, note) in enumerate(rows):
        y = place * step
        drawn.append(
            f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{escape(label)}</text>'
            f'<rect class="rest" x="{left}" y="{y + 4}" width="{span}" height="14" rx="3"/>'
            f'<rect class="bar" x="{left}" y="{y + 4}" width="{span * (value or 0):.1f}" '
            f'height="14" rx="3"/>'
            f'<text x="{left + span + 8}" y="{y + 15}">{escape(note)}</text>'
        )
    return _svg("".join(drawn), len(rows) * step + 4, "accuracy by tag")


def curve(points: Sequence[Point], below: str, beside: str) -> str:
    """A line through points between 0 and 1."""
    if not points:
        return "<p>Nothing to draw.</p>"
    top = min(1.0, max(0.1, max(y for _, y in points)) * 1.1)
    path = " ".join(f"{_x(x):.1f},{_y(y / top):.1f}" for x, y in points)
    dots = "".join(
        f'<circle class="bar" cx="{_x(x):.1f}" cy="{_y(y / top):.1f}" r="2.5"/>'
        for x, y in points
        if len(points) <= BINS * 2
    )
    marks = "".join(_below(_x(share), f"{share:.0%}") for share in (0.0, 0.25, 0.5, 0.75, 1.0))
    sides = "".join(_beside(part, f"{part * top:.0%}") for part in (0.0, 0.5, 1.0))
    return _svg(f'{marks}{sides}<polyline points="{path}"/>{dots}{_axes(below, beside)}')


def histogram(values: Sequence[float], below: str) -> str:
    """How many values fall into each of some equal ranges."""
    if not values:
        return "<p>Nothing to draw.</p>"
    top = max(values) or 1.0
    counts = [0] * BINS
    for value in values:
        counts[min(BINS - 1, int(BINS * value / top))] += 1
    highest = max(counts)
    width = (WIDTH - LEFT - 10) / BINS
    drawn = "".join(
        f'<rect class="bar" x="{LEFT + place * width + 1:.1f}" y="{_y(count / highest):.1f}" '
        f'width="{width - 2:.1f}" height="{_y(0) - _y(count / highest):.1f}"/>'
        for place, count in enumerate(counts)
    )
    marks = "".join(_below(_x(part), f"{part * top:,.0f}") for part in (0.0, 0.25, 0.5, 0.75, 1.0))
    sides = "".join(_beside(part, f"{part * highest:.0f}") for part in (0.0, 1.0))
    return _svg(f"{marks}{sides}{drawn}{_axes(below, 'turns')}")


def _svg(inner: str, height: int = HEIGHT, label: str = "chart") -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}">{inner}</svg>'
    )


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - 10)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)


def _below(x: float, text: str) -> str:
    anchor = "end" if x > WIDTH - 20 else "middle"
    return f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 14}" text-anchor="{anchor}">{text}</text>'


def _beside(share: float, text: str) -> str:
    y = _y(share)
    return (
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 10}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{text}</text>'
    )


def _axes(below: str, beside: str) -> str:
    return (
        f'<text x="{WIDTH - 10}" y="{HEIGHT - 4}" text-anchor="end">{escape(below)}</text>'
        f'<text x="{LEFT}" y="{TOP - 8}">{escape(beside)}</text>'
    )
