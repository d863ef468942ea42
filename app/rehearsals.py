"""Replays for the console and the command line: other models and prompts, opened when needed."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agent.database import Database
from agent.log import Event, Log
from agent.model import Model, ModelDownError
from agent.models import open_model
from agent.prompts import load_prompts
from agent.replay import replay
from agent.replay_batches import Batch, Replaying
from agent.turn import Agent
from agent.verdicts import Judge, Outcome, outcome_of
from agent.what_if import WhatIf, WhatIfTurn, side_of, what_if
from app.settings import Settings
from app.wiring import model_options, recorded_agent
from console.lessons import Cases, Change, LessonError

_LONGEST_SHOWN = 600


@dataclass
class LiveRehearsals:
    """`console.lessons.Rehearsals`. Models besides the one in use stay open until `close`."""

    settings: Settings
    agents: Mapping[str, Agent]
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    opened: dict[str, Model] = field(default_factory=dict)
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def models(self) -> tuple[str, ...]:
        """The one in use, then those of the settings."""
        own = dict.fromkeys(agent.model.spec for agent in self.agents.values())
        others = (name.strip() for name in self.settings.replay_models.split(","))
        return tuple(dict.fromkeys([*own, *filter(None, others)]))

    @property
    def prompts(self) -> tuple[str, ...]:
        """The folders in the folder of prompt versions."""
        folder = self.settings.prompt_versions
        if folder is None or not folder.is_dir():
            return ()
        return tuple(sorted(path.name for path in folder.iterdir() if path.is_dir()))

    async def rehearse(
        self, brand: str, events: Sequence[Event], change: Change
    ) -> tuple[WhatIfTurn, ...]:
        """The conversation again, with what is different taken from today."""
        if brand not in self.agents:
            raise LessonError(f"The brand {brand!r} is not served here.")
        agent = self.agents[brand]
        if change.exact:
            return await exactly(agent, events)
        if change.prompts:
            agent = replace(agent, prompts=load_prompts(agent.brand, self._version(change.prompts)))
        if change.model and change.model != agent.model.spec:
            agent = replace(agent, model=await self._model(change.model))
        asked = WhatIf(change.first, change.words, change.knowledge, change.shop, change.ask)
        return await what_if(agent, events, asked)

    async def close(self) -> None:
        """Let the models go that were opened."""
        await self.stack.aclose()

    def _version(self, name: str) -> Path:
        if name not in self.prompts or self.settings.prompt_versions is None:
            raise LessonError(f"There is no version {name!r} of the prompts.")
        return self.settings.prompt_versions / name

    async def _model(self, spec: str) -> Model:
        if spec not in self.models:
            raise LessonError(f"{spec} is not among DIGITAL_HUMAN_REPLAY_MODELS.")
        async with self.opening:
            if spec not in self.opened:
                try:
                    model = await open_model(spec, model_options(self.settings), lambda *_: None)
                except ModelDownError as error:
                    raise LessonError(str(error)) from error
                self.stack.push_async_callback(model.close)
                self.opened[spec] = model
        return self.opened[spec]


async def exactly(agent: Agent, events: Sequence[Event]) -> tuple[WhatIfTurn, ...]:
    """The conversation from its record alone; a turn that differs by one byte has a fault."""
    recorded = recorded_agent(agent.brand.folder, agent.log)
    turns = []
    finished = sorted({event.turn for event in events if event.kind == "reply"})
    for number, again in zip(finished, await replay(recorded, tuple(events)), strict=True):
        own = [(event.kind, event.body) for event in events if event.turn == number]
        before = side_of(own, agent.brand, (again.text,))
        trouble = (again.trouble,) if again.trouble else ()
        differs = () if again.same else trouble or ("differs",)
        after = before if again.same else replace(before, reply=again.after, faults=differs)
        turns.append(WhatIfTurn(number, before, after))
    return tuple(turns)


def replaying(database: Database, rehearsals: LiveRehearsals, cases: Cases | None) -> Replaying:
    """How one conversation of a batch is replayed and judged."""
    log = Log(database.engine)

    async def one(batch: Batch, conversation: str) -> list[tuple[Outcome, Mapping[str, Any]]]:
        events = await log.read(conversation)
        first = next((event for event in events if event.kind == "message"), None)
        if first is None:
            return []
        brand = first.body["brand"]
        try:
            turns = await rehearsals.rehearse(brand, events, Change.of(batch.change))
        except (LessonError, ModelDownError) as error:
            return [("changed", {"turn": 0, "trouble": str(error)})]
        judge: Judge = await cases.judge(brand) if cases else (lambda *_: None)
        return [(outcome_of(conversation, turn, judge), _shown(turn)) for turn in turns]

    return one


def _shown(turn: WhatIfTurn) -> dict[str, Any]:
    replies = [side.reply.text if side.reply else "" for side in (turn.before, turn.after)]
    return {
        "turn": turn.number,
        "said": turn.after.said[:_LONGEST_SHOWN],
        "before": replies[0][:_LONGEST_SHOWN],
        "after": replies[1][:_LONGEST_SHOWN],
        "faults": list(turn.after.faults),
        "unsupported": list(turn.after.unsupported),
        "missing": list(turn.missing),
        "same_evidence": turn.same_evidence,
    }
