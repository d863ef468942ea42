"""Steps that change something outside: begun once, carried out once, told as often as asked."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from agent.checkpoint import Checkpoint, passing
from agent.conversations import Held, hold_fence
from agent.database import Database, insert_new
from agent.delivery_tables import effects

Body = dict[str, Any]
Run = Callable[[], Awaitable[Body]]


class ChangedEffectError(Exception):
    """The same call of the same turn wants something else than when it was first begun."""


@dataclass(frozen=True)
class SqlEffects:
    """Effects under keys made of conversation, turn and call.

    What was *intended* and not *done* is carried out again: the shop's own keys (one live link an
    order, one order a confirmation) see to it that it comes to the same.
    """

    database: Database
    clock: Callable[[], datetime]
    checkpoint: Checkpoint = passing

    async def once(self, held: Held, key: str, wanted: Body, run: Run) -> Body:
        """The result of `run`, or the one it had when this effect was done before.

        Raises:
            StaleRunnerError: somebody else has the conversation.
            ChangedEffectError: another effect has this key.
        """
        said = json.dumps(wanted, ensure_ascii=False, sort_keys=True)
        async with self.database.writing() as connection:
            await hold_fence(connection, held)
            row = {"key": key, "wanted": said, "state": "intended", "intended_at": self.clock()}
            await connection.execute(insert_new(connection, effects).values(row))
            query = select(effects).where(effects.c.key == key)
            found = (await connection.execute(query)).mappings().one()
        if found["wanted"] != said:
            raise ChangedEffectError(f"{key}: {found['wanted']} was begun, now {said} is wanted")
        if found["state"] == "done":
            stored: Body = json.loads(found["result"])
            return stored
        await self.checkpoint("effect intended")
        result = await run()
        await self.checkpoint("effect carried out")
        done = update(effects).where(effects.c.key == key)
        text = json.dumps(result, ensure_ascii=False)
        async with self.database.writing() as connection:
            await hold_fence(connection, held)
            await connection.execute(done.values(state="done", result=text, done_at=self.clock()))
        await self.checkpoint("effect done")
        return result
