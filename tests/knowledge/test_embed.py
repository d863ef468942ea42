"""Embedders: the one inside, and Ollama's over a real connection."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import numpy as np
import pytest

from knowledge.embed import EmbeddedE5, RememberedQueries, open_embedder
from knowledge.embed_ollama import OllamaEmbedder
from knowledge.errors import KnowledgeError
from tests.knowledge.conftest import CountingEmbedder

Answer = tuple[int, object]
Serve = Callable[..., Awaitable[str]]


async def test_the_embedded_model_brings_meanings_together() -> None:
    model = EmbeddedE5()
    vectors = await model.passages(["签收后七天内可以退货", "口红有十二个颜色"])
    query = await model.query("收到货不想要了怎么办")
    assert vectors.shape == (2, 384)
    assert vectors[0] @ query > vectors[1] @ query
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "字" * 100_000])
async def test_any_text_gets_a_vector(text: str) -> None:
    vector = await EmbeddedE5().query(text)
    assert np.isfinite(vector).all()


async def test_a_question_is_embedded_once() -> None:
    class Once(CountingEmbedder):
        async def query(self, text: str) -> "np.typing.NDArray[np.float32]":
            self.embedded.append(text)
            return await super().query(text)

    inner = Once()
    remembered = RememberedQueries(inner, size=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        await remembered.query(text)
    assert inner.embedded == ["a", "b", "c", "b"]
    assert remembered.name == "counting"
    assert (await remembered.passages(["x"])).shape == (1, 64)


@pytest.mark.parametrize("spec", ["ollama:", "openai:x", "", "embedded:x"])
def test_an_unknown_embedder_is_refused(spec: str) -> None:
    with pytest.raises(KnowledgeError, match="write embedded or ollama:NAME"):
        open_embedder(spec, "http://127.0.0.1:9")


def test_embedders_are_named_as_in_the_settings() -> None:
    assert open_embedder("embedded", "").name == "embedded"
    assert open_embedder("ollama:bge-m3", "http://127.0.0.1:9").name == "ollama:bge-m3"


class Ollama:
    """A server that gives one answer and remembers what it was asked."""

    def __init__(self, answer: Answer, *, hangs: bool = False) -> None:
        self.answer = answer
        self.hangs = hangs
        self.asked: list[dict[str, list[str]]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        self.asked.append(json.loads(await reader.readexactly(length)))
        if self.hangs:
            await reader.read()
            writer.close()
            return
        status, body = self.answer
        content = json.dumps(body).encode()
        writer.write(
            b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
            b"Connection: close\r\n\r\n%s" % (status, len(content), content)
        )
        await writer.drain()
        writer.close()


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Ollama], Awaitable[str]]]:
    servers = []

    async def start(ollama: Ollama) -> str:
        server = await asyncio.start_server(ollama.serve, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    yield start
    for server in servers:
        server.close()
        await server.wait_closed()


async def test_ollama_gives_vectors_of_length_one(serve: Serve) -> None:
    ollama = Ollama((200, {"model": "m", "embeddings": [[3.0, 4.0]]}))
    vector = await OllamaEmbedder("bge-m3", await serve(ollama)).query("退货\n吗")
    assert np.allclose(vector, [0.6, 0.8])
    assert ollama.asked[0]["input"] == ["退货 吗"]


async def test_a_model_that_wants_an_instruction_gets_it_for_questions_only(serve: Serve) -> None:
    ollama = Ollama((200, {"model": "m", "embeddings": [[1.0]]}))
    embedder = OllamaEmbedder("qwen3-embedding:0.6b", await serve(ollama))
    await embedder.query("退货")
    await embedder.passages(["退货"])
    question, passage = (asked["input"] for asked in ollama.asked)
    assert "".join(question).startswith("Instruct: ")
    assert passage == ["退货"]


async def test_no_passages_need_no_server() -> None:
    assert len(await OllamaEmbedder("m", "http://127.0.0.1:9").passages([])) == 0


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((404, {"error": 'model "m" not found'}), "ollama pull m"),
        ((500, {"error": "out of memory"}), "out of memory"),
        ((200, {"model": "m", "embeddings": []}), "is it an embedding model"),
        ((200, {"model": "m", "embeddings": [[]]}), "is it an embedding model"),
        ((200, {"model": "m", "embeddings": [[0.0, 0.0]]}), "without direction"),
        ((200, {"nonsense": True}), "does not answer"),
    ],
)
async def test_a_bad_answer_is_a_clear_error(serve: Serve, answer: Answer, says: str) -> None:
    url = await serve(Ollama(answer))
    with pytest.raises(KnowledgeError, match=says):
        await OllamaEmbedder("m", url).query("x")


async def test_a_server_that_is_not_there_is_a_clear_error() -> None:
    with pytest.raises(KnowledgeError, match="Ollama does not answer at"):
        await OllamaEmbedder("m", "http://127.0.0.1:9").query("x")


async def test_a_slow_server_is_given_up(serve: Serve) -> None:
    url = await serve(Ollama((200, {}), hangs=True))
    with pytest.raises(KnowledgeError, match="takes too long"):
        await OllamaEmbedder("m", url, seconds=0.1).query("x")
