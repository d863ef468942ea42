"""Every kind of turn through the front door, with a scripted model and a real shop database."""

import pytest

from agent.model import ModelDownError
from knowledge.products import ProductNames
from knowledge.record_passages import record_passages
from knowledge.review import Record
from tests.agent.conftest import calls, points_at


async def test_an_order_is_told_in_words_and_as_facts(talk):
    reply = await talk.say("帮我查LA20261101001", calls("lookup_order"))
    assert "已发货" in reply.text
    assert "SF1234567890" in reply.text
    assert [(c.tool, c.args, c.ok) for c in reply.calls] == [
        ("lookup_order", {"order_id": "LA20261101001"}, True)
    ]


async def test_somebody_elses_order_reads_as_not_there(talk):
    foreign = await talk.say("LA20261010004到哪了", calls("lookup_order"))
    missing = await talk.say("LA20261010999到哪了", calls("lookup_order"))
    assert foreign.text.replace("LA20261010004", "X") == missing.text.replace("LA20261010999", "X")
    assert not foreign.calls[0].ok


async def test_the_model_cannot_bring_in_an_order_number(talk):
    made_up = '{"calls":[{"tool":"lookup_order","order_id":"LA20261115003"}]}'
    reply = await talk.say("我的订单呢", made_up)
    assert "LA20261115003" not in reply.model_dump_json()


async def test_a_number_that_was_given_is_looked_up_even_if_the_model_forgets(talk):
    reply = await talk.say("LA20261101001", '{"talk":"other"}')
    assert reply.calls[0].args == {"order_id": "LA20261101001"}


async def test_an_order_is_found_by_its_product_and_the_one_before_by_a_follow_up(talk):
    newest = await talk.say("最近那单到哪了", calls("lookup_order"))
    before = await talk.say("那上一单呢", calls("lookup_order"))
    assert newest.calls[-1].args == {"order_id": "LA20261120002"}
    assert before.calls[-1].args == {"order_id": "LA20261101001"}


async def test_several_orders_are_listed(talk):
    reply = await talk.say("我的订单", calls("list_orders"))
    assert "LA20261101001" in reply.text
    assert "LA20261120002" in reply.text


async def test_pictures_come_as_objects(talk):
    reply = await talk.say("看看读书灯的照片", calls("show_product_images"))
    assert [(image.sku, image.path) for image in reply.images] == [("L-1", "images/desk.jpg")]


@pytest.mark.parametrize(
    ("taken", "sku"), [("黑色那个", "L-2"), ("第一个", "L-1"), ("后一个吧", "L-2"), ("2", "L-2")]
)
async def test_who_was_asked_which_one_is_shown_what_he_takes(talk, taken, sku):
    asked = await talk.say("看看晨光台灯的照片", calls("show_product_images"))
    assert asked.text.startswith("请问是哪一款")
    # The model is not asked: nothing is scripted for it.
    reply = await talk.say(taken)
    assert {image.sku for image in reply.images} == {sku}


async def test_who_was_asked_which_one_to_buy_confirms_what_he_takes(talk):
    await talk.say("买两个晨光台灯", '{"calls":[{"tool":"create_payment_link","for":"new"}]}')
    reply = await talk.say("黑色的")
    assert "晨光阅读台灯 黑色 ×2" in reply.text
    assert reply.awaits_confirmation


async def test_a_question_in_place_of_a_choice_is_a_question(talk):
    await talk.say("看看晨光台灯的照片", calls("show_product_images"))
    reply = await talk.say("黑色的多少钱", calls("search_knowledge"))
    assert not reply.images


async def test_pictures_of_what_is_being_talked_about(talk):
    price = await talk.say("L-1这款台灯多少钱", calls("search_knowledge"))
    assert price.text == "晨光阅读台灯 白色售价 168元。"
    reply = await talk.say("有图吗", calls("show_product_images"))
    assert {image.sku for image in reply.images} == {"L-1"}


