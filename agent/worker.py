"""The worker: takes conversations that are due, runs their next step, lets them go."""

import asyncio
import logging
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from agent.conversations import Conversations, Held, StaleRunnerError
from agent.desk import Desk
from agent.turns import Turns
from agent.wakeups import LOST, WORK, Bell

POLL_SECONDS = 0.5
_AFTER_TROUBLE_SECONDS = 1.0
_logger = logging.getLogger(__name__)


@dataclass
class Worker:
    """Runs up to `at_once` conversations; any number of workers may share a database."""

    desk: Desk
    runs: Conversations
    at_once: int = 64
    busy: dict[str, tuple[Held, asyncio.Task[None]]] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event, grace_seconds: float = 8.0) -> None:
        """Work until told to stop; then finish what runs, or give it back when grace is over."""
        async with self.desk.wakeups.bell(WORK) as bell:
            stopping = asyncio.create_task(stop.wait())
            stopping.add_done_callback(lambda _: bell.rung.set())
            renewing = asyncio.create_task(self._renew_for_ever())
            try:
                while not stop.is_set():
                    await bell.wait(await self._round(bell))
                await self._finish(grace_seconds)
            finally:
                stopping.cancel()
                renewing.cancel()
                await asyncio.wait([stopping, renewing])
                await self._finish(0.0)

    async def _round(self, bell: Bell) -> float:
        """Take what is due; how long to wait until there may be more."""
        room = self.at_once - len(self.busy)
        if room <= 0:
            return POLL_SECONDS
        try:
            taken, next_due = await self.runs.take(room)
        except (SQLAlchemyError, OSError) as error:
            _logger.error("the database cannot be reached, trying again: %s", error)
            return _AFTER_TROUBLE_SECONDS
        for held in taken:
            task = asyncio.create_task(self._serve(held))
            self.busy[f"{held.id}:{held.fence}"] = (held, task)
            task.add_done_callback(partial(self._gone, f"{held.id}:{held.fence}", bell))
        if taken:
            return 0.0
        if next_due is None:
            return POLL_SECONDS
        wait = (next_due - self.desk.clock()).total_seconds()
        return min(max(wait, 0.0), POLL_SECONDS)

    def _gone(self, key: str, bell: Bell, task: "asyncio.Task[None]") -> None:
        del task
        self.busy.pop(key, None)
        bell.rung.set()

    async def _serve(self, held: Held) -> None:
        try:
            await self.desk.checkpoint("taken")
            await self._step(held)
        except asyncio.CancelledError:
            await self._give_back(held, 0.0, counted=False)
            self.desk.watcher.turn_failed(held.bot, "given_back")
        except StaleRunnerError:
            self.desk.watcher.turn_failed(held.bot, "stale")
        except (SQLAlchemyError, OSError) as error:
            _logger.error("conversation %s is tried again: %s", held.id, error)
            self.desk.watcher.turn_failed(held.bot, "again")
            await self._give_back(held, _AFTER_TROUBLE_SECONDS * held.tries, counted=True)

    async def _step(self, held: Held) -> None:
        turns = Turns(self.desk, self.runs)
        try:
            await turns.step(held)
        except (StaleRunnerError, SQLAlchemyError, OSError):
            raise
        except Exception as error:
            # The next customer must still be served, and this one not be left waiting.
            _logger.exception("conversation %s: the turn failed", held.id)
            await self._failed(turns, held, type(error).__name__)

    async def _failed(self, turns: Turns, held: Held, why: str) -> None:
        try:
            await turns.fail(held, why)
        except (StaleRunnerError, SQLAlchemyError, OSError):
            raise
        except Exception:
            _logger.exception("conversation %s: not even an apology could be made", held.id)
            await turns.fail(held, why, silently=True)

    async def _give_back(self, held: Held, after_seconds: float, *, counted: bool) -> None:
        try:
            await self.runs.give_back(held, after_seconds, counted=counted)
        except (SQLAlchemyError, OSError) as error:
            _logger.error("conversation %s is free when its lease ends: %s", held.id, error)

    async def _renew_for_ever(self) -> None:
        """Keep the leases; a turn whose conversation somebody else has is broken off."""
        async with self.desk.wakeups.bell(LOST) as bell:
            while True:
                await bell.wait(self.runs.lease_seconds / 4)
                await self._renew()

    async def _renew(self) -> None:
        mine = list(self.busy.values())
        if not mine:
            return
        try:
            kept = await self.runs.renew([held for held, _ in mine])
        except (SQLAlchemyError, OSError) as error:
            _logger.error("leases could not be renewed: %s", error)
            return
        for held, task in mine:
            if held.id not in kept:
                task.cancel()

    async def _finish(self, grace_seconds: float) -> None:
        tasks = [task for _, task in self.busy.values()]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=grace_seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
