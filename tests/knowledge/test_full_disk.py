"""A disk without room, by a limit that the operating system sets on files of one process."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.brands.small_brand import write_brand

ROOT = Path(__file__).parents[2]
ROOM = 24 * 1024


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = write_brand(tmp_path / "lamps")
    long = "\n\n".join(f"第 {n} 条：吊灯 {n} 号免费安装。" for n in range(1500))
    (tmp_path / "long.md").write_text(f"# 安装\n\n{long}\n", "utf-8")
    rows = "\n".join(f"第 {n} 个问题怎么办,第 {n} 个答案" for n in range(1500))
    (tmp_path / "long.csv").write_text(f"问题,答案\n{rows}\n", "utf-8")
    goods = "\n".join(f"S-{n},灯 {n} 号,{n}.00,3" for n in range(3000))
    (tmp_path / "feed.csv").write_text(f"sku,name,price,stock\n{goods}\n", "utf-8")
    return folder


def run(shop: Path, *words: str, room: int | None = ROOM) -> subprocess.CompletedProcess[str]:
    """A command as a process of its own that may write files of at most `room` bytes."""
    named = os.environ | {"DIGITAL_HUMAN_DATA_DIR": str(shop.parent / "var")}  # noqa: TID251
    limit = resource.RLIM_INFINITY if room is None else room
    return subprocess.run(
        [sys.executable, "-m", "app", "knowledge", *words, "--brand", str(shop)],
        cwd=ROOT,
        env=named,
        text=True,
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize(
    ("source", "kind", "named"),
    [
        ("long.md", (), "long.md"),
        ("long.csv", ("--as", "qa"), "long.md"),
        ("feed.csv", ("--as", "products"), "catalog.csv"),
    ],
)
def test_what_cannot_be_written_is_named_and_nothing_is_changed(
    shop: Path, source: str, kind: tuple[str, ...], named: str
) -> None:
    before = files(shop)
    ended = run(shop, "add", str(shop.parent / source), *kind)
    assert ended.returncode == 1
    assert f"{named} cannot be written (File too large) and is as it was." in ended.stderr
    after = files(shop)
    after.pop("knowledge/.origins.json", None)
    assert after == before


def test_an_index_that_cannot_be_written_stays_whole_and_in_use(shop: Path) -> None:
    assert run(shop, "build", room=None).returncode == 0
    (shop / "knowledge" / "long.md").write_bytes((shop.parent / "long.md").read_bytes())
    ended = run(shop, "build")
    assert ended.returncode == 1
    assert "cannot be written" in ended.stderr
    assert "Traceback" not in ended.stderr
    found = run(shop, "search", "几天无理由退货")
    assert (found.returncode, "version 1" in found.stdout) == (0, True)
    assert "knowledge/returns.md" in found.stdout
