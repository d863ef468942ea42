"""Baselines answer with the same reply object, from the same tools and knowledge."""

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

from agent.scripted import RecordedAnswer, RecordedCall, ScriptedModel
from app.settings import Settings
from app.wiring import open_agent
from evaluation.baselines import Retrieval, Stock
from evaluation.plain_model import PlainChatModel, written_calls
from tests.brands.small_brand import write_brand

NAMES = frozenset({"lookup_order", "list_orders"})


@pytest.fixture
async def opened(tmp_path):
    """Opens the small brand's agent on a scripted model."""
    write_brand(tmp_path / "lamps")

    def opening(*answers):
        settings = Settings(brand=tmp_path / "lamps", data_dir=tmp_path / "var")
        return open_agent(settings, model=ScriptedModel(answers))

    return opening


async def test_retrieval_says_the_best_passage_and_calls_nothing(opened):
    async with opened() as running:
        answered = await Retrieval(running.agent).answer("c", "几天无理由退货", None)
    assert "七天无理由退货" in answered.reply.text
    assert answered.reply.citations[0].source == answered.passages[0] == "knowledge/returns.md"
    assert (answered.reply.calls, answered.reply.refused) == ((), False)
    assert any("七天" in text for text in answered.evidence)


async def test_the_stock_agent_calls_our_tools_by_fenced_json(opened):
    fenced = '```json\n{"name": "lookup_order", "arguments": {"order_id": "LA20261101001"}}\n```'
    async with opened(fenced, "顺丰在送。") as running:
        answered = await Stock(running.agent).answer("c", "到哪了", "u-1")
    call = answered.reply.calls[0]
    assert (call.tool, call.args["order_id"], call.ok) == ("lookup_order", "LA20261101001", True)
    assert answered.reply.text == "顺丰在送。"
    assert any("SF1234567890" in text for text in answered.evidence)


async def test_a_tool_that_refuses_ends_the_stock_agents_turn_with_its_call_on_record(opened):
    native = RecordedAnswer(
        tool_calls=(RecordedCall(name="lookup_order", args={"order_id": "LA20261115003"}),)
    )
    async with opened(native) as running:
        answered = await Stock(running.agent).answer("c", "别人的单", "u-1")
    assert [(call.tool, call.ok) for call in answered.reply.calls] == [("lookup_order", False)]
    assert answered.reply.refused
    assert "ToolRefusedError" in answered.model_calls[0]["error"]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ('{"name": "list_orders", "arguments": {}}', [("list_orders", {})]),
        ('好的：\n```json\n{"name":"list_orders"}\n```', [("list_orders", {})]),
        (
            '<tool_call>{"name":"lookup_order","arguments":{"order_id":"A1"}}</tool_call>',
            [("lookup_order", {"order_id": "A1"})],
        ),
        ('{"name":"list_orders"}\n{"name":"list_orders"}', [("list_orders", {})] * 2),
        ('[{"name":"list_orders","parameters":{}}]', [("list_orders", {})]),
        ('{"name": "sing", "arguments": {}}', []),
        ('{"name": "list_orders", "arguments": 3}', []),
        ("您好", []),
        ("3", []),
        ('{"name": "list_ord', []),
    ],
)
def test_calls_written_as_json_are_read_leniently(text, calls):
    found = written_calls(text, NAMES)
    assert [(call["name"], call["args"]) for call in found] == calls


async def test_calls_and_results_reach_the_model_as_text():
    model = ScriptedModel(["好"])
    call = {"name": "list_orders", "args": {}, "id": "1", "type": "tool_call"}
    await PlainChatModel(asked=model).ainvoke(
        [
            SystemMessage("s"),
            HumanMessage("h"),
            AIMessage("", tool_calls=[call]),
            ToolMessage("two", tool_call_id="1"),
        ]
    )
    assert [(m.role, m.text) for m in model.requests[0].messages] == [
        ("system", "s"),
        ("user", "h"),
        ("assistant", '<tool_call>\n{"name": "list_orders", "arguments": {}}\n</tool_call>'),
        ("user", "<tool_response>\ntwo\n</tool_response>"),
    ]
