"""Turns about what somebody has ordered, or would like to see, called by what it is."""

from dataclasses import replace

from agent.replay import ClosedShop, replay
from tests.agent.conftest import calls, points_at


async def test_progress_of_what_was_ordered_is_told_from_the_order_and_not_searched(talk):
    reply = await talk.say("读书灯发顺丰了没，单号给我", calls("search:读书灯发顺丰了没"))
    assert [call.args for call in reply.calls] == [{"order_id": "LA20261101001"}]
    assert "SF1234567890" in reply.text
    assert not reply.refused


async def test_a_bare_question_after_an_order_was_told_is_about_that_order(talk):
    await talk.say("读书灯发顺丰了没", calls("search:读书灯发顺丰了没"))
    reply = await talk.say("那什么时候能到", calls("search:什么时候能到"))
    assert [call.args for call in reply.calls] == [{"order_id": "LA20261101001"}]


async def test_thanks_for_what_has_come_are_no_question(talk):
    await talk.say("读书灯发顺丰了没", calls("search:读书灯发顺丰了没"))
    reply = await talk.say("谢谢，已经送到了没问题", '{"talk":"thanks"}')
    assert reply.calls == ()


async def test_an_order_that_knowledge_cannot_tell_of_is_told_instead_of_a_refusal(talk):
    missing = points_at(1, answered=False)
    text = "我的读书灯是预约送货的吧"
    reply = await talk.say(text, calls(f"search:{text}"), missing, "1")
    assert [call.tool for call in reply.calls] == ["lookup_order", "search_knowledge"]
    assert "SF1234567890" in reply.text
    assert not reply.refused


async def test_rules_and_properties_of_what_was_ordered_are_still_looked_up(talk):
    missing = points_at(1, answered=False)
    for text in ("读书灯坏了能退吗", "读书灯是什么材质"):
        reply = await talk.say(text, calls(f"search:{text}"), missing, "1")
        assert [call.tool for call in reply.calls] == ["search_knowledge"]
        assert reply.refused


async def test_who_is_not_signed_in_is_asked_for_the_order_and_told_nothing_of_it(talk):
    talk.customer = None
    reply = await talk.say("读书灯发顺丰了没", calls("search:读书灯发顺丰了没"))
    assert [call.ok for call in reply.calls] == [False]
    assert "LA2026" not in reply.text
    assert "SF1234567890" not in reply.text


async def test_of_another_customers_order_with_the_product_nothing_is_told(talk):
    talk.customer = "u-2"
    reply = await talk.say("读书灯发货了没", calls("search:读书灯发货了没"), points_at(1), "1")
    assert "LA20261101001" not in reply.model_dump_json()
    assert "SF1234567890" not in reply.model_dump_json()


async def test_pictures_are_shown_of_what_goes_by_some_words_of_its_name(talk):
    reply = await talk.say("黑色那种发张图", calls("show_product_images"))
    assert {image.sku for image in reply.images} == {"L-2"}


async def test_who_wants_to_see_a_thing_before_buying_is_shown_it(talk):
    reply = await talk.say("读书灯买之前想看看长相", calls("buy"))
    assert {image.sku for image in reply.images} == {"L-1"}
    assert not reply.awaits_confirmation


async def test_number_and_phone_in_one_message_prove_an_order_at_once(talk):
    talk.customer = None
    text = "密码忘了。订单LA20261101001，手机尾号5566，显示在路上但是一直没到"
    reply = await talk.say(text, calls("lookup_order"))
    assert [call.tool for call in reply.calls] == ["verify_order"]
    assert "SF1234567890" in reply.text


async def test_where_the_orders_cannot_be_had_the_knowledge_is_asked_as_before(talk):
    closed = replace(talk.agent.services, orders=ClosedShop())
    shut = talk.with_agent(services=closed)
    missing = points_at(1, answered=False)
    reply = await shut.say("读书灯发顺丰了没", calls("search:读书灯发顺丰了没"), missing, "1")
    assert [call.tool for call in reply.calls] == ["search_knowledge"]
    assert reply.refused


async def test_such_turns_are_replayed_to_the_byte(talk):
    await talk.say("读书灯发顺丰了没", calls("search:读书灯发顺丰了没"))
    text = "我的读书灯是预约送货的吧"
    await talk.say(text, calls("search_knowledge"), points_at(1, answered=False), "1")
    events = await talk.agent.log.read(talk.conversation)
    assert [turn.same for turn in await replay(talk.agent, events)] == [True, True]
