"""What a model server may do, and what comes of it: an answer, or one line that says what to do."""

import asyncio
import socket

import pytest

from agent.model import ModelDownError, PromptTooLongError, ToolCall
from tests.models import fake_server as fake
from tests.models.conftest import PATIENT, QUICK, ask, chat_model, talking
from tests.models.fake_server import Act, Style, answers, calls, says

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
TOOL = {
    "type": "function",
    "function": {
        "name": "lookup_order",
        "description": "An order.",
        "parameters": {"type": "object", "properties": {"order_id": {"type": "string"}}},
    },
}


async def test_an_answer_arrives_in_pieces_and_whole(style: Style) -> None:
    heard: list[str] = []
    async with talking(style, says("您好", "，", "请讲")) as (model, _):
        done = await model.complete(ask(), heard.append)
    assert heard == ["您好", "，", "请讲"]
    assert (done.text, done.finish_reason) == ("您好，请讲", "stop")
    assert (done.prompt_tokens, done.completion_tokens) == (40, 3)
    assert 0 < done.first_token_ms <= done.total_ms


async def test_native_tool_calls_come_back_parsed(style: Style) -> None:
    wanted = calls(("lookup_order", '{"order_id": "A1"}'), ("list_orders", "{}"))
    async with talking(style, wanted) as (model, server):
        done = await model.complete(ask(tools=(TOOL,)))
    assert done.tool_calls == (
        ToolCall("lookup_order", {"order_id": "A1"}),
        ToolCall("list_orders", {}),
    )
    assert server.asked[0]["tools"][0]["function"]["name"] == "lookup_order"


async def test_thoughts_are_neither_shown_nor_returned(style: Style) -> None:
    heard: list[str] = []
    pieces = ("<th", "ink>用户问", "候</thi", "nk>", "您", "好<")
    async with talking(style, says(*pieces)) as (model, _):
        done = await model.complete(ask(), heard.append)
    assert ("".join(heard), done.text) == ("您好<", "您好<")


async def test_a_thought_before_json_is_dropped(style: Style) -> None:
    async with talking(style, says("<think>嗯</think>", '{"a": 1}')) as (model, _):
        done = await model.complete(ask(schema=SCHEMA))
    assert done.text == '{"a": 1}'


BROKEN: dict[str, tuple[Act, str]] = {
    "500": (answers(500, '{"error": "boom"}'), "failed: look at its log"),
    "503 html": (answers(503, "<html>Bad gateway</html>", "text/html"), "failed: look at its log"),
    "html": (answers(200, "<html>Welcome</html>", "text/html"), ""),
    "empty body": (answers(200, ""), ""),
    "no words": (says(), "gave an empty answer"),
    "white space": (says(" ", "\n"), "gave an empty answer"),
    "only thoughts": (says("<think>嗯", "……"), "gave an empty answer"),
    "cut": (fake.is_cut, "broke off"),
    "no finish reason": (fake.ends_without_a_reason, "broke off in the middle"),
    "half a line": (fake.talks_nonsense, "check DIGITAL_HUMAN_"),
    "another shape": (fake.sends_another_shape, "check DIGITAL_HUMAN_"),
    "error half-way": (fake.fails_half_way, "failed: look at its log"),
    "length": (says("您好", reason="length"), "was not done after 50 tokens"),
    "filtered": (says("您好", reason="content_filter"), "stopped for 'content_filter'"),
    "never stops": (fake.never_stops, "far beyond the 50 tokens"),
    "endless line": (fake.sends_one_endless_line, "sends without end"),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_a_broken_answer_is_one_line_that_says_what_to_do(style: Style, case: str) -> None:
    act, expected = BROKEN[case]
    async with talking(style, act) as (model, server):
        with pytest.raises(ModelDownError) as caught:
            await model.complete(ask())
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(server.asked) == 1, "the client must not try again by itself"


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (fake.hangs, "said nothing within 0.4 s"),
        (fake.hangs_after_a_word, "did not finish within 0.8 s"),
        (fake.trickles, "did not finish within 0.8 s"),
    ],
)
async def test_a_slow_server_is_given_up_in_time(style: Style, act: Act, expected: str) -> None:
    async with talking(style, act, QUICK) as (model, _):
        with pytest.raises(ModelDownError, match=expected):
            async with asyncio.timeout(2):
                await model.complete(ask(max_tokens=500))


async def test_a_server_that_is_not_there_is_named(style: Style) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refused
        model = chat_model(style, f"http://127.0.0.1:{taken.getsockname()[1]}", PATIENT)
        with pytest.raises(ModelDownError, match=r"start it|ollama serve"):
            await model.complete(ask())
        await model.close()


async def test_an_answer_that_breaks_the_schema_does_not_count(style: Style) -> None:
    async with talking(style, says('{"a": ')) as (model, _):
        with pytest.raises(ModelDownError, match="did not keep to the JSON Schema"):
            await model.complete(ask(schema=SCHEMA))


async def test_a_tool_call_in_broken_json_does_not_count() -> None:
    async with talking("openai", calls(("lookup_order", '{"order_id": '))) as (model, _):
        with pytest.raises(ModelDownError, match="not valid JSON"):
            await model.complete(ask(tools=(TOOL,)))


async def test_giving_up_hangs_up_so_that_the_server_can_stop(style: Style) -> None:
    async with talking(style, fake.trickles) as (model, server):
        task = asyncio.ensure_future(model.complete(ask(max_tokens=500)))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(2):
            while not server.left:  # noqa: ASYNC110 - the server is another program in real life
                await asyncio.sleep(0.02)


async def test_a_bug_in_the_listener_is_not_taken_for_a_broken_model(style: Style) -> None:
    def listener(piece: str) -> None:
        raise ZeroDivisionError(piece)

    async with talking(style, says("您好")) as (model, _):
        with pytest.raises(ZeroDivisionError):
            await model.complete(ask(), listener)


async def test_a_proxy_in_the_environment_is_not_asked_for_loopback(
    style: Style, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with talking(style, says("您好")) as (model, _):
        assert (await model.complete(ask())).text == "您好"


async def test_closing_twice_is_safe(style: Style) -> None:
    async with talking(style, says("您好")) as (model, _):
        await model.close()
        await model.close()


LONG = '{"error": {"message": "This model\'s maximum context length is 2048 tokens.", "code": 400}}'
CUT = '{"error": {"message": "request (9 tokens) exceeds the available context size", "code": 400}}'


@pytest.mark.parametrize("body", [LONG, CUT])
async def test_a_prompt_the_server_finds_too_long_is_told_apart(body: str) -> None:
    async with talking("openai", answers(400, body)) as (model, _):
        with pytest.raises(PromptTooLongError, match="DIGITAL_HUMAN_CONTEXT_TOKENS"):
            await model.complete(ask())
