"""The decide step: what is asked of the model, and what is made of its answer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.decide import decide_request, plan_of, schema
from agent.memory import Exchange, Memory
from agent.model import Completion, ModelDownError, ToolCall
from agent.prompts import Prompts

TOOLS = ("lookup_order", "search_knowledge", "create_payment_link")
PROMPTS = Prompts("zh", "fixed", "answer", "write", "native", "顾客：")


def completion(text: str, *calls: ToolCall) -> Completion:
    return Completion(text, "stop", 1, 1, 1.0, 1.0, calls)


def test_the_fixed_part_comes_first_and_never_changes() -> None:
    first = decide_request(PROMPTS, Memory(), "你好", TOOLS)
    later = decide_request(PROMPTS, Memory((Exchange("a", "b"),)), "到哪了", TOOLS)
    assert first.messages[0] == later.messages[0]
    assert later.messages[1].text == "（上文：\n顾客：a 客服：b\n）\n顾客：到哪了"


def test_a_query_is_only_asked_for_where_there_is_history() -> None:
    first = decide_request(PROMPTS, Memory(), "退货几天", TOOLS)
    later = decide_request(PROMPTS, Memory((Exchange("a", "b"),)), "那换货呢", TOOLS)
    assert "query" not in json.dumps(first.schema)
    assert "query" in json.dumps(later.schema)


def test_only_the_brands_tools_are_offered() -> None:
    text = json.dumps(schema(("lookup_order",), with_query=True))
    assert "lookup_order" in text
    assert "create_payment_link" not in text


def test_calls_are_read_and_unknown_tools_dropped() -> None:
    plan = plan_of(
        completion(
            '{"calls":[{"tool":"lookup_order"},{"tool":"drop_table"},{"tool":"list_orders"}]}'
        ),
        TOOLS,
    )
    assert [call.tool for call in plan.calls] == ["lookup_order"]


def test_native_calls_are_validated_just_the_same() -> None:
    calls = (ToolCall("search_knowledge", {"query": "x"}), ToolCall("rm", {}))
    plan = plan_of(completion("", *calls), TOOLS)
    assert [(call.tool, call.args) for call in plan.calls] == [("search_knowledge", {"query": "x"})]


def test_no_call_is_small_talk() -> None:
    assert plan_of(completion('{"talk":"thanks"}'), TOOLS).talk == "thanks"
    assert plan_of(completion('{"calls":[]}'), TOOLS).talk == "other"


@pytest.mark.parametrize("text", ["", "not json", "[1]", "null", '"x"'])
def test_what_is_no_decision_is_an_error(text: str) -> None:
    with pytest.raises(ModelDownError):
        plan_of(completion(text), TOOLS)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_any_json_is_either_a_plan_or_an_error(value: object) -> None:
    text = json.dumps({"calls": value})
    assert plan_of(completion(text), TOOLS).calls == () or isinstance(value, list)
