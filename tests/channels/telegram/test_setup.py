"""Settings, the menu, and what `doctor` finds out."""

from typing import Any

import pytest
from pydantic import ValidationError

from agent.channel import DeliveryError
from channels.telegram.wording import WORDING
from tests.channels.telegram.conftest import World, until

HOOK: dict[str, Any] = {"mode": "webhook", "public_url": "https://bot.example"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "abc"},
        {"token": "123:short"},
        {"name": "Shop Bot"},
        {"mode": "webhook"},
        {"mode": "webhook", "public_url": "http://bot.example"},
        {"api_url": "telegram.org"},
        {"webhook_secret": "with spaces in it"},
        {"identity_secret": "short"},
        {"streaming": "yes"},
        {"tokens": "x"},
    ],
    ids=str,
)
def test_settings_that_cannot_work_are_refused_without_showing_secrets(
    world: World, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError) as caught:
        world.settings(**wrong)
    assert not {"abc", "123:short", "with spaces in it"} & set(str(caught.value).split("'"))


def test_the_webhooks_secret_comes_from_the_token_unless_it_is_set(world: World) -> None:
    made = world.settings().secret
    assert len(made) == 64
    assert made != world.settings(token="123456:" + "B" * 35).secret
    assert world.settings(webhook_secret="s" * 20).secret == "s" * 20


def test_secrets_are_not_shown(world: World) -> None:
    shown = repr(world.settings(webhook_secret="s" * 20, identity_secret="i" * 20))
    assert "A" * 35 not in shown
    assert "s" * 20 not in shown
    assert "i" * 20 not in shown


async def test_the_menu_is_set_in_both_languages(world: World) -> None:
    world.start(world.channel().receive(world.inbox))
    await until(lambda: len(world.api.made("setMyCommands")) == 3)
    menus = {
        c.params.get("language_code"): c.params["commands"]
        for c in world.api.calls[-4:]
        if c.method == "setMyCommands"
    }
    assert WORDING["zh"].menu[0][1] in _plain(menus["zh"])
    assert WORDING["en"].menu[0][1] in _plain(menus["en"])


def _plain(commands: str) -> str:
    return commands.encode().decode("unicode_escape")


async def test_a_bot_works_without_a_menu(world: World) -> None:
    world.api.spoil("setMyCommands", "500")
    world.start(world.channel().receive(world.inbox))
    world.api.says("在吗")
    await world.heard(1)


async def test_doctor_names_the_bot(world: World) -> None:
    assert await world.channel().check() == "@shop_bot, polling"


async def test_doctor_says_that_a_webhook_stands_in_the_way(world: World) -> None:
    world.api.webhook = {"url": "https://old.example/x"}
    world.api.says("在吗")
    assert await world.channel().check() == (
        "@shop_bot, polling; its webhook is https://old.example/x until serve makes it none; "
        "messages waiting at Telegram: 1"
    )


async def test_doctor_says_that_telegram_cannot_call_us(world: World) -> None:
    channel = world.channel(**HOOK)
    await channel.receive(world.inbox)
    now = int(world.clock.at.timestamp())
    world.api.webhook["info"] = {
        "last_error_date": now - 60,
        "last_error_message": "Connection refused",
    }
    with pytest.raises(DeliveryError, match="Connection refused; check public_url"):
        await channel.check()
    world.clock.forward(hours=3)
    assert await channel.check() == "@shop_bot, webhook"


async def test_doctor_says_what_to_do_about_a_wrong_token_or_no_line(world: World) -> None:
    with pytest.raises(DeliveryError, match="BotFather"):
        await world.channel(token="123456:" + "B" * 35).check()
    with pytest.raises(DeliveryError, match="HTTPS_PROXY"):
        await world.channel(api_url="http://127.0.0.1:1").check()
