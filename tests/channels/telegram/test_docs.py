"""docs/telegram.md cannot drift from what it describes."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.channels_file import load_bots
from channels.telegram.identity import customer_of
from channels.telegram.settings import TelegramBot
from tests.channels.telegram.conftest import World
from tests.channels.telegram.ledger import BOT_ID, TOKEN

DOC = (Path(__file__).parents[3] / "docs" / "telegram.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"^ *```{language}\n(.*?)^ *```", DOC, re.DOTALL | re.MULTILINE)
    assert found
    return found.group(1)


def test_the_shops_recipe_for_sign_in_links_makes_good_ones(world: World) -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    payload: Callable[[bytes, int, str], str] = names["payload"]
    made = payload(b"k" * 32, BOT_ID, "u-1001")
    world.clock.at += timedelta(seconds=time.time() - world.clock.at.timestamp())
    assert customer_of(b"k" * 32, BOT_ID, made, world.clock()) == "u-1001"


def test_the_channels_file_shown_is_a_good_one(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("HUAYANG_TELEGRAM_TOKEN", TOKEN)
    file = tmp_path / "channels.toml"
    file.write_text(block("toml"), "utf-8")
    (bot,) = load_bots(file, Path("brands/huayang"))
    assert isinstance(bot, TelegramBot)
    assert (bot.mode, bot.streaming) == ("polling", "draft")


def test_every_setting_is_documented() -> None:
    secret = {"token", "webhook_secret", "identity_secret"}
    known = {f"{name}_env" if name in secret else name for name in TelegramBot.model_fields}
    shown = set(re.findall(r"`([a-z_]+)`", DOC)) | {"name", "channel", "brand", "token_env"}
    assert known <= shown
