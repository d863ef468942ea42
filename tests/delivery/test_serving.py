"""`digital-human serve` and `worker` as real processes, from the outside."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import set_span_in_context

from app.body_limit import DISCARDED_BYTES, MAX_BYTES, BodyLimit
from app.doctor_service import service_checks
from app.metrics import Metrics
from app.settings import Settings
from app.tracing import Both, Traces
from tests.agent.conftest import calls
from tests.brands.small_brand import write_brand


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("serving")
    write_brand(folder / "lamps")
    answers = [{"text": calls("lookup_order")}, {"text": calls("pay")}]
    lines = [json.dumps(answer, ensure_ascii=False) for answer in answers]
    (folder / "answers.jsonl").write_text("\n".join(lines), "utf-8")
    (folder / "channels.toml").write_text(
        '[[bot]]\nname = "shop"\nchannel = "web"\nbrand = "lamps"\ndemo = true\n', "utf-8"
    )
    return folder


def command(place: Path, *arguments: str) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    environment = {
        **os.environ,  # noqa: TID251 - a process needs the rest of it, too
        "PYTHONPATH": str(root),
        "DIGITAL_HUMAN_DATA_DIR": str(place / "var"),
        "DIGITAL_HUMAN_ANSWERS": "quote",
        "DIGITAL_HUMAN_MODEL": f"scripted:{place / 'answers.jsonl'}",
    }
    return subprocess.Popen(
        [sys.executable, "-W", "error::ResourceWarning", "-m", "app", *arguments],
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def served(place: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = command(place, "serve", "--port", str(port))
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        if process.poll() is not None:
            raise AssertionError(process.stdout.read())
        try:
            if httpx.get(f"{address}/readyz", trust_env=False).status_code == 200:
                break
        except httpx.HTTPError:
            time.sleep(0.1)
    yield address, process
    if process.poll() is None:
        process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
def http(served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served[0], trust_env=False, timeout=20) as client:
        yield client


def test_a_message_gets_an_answer_over_http(http):
    session = http.post("/chat/shop/api/session", json={}).json()
    http.headers["Authorization"] = f"Bearer {session['token']}"
    message = {"id": str(uuid.uuid4()), "kind": "text", "text": "LA20261101001 到哪了"}
    for _ in range(2):
        assert http.post("/chat/shop/api/messages", json=message).status_code == 202
    found: list[dict[str, object]] = []
    for _ in range(200):
        events = http.get("/chat/shop/api/history").json()["events"]
        if found := [event for event in events if event["type"] == "reply"]:
            break
        time.sleep(0.1)
    [reply] = found
    assert "手机号的后四位" in reply["text"]


def test_it_says_that_it_lives_and_what_it_has(http):
    assert http.get("/healthz").json() == {"status": "ok"}
    ready = http.get("/readyz").json()
    assert ready == {"ready": True, "database": "ok", "redis": "not used", "model": "ok"}


def test_figures_are_there_for_prometheus(http):
    text = http.get("/metrics").text
    for name in ("turns", "turn_seconds", "queue", "deliveries", "tokens", "model_errors"):
        assert f"# TYPE digital_human_{name}" in text
    assert 'digital_human_queue{queue="inbox"} 0.0' in text


@pytest.mark.parametrize("path", ["/chat/shop/api/messages", "/pay/notices", "/nowhere"])
def test_bodies_that_are_too_long_are_not_read(http, path):
    assert http.post(path, content=b"x" * (MAX_BYTES + 1)).status_code in {404, 413}
    pieces = (b"x" * 65536 for _ in range(20))
    assert http.post(path, content=pieces).status_code in {401, 404, 413}


def test_who_sends_too_much_slowly_still_reads_the_refusal(served):
    """A connection closed over unread bytes would be reset, and the refusal lost."""
    host, _, port = served[0].removeprefix("http://").rpartition(":")
    head = f"POST /pay/notices HTTP/1.1\r\nHost: x\r\nContent-Length: {2 * MAX_BYTES}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head.encode())
        for _ in range(2 * MAX_BYTES // 262_144):
            time.sleep(0.05)
            connection.sendall(b"x" * 262_144)
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_discarding_ends_by_itself():
    async def app(scope, receive, send):
        await receive()

    sent: list[dict[str, object]] = []
    read = 0

    async def endless():
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * 65536, "more_body": True}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "headers": [(b"transfer-encoding", b"chunked")]}
    await BodyLimit(app, most=5)(scope, endless, send)
    assert sent[0]["status"] == 413
    assert read * 65536 <= DISCARDED_BYTES + 65536


def test_a_worker_for_the_same_database_comes_and_goes(served, place):
    with command(place, "worker") as process:
        said = next(line.strip() for line in process.stdout if line.strip())
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=20)
    assert (process.returncode, said, rest) == (0, "worker ready", "")


def test_a_port_that_is_taken_is_named_at_once(served, place):
    port = served[0].rpartition(":")[2]
    with command(place, "serve", "--port", port) as process:
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert f"127.0.0.1:{port} cannot be listened at" in said
    assert len(said.strip().splitlines()) == 1


def test_asked_to_stop_it_stops_by_itself(served, http):
    session = http.post("/chat/shop/api/session", json={}).json()
    headers = {"Authorization": f"Bearer {session['token']}"}
    with http.stream("GET", "/chat/shop/api/events", headers=headers) as stream:
        assert next(stream.iter_lines())
        served[1].send_signal(signal.SIGTERM)
        assert served[1].wait(timeout=20) == 0


async def test_a_body_is_counted_even_if_it_lies_about_its_length():
    async def app(scope, receive, send):
        while (await receive()).get("more_body"):
            pass

    sent: list[dict[str, object]] = []
    more = 10

    async def receive():
        nonlocal more
        more -= 1
        return {"type": "http.request", "body": b"xx", "more_body": more > 0}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "headers": [(b"content-length", b"2")]}
    await BodyLimit(app, most=5)(scope, receive, send)
    assert (sent[0]["status"], more) == (413, 0)
    sent.clear()
    await BodyLimit(app, most=5)(
        {"type": "http", "headers": [(b"content-length", b"-1")]}, receive, send
    )
    assert sent[0]["status"] == 413


async def test_doctor_names_what_does_not_answer(tmp_path):
    (tmp_path / "channels.toml").write_text("[[bot]]\n", "utf-8")
    settings = Settings(
        channels=tmp_path / "channels.toml",
        redis_url="redis://127.0.0.1:1",
        database_url="postgresql://127.0.0.1:1/none",
    )
    found = {check.name: check for check in await service_checks(settings)}
    assert [found[name].ok for name in ("postgresql", "redis", "channels")] == [False] * 3
    assert all(check.fix for check in found.values())


async def test_doctor_is_content_with_real_servers(tmp_path, postgres_address, valkey_address):
    write_brand(tmp_path / "lamps")
    bot = f'[[bot]]\nname = "shop"\nchannel = "web"\nbrand = "{tmp_path / "lamps"}"\n'
    (tmp_path / "channels.toml").write_text(bot, "utf-8")
    settings = Settings(
        channels=tmp_path / "channels.toml", redis_url=valkey_address, database_url=postgres_address
    )
    found = await service_checks(settings)
    assert [check.ok for check in found] == [True] * 4


async def test_turns_become_spans_without_the_words(house):
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    traces = Traces(provider.get_tracer("test"), set_span_in_context)
    object.__setattr__(house.desk, "watcher", Both(Metrics(), traces))
    await house.says("LA20261101001到哪了", customer="u-1")
    await house.quiet()
    spans = exporter.get_finished_spans()
    assert [span.name for span in spans] == ["model decide", "tool lookup_order", "turn"]
    assert "LA2026" not in "".join(span.to_json() for span in spans)
