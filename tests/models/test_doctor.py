"""What the doctor finds, and that every failing line says how to fix it."""

import asyncio
import json
import shutil
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.doctor import Check, checks, ollama_qwen_models
from app.settings import Settings
from tests.brands.small_brand import write_brand
from tests.models.fake_server import FakeServer, Frames
from tests.models.file_server import serving

TAGS = json.dumps(
    {"models": [{"name": "qwen3:4b"}, {"name": "llama3:8b"}, {"name": "qwen3-embedding:0.6b"}]}
).encode()
SERVED = json.dumps({"data": [{"id": "Qwen/Qwen3-8B"}]}).encode()
NOWHERE = "http://127.0.0.1:9"


def settings(tmp_path: Path, **fields: object) -> Settings:
    given: dict[str, object] = {
        "brand": tmp_path / "brand",
        "data_dir": tmp_path / "var",
        "cache_dir": tmp_path / "cache",
        "ollama_url": NOWHERE,
        "openai_url": NOWHERE,
        "openai_key": SecretStr("k"),
        **fields,
    }
    return Settings(_env_file=None, **given)  # type: ignore[arg-type, call-arg]  # fields come by name


def listing(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


async def found(tmp_path: Path, **fields: object) -> dict[str, Check]:
    results = await checks(settings(tmp_path, **fields))
    for check in results:
        assert check.ok or check.fix, f"{check} does not say how to fix it"
    return {check.name: check for check in results}


async def test_everything_is_looked_at_and_nothing_is_made(tmp_path: Path) -> None:
    write_brand(tmp_path / "brand")
    before = listing(tmp_path)
    result = await found(tmp_path)
    assert {name: check.ok for name, check in result.items()} == {
        "python": True,
        "model": None,
        "ollama": None,
        "disk": True,
        "database": True,
        "brand": True,
    }
    assert "1117 MB to fetch" in result["model"].text
    assert listing(tmp_path) == before


@pytest.mark.parametrize(
    ("spec", "ok"),
    [
        ("embedded:qwen9", False),
        ("embedded:/nowhere/x.gguf", False),
        ("scripted:/nowhere/x.jsonl", False),
        ("vllm", False),
        ("ollama:", False),
        ("embedded:qwen2.5-coder-0.5b", None),
    ],
)
async def test_a_model_that_cannot_be_opened_is_told(
    tmp_path: Path, spec: str, ok: bool | None
) -> None:
    assert (await found(tmp_path, model=spec))["model"].ok is ok


async def test_ollama_is_asked_for_its_qwens(tmp_path: Path) -> None:
    async with serving(TAGS) as ollama:
        assert await ollama_qwen_models(ollama.url) == ["qwen3:4b"]
        with_it = await found(tmp_path, ollama_url=ollama.url, model="ollama:qwen3:4b")
        without = await found(tmp_path, ollama_url=ollama.url, model="ollama:qwen3:8b")
    assert with_it["ollama"].ok is True
    assert without["ollama"].fix == "Run `ollama pull qwen3:8b`."
    assert ollama.asked[0] == ("/api/tags", "")


async def test_without_ollama_there_are_no_qwens_and_it_fails_only_where_wanted(
    tmp_path: Path,
) -> None:
    assert await ollama_qwen_models(NOWHERE) == []
    assert (await found(tmp_path))["ollama"].ok is None
    assert (await found(tmp_path, model="ollama:qwen3:4b"))["ollama"].ok is False


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"models": 3}', b'{"models": [1]}', b""])
async def test_what_is_not_ollama_is_not_taken_for_it(body: bytes) -> None:
    async with serving(body) as other:
        assert await ollama_qwen_models(other.url) == []


async def test_an_openai_style_server_is_looked_at_when_it_is_configured(tmp_path: Path) -> None:
    assert "openai" not in await found(tmp_path)
    async with serving(SERVED) as vllm:
        fields = {"openai_url": f"{vllm.url}/v1"}
        right = await found(tmp_path, model="openai:Qwen/Qwen3-8B", **fields)
        wrong = await found(tmp_path, model="openai:other", **fields)
    down = await found(tmp_path, model="openai:Qwen/Qwen3-8B")
    assert [each["openai"].ok for each in (right, wrong, down)] == [True, False, False]
    assert "openai: and one of: Qwen/Qwen3-8B" in wrong["openai"].fix


async def test_servers_that_hang_cost_three_seconds_at_most(tmp_path: Path) -> None:
    async def silent(server: FakeServer) -> Frames:
        await server.closing.wait()
        yield b""

    fake = FakeServer("ollama", silent)
    hung = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{hung.sockets[0].getsockname()[1]}"
    started = time.monotonic()
    result = await found(tmp_path, model="openai:x", ollama_url=url, openai_url=url)
    assert time.monotonic() - started < 3
    assert (result["ollama"].ok, result["openai"].ok) == (None, False)
    hung.close()


async def test_a_database_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "digital-human.sqlite3").write_text("not a database" * 100)
    assert (await found(tmp_path))["database"].ok is False


async def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    assert (await found(tmp_path))["database"].ok is False


async def test_a_full_disk_counts_the_model_that_is_still_to_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = shutil.disk_usage(tmp_path)._replace(free=900_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: room)
    assert (await found(tmp_path))["disk"].ok is False
    assert (await found(tmp_path, model="ollama:x"))["disk"].ok is True


async def test_a_brand_with_a_mistake_is_told_in_the_loaders_words(tmp_path: Path) -> None:
    assert (await found(tmp_path))["brand"].ok is False
    write_brand(tmp_path / "brand")
    (tmp_path / "brand" / "brand.toml").write_text("[brand")
    assert "brand.toml" in (await found(tmp_path))["brand"].text