async def test_buying_needs_a_yes_and_happens_once(talk):
    asked = await talk.say("我要买两个读书灯", calls("buy"))
    assert asked.payment is None
    assert "336元" in asked.text
    paid = await talk.say("确认")
    assert paid.payment is not None
    assert paid.payment.amount == "336.00"
    again = await talk.say("确认", '{"talk":"other"}')
    assert again.payment is None


async def test_a_no_and_a_late_yes_buy_nothing(talk):
    await talk.say("买一个读书灯", calls("buy"))
    assert (await talk.say("不要了")).payment is None
    await talk.say("买一个读书灯", calls("buy"))
    talk.clock.move(minutes=20)
    late = await talk.say("好的")
    assert late.payment is None
    assert "过期" in late.text


async def test_of_two_things_to_buy_a_yes_means_the_one_that_was_summed_up(talk):
    asked = await talk.say("我要买读书灯和L-2", calls("buy"))
    assert asked.text.count("请确认") == 1
    assert "一次只能下一单" in asked.text
    assert "晨光阅读台灯 黑色" in asked.text
    paid = await talk.say("确认")
    assert [call.args["product"] for call in paid.calls] == ["L-1"]


async def test_another_question_does_not_confirm(talk):
    await talk.say("买一个读书灯", calls("buy"))
    reply = await talk.say("满多少包邮", calls("search:满多少包邮"), points_at(1))
    assert reply.payment is None
    assert "10元" in reply.text
    assert (await talk.say("确认")).payment is not None


async def test_the_only_unpaid_order_is_paid_without_its_number(talk):
    first = await talk.say("没付的那单我来付款", calls("pay"))
    second = await talk.say("付款链接再发一下", calls("pay"))
    assert first.payment is not None
    assert second.payment is not None
    assert first.payment.order_id == "LA20261120002"
    assert first.payment.amount == "525.00"
    assert first.payment.url == second.payment.url


async def test_what_is_out_of_stock_is_not_sold(talk):
    reply = await talk.say("买一个星河吊灯", calls("buy"))
    assert "库存不足" in reply.text
    assert not reply.calls[0].ok


async def test_somebody_not_signed_in_proves_the_order(talk):
    talk.customer = None
    asked = await talk.say("查一下LA20261101001", calls("lookup_order"))
    assert "后四位" in asked.text
    assert "已发货" not in asked.text
    told = await talk.say("5566", '{"talk":"other"}')
    assert "已发货" in told.text
    assert told.calls[0].tool == "verify_order"


async def test_guessing_the_phone_is_locked(talk):
    talk.customer = None
    for guess in range(6):
        reply = await talk.say(f"LA20261101001 尾号 000{guess}", calls("verify_order"))
    assert "一小时" in reply.text
    locked = await talk.say("LA20261101001 尾号5566", calls("verify_order"))
    assert "已发货" not in locked.text


async def test_an_answer_from_an_accepted_record_cites_the_file_it_was_read_in(talk):
    record = Record(
        kind="question_answer",
        fields={"question": "能代写贺卡吗？", "answer": "可以代写贺卡，下单时备注内容。"},
        source="knowledge/gifts.md",
        start=0,
        end=18,
        quote="贺卡可以代写，下单时备注内容。",
        accept=True,
        by="rules",
    )
    talk.knowledge.passages = record_passages([record], ProductNames(()))
    reply = await talk.say("你们能代写贺卡吗", calls("search_knowledge"), points_at(1))
    assert reply.text.startswith("可以代写贺卡，下单时备注内容。")
    assert reply.citations[0].source == "knowledge/gifts.md"


async def test_an_answer_is_quoted_with_its_source(talk):
    reply = await talk.say("几天内可以退货", calls("search_knowledge"), points_at(1))
    assert reply.text.startswith("签收后7天内可以退货，运费由顾客承担。")
    assert reply.citations[0].source == "knowledge/rules.md"
    assert reply.knowledge_version == 3
    assert not reply.refused


