from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.graph import build_graph
from agent.log import Log
from agent.model import Completion, OnText, Request
from agent.prompts import load_prompts
from agent.reply import Reply
from agent.spelling import speller_of
from agent.turn import Agent, Services
from knowledge.brand_folder import load_brand
from tests.brands.small_brand import write_brand
from tests.fakes import SmallKnowledge, passage
from tools.catalog import CatalogIndex
from tools.shop import open_shop
from tools.store import sqlite_engine

PASSAGES = (
    passage("签收后7天内可以退货，运费由顾客承担。", "售后", "退货"),
    passage("质量问题退货，运费由本店承担。", "售后", "质量问题"),
    passage("满99元包邮，不满收10元运费。", "配送", "运费"),
    passage("晨光阅读台灯 白色，售价168.00元，库存12件，护眼台灯。", "商品", sku="L-1"),
    passage("星河吊灯，售价1299.00元，直径60厘米。", "商品", sku="L-3"),
    passage("灯罩用湿布擦拭，不要用洗洁精。", "保养"),
)


@dataclass
class Script:
    """A model that gives the answers it was told to, in order, and keeps the requests."""

    answers: list[str | Exception] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    spec: str = "scripted:test"

    async def complete(self, request: Request, on_text: OnText | None = None) -> Completion:
        self.requests.append(request)
        if not self.answers:
            raise AssertionError(f"no answer left for: {request.messages[-1].text}")
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        for place in range(0, len(answer), 3):
            if on_text:
                on_text(answer[place : place + 3])
        return Completion(answer, "stop", 10, 5, 1.0, 2.0)

    async def close(self) -> None:
        pass


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **step: float) -> None:
        self.now += timedelta(**step)


@dataclass
class Talk:
    """A conversation with an agent: `say` plays a turn with the model answers it is given."""

    agent: Agent
    model: Script
    clock: Clock
    knowledge: SmallKnowledge
    payments: object
    customer: str | None = "u-1"
    conversation: str = "c-1"
    shown: list[str] = field(default_factory=list)

    async def say(self, text: str, *answers: str | Exception) -> Reply:
        self.model.answers = list(answers)
        self.shown = []
        reply = await self.agent.answer(self.conversation, text, self.customer, self.shown.append)
        assert self.model.answers == [], "the turn asked the model less often than was told"
        return reply

    def with_agent(self, **changes: object) -> "Talk":
        return replace(self, agent=replace(self.agent, **changes))


@pytest.fixture
async def talk(tmp_path) -> Talk:
    async with make_talk(tmp_path) as made:
        yield made


@asynccontextmanager
async def make_talk(tmp_path: Path) -> AsyncIterator[Talk]:
    """A shop in a folder of its own, closed in the end."""
    brand = load_brand(write_brand(tmp_path / "lamps"))
    clock, model, knowledge = Clock(), Script(), SmallKnowledge(PASSAGES)
    engine = sqlite_engine(tmp_path / "test.sqlite3")
    log = Log(engine)
    await log.create_table()
    shop = await open_shop(brand, engine, clock, "http://localhost:8080/pay", SecretStr(""))
    agent = Agent(
        brand=brand,
        model=model,
        prompts=load_prompts(brand),
        catalog=CatalogIndex(brand.products),
        services=Services(shop.orders, shop.payments, knowledge, speller_of(PASSAGES)),
        graph=build_graph(),
        log=log,
        clock=clock,
    )
    yield Talk(agent, model, clock, knowledge, shop.payments)
    await shop.close()
    await engine.dispose()


def calls(*tools: str) -> str:
    """A decision for these tools, as a model would write it; `search:QUERY` and `buy`, `pay`."""
    made = []
    for tool in tools:
        if tool.startswith("search:"):
            made.append(f'{{"tool":"search_knowledge","query":"{tool[7:]}"}}')
        elif tool in {"buy", "pay"}:
            kind = "new" if tool == "buy" else "order"
            made.append(f'{{"tool":"create_payment_link","for":"{kind}"}}')
        elif tool == "person":
            made.append('{"tool":"hand_off_to_human","reason":"asked"}')
        else:
            made.append(f'{{"tool":"{tool}"}}')
    return f'{{"calls":[{",".join(made)}]}}'


Making = Callable[..., str]


def points_at(*lines: int, answered: bool = True) -> str:
    """A verdict on the evidence, as a model would write it for a Chinese brand."""
    return f'{{"资料":{list(lines)},"答案":"{"写明" if answered else "没提"}"}}'
