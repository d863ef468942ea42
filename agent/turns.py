"""One conversation's next step: what is unread becomes a turn, and its reply a letter."""

import asyncio
from time import perf_counter

from sqlalchemy.ext.asyncio import AsyncConnection

from agent.batches import Batch, first_batch
from agent.conversations import Conversations, Held
from agent.desk import Desk
from agent.doing import do
from agent.endings import Ending, end
from agent.memory import remember
from agent.opening import Opened, batch_of, begin_turn, journal_for, left_behind, resume_turn
from agent.outbox import Address, post
from agent.phrases import ASIDES
from agent.reply import Handoff, Reply, aside
from agent.speaking import speaking
from agent.turn import Arrival, run_turn
from agent.wording import unknown
from tools.context import Caller


class Turns:
    """Runs the next step of a conversation that is held."""

    def __init__(self, desk: Desk, runs: Conversations) -> None:
        self._desk = desk
        self._runs = runs

    async def step(self, held: Held) -> None:
        """Do the first thing that the unread messages ask for, or go on with what was begun.

        Raises:
            StaleRunnerError: somebody else has the conversation by now.
        """
        events, unread = await self._runs.found(held)
        begun, memory = left_behind(events), remember(events)
        if held.is_hopeless(self._desk.clock()):
            await self.fail(held, f"died {held.tries - 1} times")
        elif begun:
            opened = resume_turn(self._desk, held, events, begun, batch_of(begun, unread))
            await self._talk(held, opened)
        elif not unread:
            await self._end(held, Batch("none", ()), memory.turns)
        else:
            batch = first_batch(unread, pending=memory.pending is not None)
            if batch.what == "talk":
                await self._talk(held, await begin_turn(self._desk, held, memory, batch))
            else:
                await self._aside(held, batch, memory.turns)

    async def fail(self, held: Held, why: str, *, silently: bool = False) -> None:
        """A turn cannot be had: the customer is told that a person will see to it."""
        desk = self._desk
        events, unread = await self._runs.found(held)
        begun, memory = left_behind(events), remember(events)
        batch = Batch("none", ())
        if begun:
            batch = batch_of(begun, unread)
        elif unread:
            batch = first_batch(unread, pending=memory.pending is not None)
        brand = desk.agents[held.brand].brand
        language = held.language or brand.language
        handoff = Handoff(requested=True, reason="turn_failed")
        reply = aside(held.id, unknown(brand, language), language, handoff=handoff)
        journal = journal_for(desk, held, memory.turns if begun else memory.turns + 1)
        about = {"why": why, "text": reply.text, "inbox": list(batch.numbers)}
        await journal.note("failed", about)
        await journal.note("handover", {"reason": "turn_failed"})
        key = f"{held.id}:failed:{held.fence}"
        said = None if silently else reply
        ending = Ending(batch, key, said, person=True, reason="turn_failed")
        await end(desk, self._runs, held, journal, ending)
        desk.watcher.turn_failed(held.bot, "failed")

    async def _talk(self, held: Held, opened: Opened) -> None:
        desk, journal = self._desk, opened.journal
        async with speaking(held, journal.turn, desk.channels[held.bot], desk.streams) as live:
            caller = Caller(held.brand, held.id, journal.turn, opened.customer)
            arrival = Arrival(opened.memory, opened.message, caller, perf_counter())
            turn = asyncio.create_task(run_turn(opened.agent, journal, arrival, live.say))
            reply = await self._awaited(held, opened, turn)
        await desk.checkpoint("turn over")
        person = reply.handoff.requested or journal.faults > 0
        reason = (reply.handoff.reason or "model_down") if person else None
        if person:
            await journal.note("handover", {"reason": reason})
        key = f"{held.id}:{journal.turn}"
        ending = Ending(opened.batch, key, reply, person, reason, reply.language)
        await end(desk, self._runs, held, journal, ending)
        desk.watcher.turn_ended(held.bot, reply, journal.kept)

    async def _awaited(self, held: Held, opened: Opened, turn: "asyncio.Task[Reply]") -> Reply:
        """The reply; if it takes long the customer is told so meanwhile."""
        try:
            done, _ = await asyncio.wait([turn], timeout=self._desk.holding_seconds)
            if not done:
                await self._hold_the_line(held, opened)
            return await turn
        finally:
            if turn.cancel():
                await asyncio.wait([turn])

    async def _hold_the_line(self, held: Held, opened: Opened) -> None:
        desk, journal, language = self._desk, opened.journal, opened.message.language
        text = ASIDES[language]["holding"]
        channel = desk.channels[held.bot]
        parcels = channel.parcels(aside(held.id, text, language))
        to = Address.of(channel, held.bot, held.chat, held.id)
        await journal.note("holding", {"text": text})

        async def write(connection: AsyncConnection) -> None:
            key = f"{held.id}:{journal.turn}:holding"
            await post(connection, to, parcels, key, desk.clock())

        await journal.write(write)
        await to.tell(desk.streams)

    async def _aside(self, held: Held, batch: Batch, turns: int) -> None:
        done = do(self._desk.agents[held.brand], held, batch)
        journal = journal_for(self._desk, held, turns)
        await journal.note(done.kind, done.body)
        ending = Ending(
            batch,
            f"{held.id}:aside:{batch.numbers[0]}",
            done.reply,
            person=done.person,
            reason="asked" if done.person else None,
            language=done.language,
            anew=done.anew,
        )
        await end(self._desk, self._runs, held, journal, ending)

    async def _end(self, held: Held, batch: Batch, turns: int) -> None:
        journal = journal_for(self._desk, held, turns)
        await end(self._desk, self._runs, held, journal, Ending(batch, f"{held.id}:nothing"))
