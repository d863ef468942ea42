"""Inbox, leases and outbox against a model of them, in random orders of events."""

import asyncio
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from agent.conversations import Conversations, Held, StaleRunnerError
from agent.database import Database
from agent.delivery_tables import conversations
from agent.taking_over import hand_back, take_over
from agent.turns import Turns
from app.schema import upgrade
from tests.agent.conftest import Clock
from tests.delivery.conftest import House, open_house
from tools.store import sqlite_engine

CHATS = ("a", "b")


@dataclass
class Chat:
    """What should be true of a chat."""

    written: list[str] = field(default_factory=list)
    answered: int = 0
    taken_over: bool = False


class Delivery(RuleBasedStateMachine):
    """Customers write, workers take, sleep, die and answer, operators take over."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.database = Database(sqlite_engine(Path(self.folder.name) / "m.sqlite3"))
        self.chats = {name: Chat() for name in CHATS}
        self.held: list[tuple[Held, Conversations]] = []
        self.house: House = self.run(self._open())

    async def _open(self) -> House:
        await upgrade(self.database)
        house, _ = await open_house(self.database, Path(self.folder.name), self.clock)
        return house

    def run(self, work):
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.run(self.database.engine.dispose())
        self.loop.close()
        self.folder.cleanup()

    @rule(chat=st.sampled_from(CHATS), again=st.booleans())
    def writes(self, chat: str, again: bool) -> None:
        known = self.chats[chat].written
        if again and known:
            assert not self.run(self.house.says(known[-1], chat=chat, message_id=known[-1]))
            return
        text = f"{chat}{len(known)}"
        assert self.run(self.house.says(text, chat=chat, message_id=text))
        known.append(text)

    @rule(seconds=st.sampled_from([0.3, 1.0, 9.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.move(seconds=seconds)

    @rule(other=st.booleans())
    def takes(self, other: bool) -> None:
        runs = self.house.other_worker() if other else self.house.runs
        taken, _ = self.run(runs.take(1))
        self.held += [(held, runs) for held in taken]

    @rule(place=st.integers(0, 5))
    def answers(self, place: int) -> None:
        """Whoever holds something answers, however long ago he took it."""
        if not self.held:
            return
        held, runs = self.held.pop(place % len(self.held))
        before = len(self.run(self.house.letters()))
        try:
            self.run(Turns(self.house.desk, runs).step(held))
        except StaleRunnerError:
            assert len(self.run(self.house.letters())) == before

    @rule(place=st.integers(0, 5))
    def dies(self, place: int) -> None:
        if self.held:
            self.held.pop(place % len(self.held))

    @rule(chat=st.sampled_from(CHATS))
    def a_person_takes_over_or_hands_back(self, chat: str) -> None:
        row = self._conversation(chat)
        if row is None:
            return
        state = self.chats[chat]
        change = hand_back if state.taken_over else take_over
        more = () if state.taken_over else ("anna",)
        assert self.run(change(self.database, row["id"], *more, self.clock()))
        state.taken_over = not state.taken_over

    @invariant()
    def every_message_is_saved_once_and_in_at_most_one_turn(self) -> None:
        events = []
        for row in self.run(self._conversations()):
            events += self.run(self.house.desk.log.read(row["id"]))
        for chat, state in self.chats.items():
            taken = [
                text
                for event in events
                if event.kind == "message" and event.body["chat"] == chat
                for text in event.body["text"].split()
            ]
            assert taken == sorted(set(taken), key=state.written.index)

    @invariant()
    def every_turn_has_one_letter(self) -> None:
        letters = self.run(self.house.letters())
        keys = [letter["key"] for letter in letters]
        assert len(keys) == len(set(keys))
        for chat in CHATS:
            turns = [letter["turn"] for letter in letters if letter["chat"] == chat]
            assert turns == sorted(turns)

    def _conversation(self, chat: str):
        rows = self.run(self._conversations())
        return next((row for row in rows if row["chat"] == chat), None)

    async def _conversations(self):
        return await self.house.rows(conversations)


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
