"""One index on object storage: one process builds it, another one reads the new version."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from knowledge.brand import Brand
from knowledge.change import SMALL_INDEX
from knowledge.errors import KnowledgeError
from knowledge.index import Builder
from knowledge.search import BrandKnowledge
from knowledge.shelving import shelve_in_child
from knowledge.versions import roll_back
from tests.knowledge.conftest import CountingEmbedder, write

_SERVER = "from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of an S3 server in another process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT": address,
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER.format(port=port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(
            Bucket="shop"
        )
        yield "s3://shop/knowledge"
    finally:
        server.kill()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the S3 server does not start")


async def follower(
    brand: Brand, folder: Path, store: str, small: int = SMALL_INDEX
) -> BrandKnowledge:
    """As on another machine, which has the brand's folder but must not build from it."""
    following = Builder(brand, folder, CountingEmbedder(), store=store, follows=True)
    following = replace(following, small=small)
    return await BrandKnowledge.open_with(following)


@pytest.mark.parametrize("large", [False, True])
async def test_another_machine_answers_from_each_new_version_in_the_store(
    builder: Builder, brand: Brand, store: str, large: bool
) -> None:
    builder = replace(builder, small=2) if large else builder
    # The small index is written by a process of its own, which talks to the server by itself.
    building = replace(builder, store=store, shelve=builder.shelve if large else shelve_in_child)
    await building.build()
    other = await follower(brand, builder.folder.parent / "elsewhere", store, builder.small)
    for version, fee in ((2, "六元"), (3, "八元")):
        write(brand, "gift.md", f"# 礼品盒\n\n礼品盒收{fee}。\n")
        await other.refresh()
        assert other.version == version - 1
        await building.build()
        await other.refresh()
        found = await other.search("礼品盒收多少", limit=1)
        assert (found.version, found.hits[0].passage.text) == (version, f"礼品盒收{fee}。")
    await roll_back(builder.folder, 2)
    await building.build()
    await other.refresh()
    assert (await other.search("礼品盒收多少", limit=1)).hits[0].passage.text == "礼品盒收六元。"


async def test_a_store_without_knowledge_and_one_that_is_away_say_what_to_do(
    brand: Brand, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KnowledgeError, match="build it there first"):
        await follower(brand, tmp_path / "index", store)
    with pytest.raises(KnowledgeError, match=r"cannot be used: .* Check the address"):
        await follower(brand, tmp_path / "index", "s3://nowhere/knowledge")
