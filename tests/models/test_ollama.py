"""What Ollama does silently must be asked for, or noticed."""

import pytest

from agent.model import Message, ModelDownError, PromptTooLongError, Request
from tests.models.conftest import ask, talking
from tests.models.fake_server import answers, says

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}


async def test_context_limits_seed_and_no_thinking_are_sent() -> None:
    async with talking("ollama", says('{"a": 1}')) as (model, server):
        await model.complete(ask(schema=SCHEMA, seed=7, temperature=0.5))
    sent = server.asked[0]
    assert sent["options"] == {"num_ctx": 2048, "num_predict": 50, "temperature": 0.5, "seed": 7}
    assert sent["think"] is False
    assert sent["format"] == SCHEMA
    assert sent["keep_alive"] == "30m"


async def test_a_prompt_that_may_not_fit_is_refused_before_it_is_sent() -> None:
    async with talking("ollama", says("好", prompt_tokens=1500)) as (model, server):
        with pytest.raises(PromptTooLongError, match=r"may have 2\d\d\d tokens .* context of 2048"):
            await model.complete(ask("退货" * 1010))
        await model.complete(ask("退货" * 900))
        await model.complete(ask("Where is my order? " * 200))
    assert len(server.asked) == 2


async def test_the_answer_needs_room_as_well() -> None:
    async with talking("ollama", says("好")) as (model, _):
        with pytest.raises(PromptTooLongError):
            await model.complete(ask("退货" * 900, max_tokens=400))


async def test_a_prompt_cut_to_a_smaller_context_is_noticed() -> None:
    text = "The parcel was sent on Monday and should have arrived by now. " * 60
    async with talking("ollama", says("好", prompt_tokens=256)) as (model, _):
        with pytest.raises(PromptTooLongError, match="Ollama read 256 tokens"):
            await model.complete(Request((Message("user", text),), max_tokens=20))


async def test_a_prompt_of_rare_signs_cut_to_our_own_context_is_noticed() -> None:
    async with talking("ollama", says("好", prompt_tokens=2048)) as (model, _):
        with pytest.raises(PromptTooLongError, match="Ollama read 2048 tokens"):
            await model.complete(ask("龘靐齉爩" * 400))


async def test_a_count_left_out_for_a_cached_prompt_is_no_cut() -> None:
    async with talking("ollama", says("好", prompt_tokens=0)) as (model, _):
        assert (await model.complete(ask("退货" * 500))).text == "好"


async def test_a_model_that_is_not_there_is_named_with_the_command_that_brings_it() -> None:
    missing = answers(404, '{"error": "model \'m\' not found"}')
    async with talking("ollama", missing) as (model, _):
        with pytest.raises(ModelDownError, match="run `ollama pull m`"):
            await model.complete(ask())


async def test_a_model_that_was_only_loaded_gave_no_answer() -> None:
    async with talking("ollama", says(reason="load")) as (model, _):
        with pytest.raises(ModelDownError):
            await model.complete(ask())
