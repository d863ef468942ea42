"""Brands whose folders change while they are served: what changed is taken up at once."""

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent.corrections import latest_corrections
from agent.database import Database
from agent.log import Log
from agent.prompts import load_prompts
from agent.spelling import brand_words, speller_from
from agent.turn import Agent
from app.brand_files import BrandFiles
from console.lessons import LessonError
from knowledge.brand import Brand, BrandError
from knowledge.brand_edit import add_line
from knowledge.brand_lines import read_examples
from knowledge.errors import KnowledgeError
from knowledge.search import BrandKnowledge
from tools.catalog import CatalogIndex
from tools.shop import Shop
from training.samples import lines_of, sample_of

# A file is answered from within two seconds of being saved: this and what its passages take.
_LOOK_SECONDS = 0.3
_EXAMPLES = "examples.jsonl"
_State = tuple[int, int]
_logger = logging.getLogger(__name__)


@dataclass
class LiveBrands:
    """Keeps `agents`, which the worker takes its agents from, in step with the brands' folders."""

    agents: MutableMapping[str, Agent]
    knowledge: Mapping[str, BrandKnowledge]
    shops: Mapping[str, Shop]
    database: Database
    seen: dict[str, _State] = field(default_factory=dict)
    files: dict[str, BrandFiles] = field(default_factory=dict)
    busy: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def refresh(self, brand: str) -> int:
        """Take up what changed in the folder; turns that run go on with what they had.

        A mistake in brand.toml, catalogue or examples is logged, and what was read before stays.
        """
        async with self.busy[brand]:
            return await self._refresh(brand)

    async def _refresh(self, brand: str) -> int:
        knowledge, files, was = self.knowledge[brand], self._files(brand), self.agents[brand].brand
        before, now = knowledge.version, await self._now(brand)
        own, complaint = was, ""
        try:
            own = await files.loaded(was)
        except (BrandError, OSError) as error:
            complaint = f"{error}; what was read before stays in use"
        if complaint and now == self.seen.get(brand):
            files.note(complaint)
            return knowledge.version
        if own is not was and knowledge.makes_anew(own):
            # Prices and stock do not wait for that.
            await knowledge.take_up(own, anew=False)
            await self._renew(brand, own)
        own = await self._taken_up(brand, own)
        if knowledge.version != before or own is not was:
            await self._renew(brand, own)
        await knowledge.record()
        files.note(complaint)
        # What was saved meanwhile is still to be seen.
        self.seen[brand] = knowledge.version_on_disk, now[1]
        return knowledge.version

    async def _taken_up(self, brand: str, own: Brand) -> Brand:
        """Take this brand up, and what was saved while that went on; gives the latest."""
        while True:
            served = self.agents[brand].brand
            async with self._prices_meanwhile(brand):
                await self.knowledge[brand].take_up(own)
            latest = self.agents[brand].brand
            if latest is served:
                return own
            own = latest

    @contextlib.asynccontextmanager
    async def _prices_meanwhile(self, brand: str) -> AsyncIterator[None]:
        """While an index is made, which may take minutes, a catalogue that is saved is served."""
        made = asyncio.Event()
        watching = asyncio.create_task(self._serve_prices(brand, made))
        try:
            yield
        finally:
            made.set()
            await watching  # what it has begun to take up is not dropped

    async def _serve_prices(self, brand: str, made: asyncio.Event) -> None:
        files = self._files(brand)
        while not made.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(made.wait(), _LOOK_SECONDS)
            if made.is_set() or not (files.at_rest() and files.due()):
                continue
            try:
                own = await files.loaded(self.agents[brand].brand)
            except (BrandError, OSError):
                files.taken = ()  # told of by the next look, which tries again
                return
            if own is not self.agents[brand].brand:
                self.knowledge[brand].offer(own)
                await self._renew(brand, own)

    async def follow(self) -> None:
        """Take up what other processes changed, and what changed in the folders, for ever; a look
        opens one small file a brand and asks how old the others are."""
        async with asyncio.TaskGroup() as brands:
            for brand in tuple(self.agents):
                brands.create_task(self._follow(brand))

    async def _follow(self, brand: str) -> None:
        self.seen[brand] = await self._now(brand)
        while True:
            looking = await self._look(brand)
            # Of many files a look takes long; it may take a tenth of the time.
            await asyncio.sleep(max(_LOOK_SECONDS, 9 * looking))

    async def _look(self, brand: str) -> float:
        """Take up what is new; gives the seconds it took to see whether there is anything."""
        started = asyncio.get_running_loop().time()
        files, now = self._files(brand), await self._now(brand)
        at_rest, is_new = files.at_rest(), files.due() or now != self.seen[brand]
        looking = asyncio.get_running_loop().time() - started
        if not is_new or not at_rest:
            return looking
        try:
            await self.refresh(brand)
        except (KnowledgeError, OSError) as error:
            files.note(f"what changed could not be taken up: {error}")
            self.seen[brand] = now
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
        async with self.busy[brand]:
            own = self.agents[brand].brand
            await self._renew(brand, replace(own, examples=read_examples(folder)))

    async def samples(self, brand: str) -> str:
        """Those corrections that were chosen as training samples."""
        return await training_lines(self.database, {brand: self.agents[brand].brand}, brand)

    async def _renew(self, brand: str, own: Brand) -> None:
        """Put an agent for this brand, and for the knowledge as it is, in place of the one there
        is."""
        agent = self.agents[brand]
        told = await self.knowledge[brand].gleaned()
        words = (*agent.prompts.everyday, *brand_words(own))
        speller = await asyncio.to_thread(speller_from, told.words, words)
        services = replace(agent.services, speller=speller, notices=told.notices)
        renewed = replace(agent, brand=own, services=services)
        if own.examples != agent.brand.examples:
            renewed = replace(renewed, prompts=load_prompts(own))
        if own.products != agent.brand.products:
            catalog = await asyncio.to_thread(CatalogIndex, own.products)
            renewed = replace(renewed, catalog=catalog)
        if own is not agent.brand:
            orders, payments = self.shops[brand].fitted(own)
            services = replace(services, orders=orders, payments=payments)
            renewed = replace(renewed, services=services)
        self.agents[brand] = renewed

    async def _now(self, brand: str) -> _State:
        return await asyncio.to_thread(self.knowledge[brand].state_on_disk)

    def _files(self, brand: str) -> BrandFiles:
        return self.files.setdefault(brand, BrandFiles(self.agents[brand].brand.folder))


@dataclass(frozen=True)
class BrandsNow(Mapping[str, Brand]):
    """The brands as they are now."""

    agents: Mapping[str, Agent]

    def __getitem__(self, brand: str) -> Brand:
        return self.agents[brand].brand

    def __iter__(self) -> Iterator[str]:
        return iter(self.agents)

    def __len__(self) -> int:
        return len(self.agents)


async def training_lines(database: Database, brands: Mapping[str, Brand], brand: str = "") -> str:
    """The training samples of these brands' corrections, as JSON Lines."""
    log = Log(database.engine)
    samples = []
    for one in reversed(await latest_corrections(database, brand, limit=100_000)):
        if one.sample and one.brand in brands:
            events = await log.read(one.conversation)
            samples.append(sample_of(one, events, brands[one.brand]))
    return lines_of(samples)
