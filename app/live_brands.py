"""Brands whose folders change while they are served: knowledge and examples taken up at once."""

import asyncio
import json
import logging
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agent.corrections import latest_corrections
from agent.database import Database
from agent.log import Log
from agent.prompts import load_prompts
from agent.spelling import brand_words, speller_from
from agent.turn import Agent
from console.lessons import LessonError
from knowledge.brand import Brand, BrandError
from knowledge.brand_edit import add_line
from knowledge.brand_lines import read_examples
from knowledge.search import BrandKnowledge
from training.samples import lines_of, sample_of

# A file is answered from within two seconds of being saved: this and what its passages take.
_LOOK_SECONDS = 0.3
_EXAMPLES = "examples.jsonl"
_State = tuple[tuple[int, int], int]
_logger = logging.getLogger(__name__)


@dataclass
class LiveBrands:
    """Keeps `agents`, which the worker takes its agents from, in step with the brands' folders."""

    agents: MutableMapping[str, Agent]
    knowledge: Mapping[str, BrandKnowledge]
    database: Database
    seen: dict[str, _State] = field(default_factory=dict)

    async def refresh(self, brand: str) -> int:
        """Take up what changed in the folder; turns that run go on with what they had."""
        knowledge = self.knowledge[brand]
        before, ((_, files), examples) = knowledge.version, await self._now(brand)
        await knowledge.refresh()
        if (knowledge.version, examples) != (before, self.seen.get(brand, (0, -1))[1]):
            await self._renew(brand)
        # What was saved meanwhile is still to be seen.
        self.seen[brand] = (knowledge.version_on_disk, files), examples
        return knowledge.version

    async def follow(self) -> None:
        """Take up what other processes changed, and what changed in the folders, for ever; a look
        opens one small file a brand and asks how old the others are."""
        for brand in self.agents:
            self.seen[brand] = await self._now(brand)
        while True:
            looking = sum([await self._look(brand) for brand in tuple(self.agents)])
            # Of many files a look takes long; it may take a tenth of the time.
            await asyncio.sleep(max(_LOOK_SECONDS, 9 * looking))

    async def _look(self, brand: str) -> float:
        """Take up what is new; gives the seconds it took to see whether there is anything."""
        started = asyncio.get_running_loop().time()
        now = await self._now(brand)
        looking = asyncio.get_running_loop().time() - started
        if now == self.seen[brand]:
            return looking
        try:
            await self.refresh(brand)
        except Exception:
            self.seen[brand] = now  # not again until something else changes
            _logger.exception("%s: what changed could not be taken up", brand)
        return looking

    async def add_example(self, brand: str, text: str, calls: Sequence[Mapping[str, Any]]) -> None:
        """Append to the brand's examples, if the brand reader accepts it."""
        folder = self.agents[brand].brand.folder
        line = json.dumps({"text": text, "calls": list(calls)}, ensure_ascii=False)
        try:
            await add_line(folder, _EXAMPLES, line, read_examples)
        except (BrandError, OSError) as error:
            raise LessonError(str(error)) from error
        await self._renew(brand)
        self.seen[brand] = await self._now(brand)

    async def samples(self, brand: str) -> str:
        """Those corrections that were chosen as training samples."""
        return await training_lines(self.database, {brand: self.agents[brand].brand}, brand)

    async def _renew(self, brand: str) -> None:
        agent = self.agents[brand]
        told = await self.knowledge[brand].gleaned()
        own = replace(agent.brand, examples=read_examples(agent.brand.folder))
        words = (*agent.prompts.everyday, *brand_words(own))
        speller = await asyncio.to_thread(speller_from, told.words, words)
        services = replace(agent.services, speller=speller, notices=told.notices)
        changed = own.examples != agent.brand.examples
        prompts = load_prompts(own) if changed else agent.prompts
        self.agents[brand] = replace(agent, brand=own, prompts=prompts, services=services)

    async def _now(self, brand: str) -> _State:
        examples = self.agents[brand].brand.folder / _EXAMPLES
        on_disk = await asyncio.to_thread(self.knowledge[brand].state_on_disk)
        return on_disk, _changed_at(examples)


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


async def training_lines(database: Database, brands: Mapping[str, Brand], brand: str = "") -> str:
    """The training samples of these brands' corrections, as JSON Lines."""
    log = Log(database.engine)
    samples = []
    for one in reversed(await latest_corrections(database, brand, limit=100_000)):
        if one.sample and one.brand in brands:
            events = await log.read(one.conversation)
            samples.append(sample_of(one, events, brands[one.brand]))
    return lines_of(samples)
