"""Named places where a process may be stopped to see that nothing is lost there."""

from collections.abc import Awaitable, Callable
from typing import Literal, get_args

Point = Literal[
    "inbox saved",
    "taken",
    "turn begun",
    "step begun",
    "step done",
    "effect intended",
    "effect carried out",
    "effect done",
    "turn over",
    "turn recorded",
    "sending",
    "accepted",
    "delivered",
]
POINTS: tuple[Point, ...] = get_args(Point)
Checkpoint = Callable[[Point], Awaitable[None]]


async def passing(point: Point) -> None:
    """Go on."""