async def test_what_no_passage_mentions_is_not_answered(talk):
    doubt = points_at(1, answered=False)
    reply = await talk.say("读书灯支持蓝牙音箱吗", calls("search_knowledge"), doubt)
    assert reply.refused
    assert reply.text == "抱歉，我需要请同事确认。"


async def test_the_models_doubt_is_a_refusal_where_code_is_not_sure_either(talk):
    doubt = points_at(1, answered=False)
    asked = (calls("search:退货时要发票抬头吗"), doubt, "问题：退货是否需要发票？", doubt)
    reply = await talk.say("退货能不能不要发票", *asked)
    assert reply.refused


async def test_two_wishes_in_one_sentence(talk):
    reply = await talk.say(
        "LA20261101001到哪了，退货运费谁出",
        calls("lookup_order", "search:退货运费谁出"),
        points_at(1, 2),
    )
    assert "已发货" in reply.text
    assert "由顾客承担" in reply.text
    assert [call.tool for call in reply.calls] == ["lookup_order", "search_knowledge"]


async def test_a_person_is_called(talk):
    reply = await talk.say("转人工", calls("person"))
    assert reply.handoff.requested
    assert "人工" in reply.text


@pytest.mark.parametrize(
    ("kind", "words"), [("greeting", "小灯"), ("thanks", "不客气"), ("identity", "智能客服")]
)
async def test_small_talk_needs_no_second_call(talk, kind, words):
    reply = await talk.say("嗯", f'{{"talk":"{kind}"}}')
    assert words in reply.text
    assert not reply.refused


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "​", "\x00\x07", "x" * 100_000])
async def test_what_cannot_be_read_gets_a_friendly_answer_without_the_model(talk, text):
    reply = await talk.say(text)
    assert reply.text


async def test_english_is_answered_in_english(talk):
    reply = await talk.say("where is LA20261101001", calls("lookup_order"))
    assert "shipped" in reply.text
    assert reply.language == "en"


async def test_a_model_that_is_down_means_a_person(talk):
    reply = await talk.say("几天能退货", ModelDownError("refused"))
    assert reply.handoff.requested
    assert reply.handoff.reason == "model_down"
    assert "同事" in reply.text


async def test_a_model_that_fails_at_the_answer_is_an_honest_refusal(talk):
    reply = await talk.say("几天能退货", calls("search:几天能退货"), ModelDownError("cut"))
    assert reply.refused


async def test_what_is_shown_is_what_is_replied(talk):
    reply = await talk.say(
        "LA20261101001到哪了，运费多少", calls("lookup_order", "search:运费多少"), points_at(1)
    )
    assert "".join(talk.shown) == reply.text


async def test_native_calls_go_through_the_same_checks(talk):
    native = talk.with_agent(decisions="native")
    reply = await native.say("我的订单", calls("list_orders"))
    assert native.model.requests[-1].tools
    assert reply.calls[0].tool == "list_orders"


async def test_worded_sentences_with_invented_figures_are_not_shown(talk):
    writer = talk.with_agent(style="write")
    words = "签收后7天内可以退货。退货送您50元红包！运费由顾客承担。"
    reply = await writer.say(
        "签收后多久能退货", calls("search:签收后多久能退货"), points_at(1), words
    )
    assert reply.text == "签收后7天内可以退货。运费由顾客承担。"
    assert "50" not in "".join(talk.shown)


async def test_a_writer_that_only_invents_is_replaced_by_an_honest_answer(talk):
    writer = talk.with_agent(style="write")
    reply = await writer.say("签收后多久能退货", calls("search:签收后多久能退货"), "30天都可以退。")
    assert reply.refused
    assert "30" not in reply.text


async def test_a_writer_says_that_it_does_not_know(talk):
    writer = talk.with_agent(style="write")
    reply = await writer.say("退货要发票吗", calls("search:退货"), "不知道")
    assert reply.refused


async def test_who_asks_whether_it_is_a_bot_is_told_so_without_a_model(talk):
    reply = await talk.say("你是机器人还是真人")
    assert "不是真人" in reply.text
    assert not reply.handoff.requested
    assert talk.model.requests == []
