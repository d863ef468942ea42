"""What docs/wechat.md shows works as it stands there."""

import re
import tomllib
from pathlib import Path

import pytest

from app.channels_file import load_bots
from app.wiring import real_time
from channels.wechat.identity import customer_in
from tests.channels.wechat.caller import AES_KEY

DOCS = (Path(__file__).parents[3] / "docs" / "wechat.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)


def test_every_table_of_the_docs_is_a_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "channels.toml"
    file.write_text("\n".join(blocks("toml")), "utf-8")
    for table in tomllib.loads(file.read_text("utf-8"))["bot"]:
        for key, value in table.items():
            if key.endswith("_env"):
                monkeypatch.setenv(value, AES_KEY if "aes" in key else "secret123")
    bots = load_bots(file, tmp_path)
    assert [bot.channel for bot in bots] == ["wechat", "wechat", "wechat_kf", "wecom"]
    for bot in bots:
        assert f"`/{bot.path.split('/')[1]}/NAME`" in DOCS  # type: ignore[attr-defined]


def test_the_scene_of_the_docs_signs_in() -> None:
    (code,) = blocks("python")
    names: dict[str, object] = {}
    exec(code, names)
    scene = names["scene"](b"key", "huayang", "u-1001")  # type: ignore[operator]
    assert customer_in(b"key", "huayang", scene, real_time()) == "u-1001"
