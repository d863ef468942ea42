"""What exactly is sent to an OpenAI-style server."""

import pytest

from agent.model import ModelDownError
from agent.model_http import TimeLimits, is_loopback
from agent.openai_style import OpenAiWire
from tests.models.conftest import ask, chat_model, talking
from tests.models.fake_server import answers, says, served

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}


async def test_the_request_is_plain_and_complete() -> None:
    async with talking("openai", says('{"a": 1}')) as (model, server):
        await model.complete(ask("我的订单呢", schema=SCHEMA, seed=7))
    sent = server.asked[0]
    assert sent["messages"] == [
        {"role": "system", "content": "你是客服。"},
        {"role": "user", "content": "我的订单呢"},
    ]
    assert (sent["max_tokens"], sent["temperature"], sent["seed"]) == (50, 0.0, 7)
    assert "max_completion_tokens" not in sent
    assert sent["response_format"]["json_schema"] == {
        "name": "answer",
        "strict": True,
        "schema": SCHEMA,
    }
    assert sent["stream"] is True
    assert sent["stream_options"] == {"include_usage": True}
    assert "chat_template_kwargs" not in sent
    assert "authorization: bearer key-1" in server.headers[0].lower()


async def test_plain_text_is_asked_for_without_a_constraint() -> None:
    async with talking("openai", says("好")) as (model, server):
        await model.complete(ask())
    assert not {"response_format", "tools", "grammar"} & set(server.asked[0])


async def test_a_hybrid_qwen_is_told_not_to_think() -> None:
    limits = TimeLimits()
    async with served("openai", says("好")) as server:
        wire = OpenAiWire("Qwen/Qwen3-8B", server.url, "", limits)
        pieces = [piece.text async for piece in wire.stream(ask())]
        await wire.close()
    assert "".join(pieces) == "好"
    assert server.asked[0]["chat_template_kwargs"] == {"enable_thinking": False}


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "DIGITAL_HUMAN_OPENAI_KEY"),
        (403, "check DIGITAL_HUMAN_OPENAI_KEY"),
        (404, "There is no model 'm'"),
        (429, "is busy"),
        (400, "failed: look at its log"),
    ],
)
async def test_a_refusal_says_which_setting_to_look_at(status: int, advice: str) -> None:
    async with talking("openai", answers(status, '{"error": {"message": "no"}}')) as (model, _):
        with pytest.raises(ModelDownError, match=advice):
            await model.complete(ask())


async def test_an_address_that_is_none_is_an_error_of_one_line() -> None:
    model = chat_model("openai", "http://127.0.0.1:1/v1")
    with pytest.raises(ModelDownError, match="start it"):
        await model.complete(ask())
    await model.close()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://localhost:11434", True),
        ("http://[::1]:1", True),
        ("http://10.0.0.2", False),
        ("https://models.example.org", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine_only(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected
