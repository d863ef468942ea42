"""What if: twenty planted regressions are seen, and nothing real is within reach."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import func, select

from agent.model import Completion, OnText, Request
from agent.prompts import load_prompts
from agent.verdicts import outcome_of
from agent.what_if import WhatIf, what_if
from agent.what_if_journal import NOT_RECORDED
from knowledge.brand import Brand
from knowledge.brand_folder import load_brand
from tests.agent.conftest import PASSAGES, Talk, calls, points_at
from tests.fakes import SmallKnowledge, passage
from tools.catalog import CatalogIndex
from tools.store import metadata

TODAY = WhatIf(knowledge=True, shop=True)
# What the customer says, what the model answers.
ASKED = (
    ("LA20261101001到哪了", [calls("lookup_order")]),
    ("我的订单", [calls("list_orders")]),
    ("看看L-2的照片", [calls("show_product_images")]),
    ("几天内可以退货", [calls("search_knowledge"), points_at(1)]),
    ("晨光阅读台灯 白色多少钱", [calls("search_knowledge")]),
    ("买两个L-1", [calls("buy")]),
    ("付没付的那单", [calls("pay")]),
    ("转人工", [calls("person")]),
    ("你好", ['{"talk":"greeting"}']),
)


@dataclass
class Rules:
    """A model that always answers a prompt the same way, and keeps what it was asked."""

    decisions: dict[str, list[str]]
    spec: str = "scripted:test"
    asked: int = 0

    async def complete(self, request: Request, on_text: OnText | None = None) -> Completion:
        self.asked += 1
        last = request.messages[-1].text
        answers = next(given for text, given in self.decisions.items() if text in last)
        deciding = "calls" in str(request.schema)
        return Completion(answers[0] if deciding else answers[-1], "stop", 10, 5, 1.0, 2.0)

    async def close(self) -> None:
        pass


def rules(**changed: list[str]) -> Rules:
    return Rules({**dict(ASKED), **changed})


async def talked(talk: Talk) -> Talk:
    for text, answers in ASKED:
        await talk.say(text, *answers)
    return talk


def brand_with(talk: Talk, file: str, old: str, new: str) -> Talk:
    """The same agent after a file of its brand folder was changed."""
    path = talk.agent.brand.folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    brand = load_brand(talk.agent.brand.folder)
    return of_brand(talk, brand)


def of_brand(talk: Talk, brand: Brand) -> Talk:
    return talk.with_agent(
        brand=brand, prompts=load_prompts(brand), catalog=CatalogIndex(brand.products)
    )


def knowing(talk: Talk, *passages: object) -> Talk:
    services = replace(talk.agent.services, knowledge=SmallKnowledge(passages))
    return talk.with_agent(services=services)


def without(word: str) -> tuple[object, ...]:
    return tuple(one for one in PASSAGES if word not in one.text)


def reworded(old: str, new: str) -> tuple[object, ...]:
    return tuple(passage(one.text.replace(old, new), *one.heading, sku=one.sku) for one in PASSAGES)


class BrokenOrders:
    """A shop of which one tool broke."""

    def __init__(self, orders: object, *broken: str) -> None:
        self._orders = orders
        self._broken = broken

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        if name in self._broken:
            raise RuntimeError(f"{name} is broken")
        return getattr(self._orders, name)


def broken(talk: Talk, name: str) -> Talk:
    services = talk.agent.services
    orders = BrokenOrders(services.orders, name)
    return talk.with_agent(services=replace(services, orders=orders))


def prompted(talk: Talk, **changed: list[str]) -> Talk:
    """Another prompt, to which the model answers otherwise."""
    prompts = replace(talk.agent.prompts, decide=f"{talk.agent.prompts.decide}\nBe brief.")
    return talk.with_agent(prompts=prompts, model=rules(**changed))


REGRESSIONS = {
    "prompt: orders are not looked up": lambda t: prompted(t, LA20261101001=['{"talk":"other"}']),
    "prompt: everything goes to a person": lambda t: prompted(
        t, 几天内=[calls("person"), points_at(1)]
    ),
    "prompt: a greeting calls a tool": lambda t: prompted(t, 你好=[calls("list_orders")]),
    "prompt: nobody is handed over": lambda t: prompted(t, 转人工=['{"talk":"other"}']),
    "prompt: pictures are searched for": lambda t: prompted(
        t, 照片=[calls("search_knowledge"), points_at(1)]
    ),
    "prompt: the lines are not seen": lambda t: prompted(
        t, 几天内=[calls("search_knowledge"), points_at(1, answered=False)]
    ),
    "model: another that lists instead": lambda t: t.with_agent(
        model=replace(rules(LA20261101001=[calls("list_orders")]), spec="scripted:other")
    ),
    "model: writes no JSON": lambda t: t.with_agent(
        model=replace(rules(我的订单=["sorry"]), spec="scripted:other")
    ),
    "knowledge: the passage is gone": lambda t: knowing(t, *without("7天内")),
    "knowledge: the passage was reworded": lambda t: knowing(t, *reworded("7天", "15天")),
    "knowledge: all is gone": lambda t: knowing(t),
    "knowledge: the product's is gone": lambda t: knowing(t, *without("168")),
    "catalogue: the price changed": lambda t: brand_with(t, "catalog.csv", "168.00", "188.00"),
    "catalogue: the name changed": lambda t: brand_with(
        t, "catalog.csv", "晨光阅读台灯 白色", "晨光学习台灯 白色"
    ),
    "catalogue: a picture is gone": lambda t: brand_with(
        t, "catalog.csv", "images/desk.jpg|images/dark.jpg", "images/dark.jpg"
    ),
    "brand: the greeting changed": lambda t: brand_with(t, "brand.toml", "我是小灯", "我是大灯"),
    "brand: a tool was switched off": lambda t: brand_with(t, "brand.toml", '"lookup_order", ', ""),
    "tool: looking up breaks": lambda t: broken(t, "own_order"),
    "tool: listing breaks": lambda t: broken(t, "own_orders"),
    "brand: the hours changed": lambda t: brand_with(t, "brand.toml", "09:00-21:00", "13:00-15:00"),
}


@pytest.mark.parametrize("name", REGRESSIONS)
async def test_a_planted_regression_is_seen(talk, name):
    live = await talked(talk)
    events = await live.agent.log.read(live.conversation)
    worse = REGRESSIONS[name](live.with_agent(model=rules()))
    turns = await what_if(worse.agent, events, TODAY)
    assert any(not turn.alike for turn in turns), name


@pytest.mark.parametrize("change", [WhatIf(), TODAY], ids=["recorded", "today"])
async def test_without_a_change_everything_is_alike_and_no_model_is_asked(talk, change):
    live = await talked(talk)
    events = await live.agent.log.read(live.conversation)
    same = live.with_agent(model=rules())
    turns = await what_if(same.agent, events, change)
    assert [turn.alike and turn.same_evidence for turn in turns] == [True] * len(ASKED)
    assert same.agent.model.asked == 0
    assert await live.agent.log.read(live.conversation) == events


async def test_nothing_is_written_and_no_link_is_issued(talk):
    live = await talked(talk)
    events = await live.agent.log.read(live.conversation)
    engine = live.agent.log._engine

    async def rows() -> dict[str, int]:
        async with engine.connect() as connection:
            return {
                table.name: await connection.scalar(select(func.count()).select_from(table))
                for table in metadata.sorted_tables
            }

    then = await rows()
    wants = {1: "买一个L-1", 4: "付没付的那单"}
    others = rules(买一个=[calls("buy")])
    turns = await what_if(live.with_agent(model=others).agent, events, WhatIf(words=wants))
    by_number = {turn.number: turn for turn in turns}
    assert by_number[1].missing == ("create_payment_link",)
    assert by_number[1].after.calls[0].result == NOT_RECORDED
    assert await rows() == then
    new = by_number[4].after.reply
    assert new.payment is None or new.payment.url == by_number[7].before.reply.payment.url


async def test_proving_who_one_is_is_not_done_in_a_replay(talk):
    nobody = replace(talk, customer=None)
    await nobody.say("LA20261101001到哪了", calls("lookup_order"))
    events = await talk.agent.log.read(talk.conversation)
    proves = Rules({"尾号": [calls("verify_order")]})
    words = {1: "LA20261101001 尾号5566"}
    [turn] = await what_if(talk.with_agent(model=proves).agent, events, WhatIf(words=words))
    assert turn.missing == ("verify_order",)


async def test_an_edited_message_reads_another_order_without_changing_it(talk):
    await talk.say("LA20261101001到哪了", calls("lookup_order"))
    events = await talk.agent.log.read(talk.conversation)
    asks = WhatIf(words={1: "LA20261120002到哪了"})
    other = talk.with_agent(model=Rules({"LA20261120002": [calls("lookup_order")]}))
    [turn] = await what_if(other.agent, events, asks)
    assert turn.after.calls[0].args == {"order_id": "LA20261120002"}
    assert turn.after.calls[0].ok
    assert turn.model_calls == 1


async def test_an_order_of_a_shop_that_is_not_ours_is_not_read(talk):
    await talk.say("LA20261101001到哪了", calls("lookup_order"))
    events = await talk.agent.log.read(talk.conversation)
    brand = replace(talk.agent.brand, orders_source="https://shop.example/api")
    asks = WhatIf(words={1: "LA20261120002到哪了"}, shop=True)
    other = of_brand(talk, brand).with_agent(model=Rules({"LA2026": [calls("lookup_order")]}))
    [turn] = await what_if(other.agent, events, asks)
    assert turn.missing == ("lookup_order",)
    [turn] = await what_if(other.agent, events, WhatIf(shop=True))
    assert turn.alike


async def test_later_turns_go_on_from_what_came_of_the_changed_one(talk):
    await talk.say("最近那单", calls("lookup_order"))
    await talk.say("那上一单呢", calls("lookup_order"))
    events = await talk.agent.log.read(talk.conversation)
    lookup = {"单": [calls("lookup_order")], "LA": [calls("lookup_order")]}
    other = talk.with_agent(model=Rules(lookup))
    turns = await what_if(other.agent, events, WhatIf(words={1: "LA20261101001到哪了"}))
    was = turns[1].before.calls[-1].args["order_id"]
    assert was == "LA20261101001"
    assert turns[1].after.said == "那上一单呢"
    assert turns[1].after.calls[-1].args.get("order_id") != was
    [last] = await what_if(talk.with_agent(model=rules()).agent, events, WhatIf(first=2))
    assert last.number == 2
    assert last.alike


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("knowledge: all is gone", "worse"),
        ("tool: looking up breaks", "worse"),
        ("brand: the greeting changed", "changed"),
    ],
)
async def test_checks_say_whether_a_change_is_for_the_worse(talk, name, outcome):
    live = await talked(talk)
    events = await live.agent.log.read(live.conversation)
    turns = await what_if(REGRESSIONS[name](live.with_agent(model=rules())).agent, events, TODAY)
    assert outcome in {outcome_of("c-1", turn) for turn in turns}


async def test_a_case_decides_before_the_checks(talk):
    await talk.say("你好", '{"talk":"greeting"}')
    events = await talk.agent.log.read(talk.conversation)
    other = brand_with(talk, "brand.toml", "我是小灯", "我是大灯")
    [turn] = await what_if(other.agent, events)

    def wants_the_old(conversation: str, number: int, reply: object) -> list[str]:
        assert (conversation, number) == ("c-1", 1)
        return [] if re.search("小灯", reply.text) else ["says: 小灯"]

    assert outcome_of("c-1", turn, wants_the_old) == "worse"
    assert outcome_of("c-1", turn) == "changed"
