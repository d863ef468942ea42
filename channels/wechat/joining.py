"""Calls about one message share its handling: WeChat calls again while the first may still run."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass, field
from typing import Any, Final

PATIENCE_SECONDS: Final = 4.8


@dataclass(frozen=True)
class Joint:
    """What is being handled now. Work goes on when a caller gives up, and the next one joins it.

    So a slow database is not asked the same three times, nor does anybody lose his place in the
    queue by calling again.
    """

    seconds: float = PATIENCE_SECONDS
    running: dict[Hashable, "asyncio.Task[str]"] = field(default_factory=dict)

    async def answer(self, about: Hashable, work: Callable[[], Coroutine[Any, Any, str]]) -> str:
        """What the work comes to.

        Raises:
            TimeoutError: WeChat is about to give up; the work goes on.
        """
        task = self.running.get(about)
        if task is None:
            task = self.running[about] = asyncio.create_task(work())
            task.add_done_callback(lambda done: self._ended(about, done))
        async with asyncio.timeout(self.seconds):
            return await asyncio.shield(task)

    def _ended(self, about: Hashable, task: "asyncio.Task[str]") -> None:
        self.running.pop(about, None)
        if not task.cancelled():
            # Whoever still waits is told; if nobody does, the next call meets the same trouble.
            task.exception()
