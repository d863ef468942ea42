"""Opening a model by its name."""

from pathlib import Path

import pytest

from agent.model import ModelDownError
from agent.models import ModelOptions, ModelSpecError, open_model
from tests.models.conftest import ask
from tests.models.fake_server import says, served


@pytest.mark.parametrize(
    "spec", ["", "gpt", "ollama", "ollama:", "openai:", "scripted:", ":qwen", "Embedded", "vllm:x"]
)
async def test_another_form_of_name_is_refused_with_the_known_ones(
    tmp_path: Path, spec: str
) -> None:
    with pytest.raises(ModelSpecError, match="embedded, embedded:NAME, ollama:NAME") as caught:
        await open_model(spec, ModelOptions(tmp_path))
    assert isinstance(caught.value, ValueError)


async def test_a_model_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelSpecError, match="There is no model file"):
        await open_model(f"embedded:{tmp_path / 'none.gguf'}", ModelOptions(tmp_path))


async def test_a_file_that_is_no_model_is_refused_and_not_loaded(tmp_path: Path) -> None:
    file = tmp_path / "wrong.gguf"
    file.write_bytes(b"GGUF" + bytes(5000))
    with pytest.raises(ModelDownError, match="cannot be loaded"):
        await open_model(f"embedded:{file}", ModelOptions(tmp_path))


async def test_an_unknown_embedded_model_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelDownError, match=r"qwen2\.5-coder-1\.5b"):
        await open_model("embedded:llama", ModelOptions(tmp_path))


async def test_an_openai_style_model_is_asked_under_its_name_with_the_key(tmp_path: Path) -> None:
    async with served("openai", says("好")) as server:
        options = ModelOptions(tmp_path, openai_url=server.url, openai_key="k-9")
        model = await open_model("openai:Qwen/Qwen2.5-7B-Instruct", options)
        done = await model.complete(ask())
        await model.close()
    assert (model.spec, done.text) == ("openai:Qwen/Qwen2.5-7B-Instruct", "好")
    assert server.asked[0]["model"] == "Qwen/Qwen2.5-7B-Instruct"
    assert "k-9" in server.headers[0]


async def test_an_ollama_model_keeps_its_tag_and_gets_the_context(tmp_path: Path) -> None:
    async with served("ollama", says("好")) as server:
        options = ModelOptions(tmp_path, ollama_url=server.url, context_tokens=4096)
        model = await open_model("ollama:qwen3:4b", options)
        await model.complete(ask())
        await model.close()
    assert model.spec == "ollama:qwen3:4b"
    assert server.asked[0]["model"] == "qwen3:4b"
    assert server.asked[0]["options"]["num_ctx"] == 4096


async def test_recorded_answers_are_a_model_too(tmp_path: Path) -> None:
    file = tmp_path / "a:b.jsonl"
    file.write_text('{"text": "您好"}', "utf-8")
    model = await open_model(f"scripted:{file}", ModelOptions(tmp_path))
    assert (await model.complete(ask())).text == "您好"
    assert model.spec == f"scripted:{file}"
