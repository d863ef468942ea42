"""What the catalogue says of a product that is named, and which order was the last."""

from dataclasses import replace

from tests.agent.conftest import calls
from tests.fakes import SmallKnowledge


async def test_the_price_of_what_is_named_is_told_though_it_was_not_found(talk):
    documents = [one for one in talk.knowledge.passages if one.kind != "product"]
    poor = talk.with_agent(
        services=replace(talk.agent.services, knowledge=SmallKnowledge(documents))
    )
    reply = await poor.say("星河吊灯多少钱", calls("search_knowledge"))
    assert reply.text == "星河吊灯售价 1299元。"


async def test_the_last_order_is_the_newest_where_none_was_talked_of(talk):
    reply = await talk.say("我上一单买的发了没", calls("lookup_order"))
    assert reply.calls[-1].args == {"order_id": "LA20261120002"}
