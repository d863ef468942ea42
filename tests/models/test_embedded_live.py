"""The real thing: a small Qwen inside this process, and how it ends."""

import asyncio
import json
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest

from agent.answer import judge_request
from agent.chat_model import ChatModel
from agent.early_layers import first_layers
from agent.embedded import EmbeddedOptions, EmbeddedServer, start_embedded
from agent.grammar import compact_grammar
from agent.model import Message, ModelDownError, PromptTooLongError, Request
from agent.model_files import DEFAULT_MODEL
from agent.model_http import TimeLimits
from agent.models import ModelOptions, open_model
from agent.openai_style import OpenAiWire
from agent.probing import Probe, Probing
from agent.prompt_size import fewest_tokens, most_tokens
from agent.prompts import prompts_in
from agent.weights import fetch
from app.settings import Settings

pytestmark = pytest.mark.live

SMALL = "qwen2.5-coder-0.5b"
# One thread: on cores shared with others, two threads wait for each other most of the time.
OPTIONS = EmbeddedOptions(threads=1, slots=2, context_tokens=1024)
LIMITS = TimeLimits(5, 120, 180)
RULES = "你是客服。只用一句话回答顾客。" + "退货要在签收后七天内提出，商品保持完好。" * 8
SCHEMA = {
    "type": "object",
    "properties": {
        "tool": {"enum": ["lookup_order", "search_knowledge"]},
        "query": {"type": "string", "maxLength": 20},
    },
    "required": ["tool", "query"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def weights() -> Path:
    settings = Settings(_env_file=None)  # type: ignore[call-arg]  # pydantic-settings' own argument
    return asyncio.run(fetch(SMALL, settings.cache_dir, settings.model_mirror))


@pytest.fixture(scope="module")
def server(weights: Path) -> Iterator[EmbeddedServer]:
    running = asyncio.run(start_embedded(weights, OPTIONS))
    yield running
    asyncio.run(running.stop())


@pytest.fixture
async def model(server: EmbeddedServer) -> AsyncIterator[ChatModel]:
    wire = OpenAiWire(SMALL, server.url, server.key, LIMITS, constraint=compact_grammar)
    model = ChatModel(f"embedded:{SMALL}", wire, LIMITS)
    yield model
    await model.close()


def bearer(server: EmbeddedServer) -> dict[str, str]:
    return {"Authorization": f"Bearer {server.key}"}


def request(text: str, **options: object) -> Request:
    fields: dict[str, object] = {"max_tokens": 60, **options}
    messages = (Message("system", RULES), Message("user", text))
    return Request(messages, **fields)  # type: ignore[arg-type]  # fields come by name


async def test_it_answers_a_customer_in_pieces(model: ChatModel) -> None:
    heard: list[str] = []
    done = await model.complete(request("几天内可以退货？"), heard.append)
    assert "".join(heard).strip() == done.text
    assert len(heard) > 1
    assert done.finish_reason == "stop"
    assert "七" in done.text or "7" in done.text


async def test_it_keeps_to_a_schema_without_white_space(model: ChatModel) -> None:
    done = await model.complete(request("帮我查订单A1001", schema=SCHEMA))
    answer = json.loads(done.text)
    assert set(answer) == {"tool", "query"}
    assert done.text == json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


@pytest.fixture(scope="module")
def early(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return first_layers(weights, 12, tmp_path_factory.mktemp("layers"))


async def test_a_request_whose_state_can_be_read_is_answered_by_it_alone(
    server: EmbeddedServer, early: Path
) -> None:
    first = await start_embedded(early, OPTIONS)
    async with httpx.AsyncClient(trust_env=False, headers=bearer(server)) as client:
        asked = [
            (await client.post(f"{server.address}/tokenize", json={"content": word})).json()
            for word in ("是", "否")
        ]
    tokens = tuple(one["tokens"][0] for one in asked)
    weights = np.array([1.0, -1.0])
    probe = Probe(12, tokens, weights, 0.5)
    probing = Probing(first.address, first.key, probe, close=first.stop)
    wire = OpenAiWire(SMALL, server.url, server.key, LIMITS, constraint=compact_grammar)
    model = ChatModel(f"embedded:{SMALL}", wire, LIMITS, probing=probing)
    request = judge_request(prompts_in("zh"), "能退吗", ["签收七天内可退。"])
    done = await model.complete(request)
    seen, read = await probing.logprobs(request)
    written = await model.complete(replace(request, probe=""))
    await first.stop()
    without = await model.complete(request)
    await model.close()
    assert done.probe == pytest.approx(seen[tokens[0]] - seen[tokens[1]] + 0.5, abs=0.2)
    assert done.prompt_tokens == read
    assert (done.completion_tokens, json.loads(done.text)["资料"]) == (0, [])
    # Without its first layers the model goes by its word.
    assert (without.text, without.probe) == (written.text, None)
    assert without.completion_tokens > 0


def test_the_first_layers_are_made_once_and_know_how_many_they_are(
    weights: Path, early: Path
) -> None:
    made = early.stat().st_mtime_ns
    assert first_layers(weights, 12, early.parent) == early
    assert early.stat().st_mtime_ns == made
    assert early.stat().st_size < weights.stat().st_size
    assert list(early.parent.iterdir()) == [early]
    with pytest.raises(ValueError, match="no more than 12 layers"):
        first_layers(early, 12, early.parent)
    assert list(early.parent.iterdir()) == [early]


async def test_where_the_first_layers_cannot_be_kept_the_model_goes_by_its_word(
    weights: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # Its name is that of a model that has a probe.
    own = tmp_path / f"{DEFAULT_MODEL}.gguf"
    own.symlink_to(weights)
    (tmp_path / "layers").write_text("not a folder")
    model = await open_model(f"embedded:{own}", ModelOptions(tmp_path, slots=1))
    done = await model.complete(judge_request(prompts_in("zh"), "能退吗", ["签收七天内可退。"]))
    await model.close()
    assert done.probe is None
    assert "goes by its word" in caplog.text


async def test_a_prompt_with_the_same_beginning_is_read_much_faster(model: ChatModel) -> None:
    again = "请把退货期限告诉我，谢谢。" * 10
    first = await model.complete(request(f"甲{again}", max_tokens=30, schema=SCHEMA))
    fresh = Request((Message("user", f"{again[::-1]}{RULES}"),), 30, SCHEMA)
    unread = await model.complete(fresh)
    second = await model.complete(request("几天？", max_tokens=30, schema=SCHEMA))
    assert first.prompt_tokens > 200
    assert second.first_token_ms < unread.first_token_ms / 3


async def test_a_prompt_beyond_the_context_is_refused_with_figures(model: ChatModel) -> None:
    with pytest.raises(PromptTooLongError, match=r"\d{4} tokens.*1024 tokens"):
        await model.complete(request("退货" * 1500))


async def test_an_answer_that_needs_more_tokens_than_asked_for_does_not_count(
    model: ChatModel,
) -> None:
    with pytest.raises(ModelDownError, match="was not done after 4 tokens"):
        await model.complete(request("请介绍一下退货", max_tokens=4))


async def test_two_prompts_are_answered_side_by_side(model: ChatModel) -> None:
    both = await asyncio.gather(*(model.complete(request(text)) for text in ("退货？", "换货？")))
    assert all(done.text for done in both)


async def test_nobody_else_may_use_it(server: EmbeddedServer) -> None:
    body = {"messages": [{"role": "user", "content": "hi"}]}
    assert server.url.startswith("http://127.0.0.1:")
    async with httpx.AsyncClient(trust_env=False) as client:
        refused = await client.post(f"{server.url}/chat/completions", json=body)
        page = await client.get(server.url.removesuffix("/v1"))
    assert refused.status_code == 401
    assert page.status_code == 404


TEXTS = [
    RULES,
    "您的订单HY20261101003已由顺丰发出，单号SF1029384756，预计2026-11-12送达。",
    "Where is my order HY-2041? It was shipped on Monday, wasn't it?",
    '{"calls":[{"tool":"lookup_order","args":{"order_id":"A-1001"}}]}',
    "| SKU | 价格 |\n| --- | --- |\n| HY-JH-30 | 168.00 |\n",
    "أين طلبي؟ Où est ma commande ? 주문 어디에 있나요 😀🎉",
    "aGVsbG8gd29ybGQgdGhpcyBpcyBhIHRlc3Qgb2YgYmFzZTY0IHRleHQ=",
]


@pytest.mark.parametrize("text", TEXTS)
async def test_the_real_count_of_tokens_lies_between_the_estimates(
    server: EmbeddedServer, text: str
) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(
            f"{server.url.removesuffix('/v1')}/tokenize",
            json={"content": text},
            headers={"Authorization": f"Bearer {server.key}"},
        )
    real = len(answer.json()["tokens"])
    asked = Request((Message("user", text),), max_tokens=1)
    assert fewest_tokens(asked) <= real <= most_tokens(asked)


PROGRAM = """
    import asyncio, sys
    from pathlib import Path
    from agent.model import Message, ModelDownError, Request
    from agent.models import ModelOptions, open_model

    async def main(how):
        options = ModelOptions(Path(), threads=1, context_tokens=1024)
        model = await open_model("embedded:" + sys.argv[1], options)
        try:
            ask = Request((Message("user", "Count from 1 to 200."),), max_tokens=600)
            pieces = []
            def told(piece):
                pieces.append(piece)
                if len(pieces) == 2:
                    print("talking", flush=True)
                    if how == "raises":
                        raise LookupError("of ours")
            task = asyncio.ensure_future(model.complete(ask, told))
            if how == "closed while talking":
                while len(pieces) < 2:
                    await asyncio.sleep(0.01)
                await model.close()
                try:
                    await task
                except ModelDownError as error:
                    print("told", flush=True)
                return
            await task
        finally:
            if how != "never closed":
                await model.close()

    asyncio.run(main(sys.argv[2]))
"""


def started(weights: Path, how: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), str(weights), how],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        # A shell's background jobs ignore Ctrl-C, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "talking\n"
    return process


@pytest.mark.parametrize(
    ("how", "sent", "status", "complaint"),
    [
        ("closed while talking", None, 0, ""),
        ("raises", None, 1, "LookupError: of ours"),
        ("interrupted", signal.SIGINT, -signal.SIGINT, "KeyboardInterrupt"),
        ("never closed", signal.SIGINT, -signal.SIGINT, "KeyboardInterrupt"),
        ("ended", signal.SIGTERM, -signal.SIGTERM, ""),
    ],
)
def test_it_ends_with_its_process_whatever_happens(
    weights: Path, how: str, sent: signal.Signals | None, status: int, complaint: str
) -> None:
    process = started(weights, how)
    begun = time.monotonic()
    if sent is not None:
        process.send_signal(sent)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == status
    assert (errors.strip().splitlines() or [""])[-1] == complaint
    assert time.monotonic() - begun < 15
