"""channels.toml: what it says, and one clear line where it is wrong."""

from pathlib import Path

import pytest

from app.channels_file import ChannelsError, load_bots

WEB = '[[bot]]\nname = "shop"\nchannel = "web"\nbrand = "brands/lamps"\n'
TELEGRAM = '[[bot]]\nname = "tg"\nchannel = "telegram"\nbrand = "brands/lamps"\n'
TOKEN = "123456789:" + "A" * 35


def load(folder: Path, text: str):
    file = folder / "channels.toml"
    file.write_text(text, "utf-8")
    return load_bots(file, Path("brands/other"))


def test_without_a_file_there_is_one_web_chat(tmp_path):
    [bot] = load_bots(tmp_path / "none.toml", Path("brands/other"))
    assert (bot.name, bot.channel, bot.brand) == ("web", "web", Path("brands/other"))


def test_secrets_come_from_variables_and_files(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_BOT_TOKEN", TOKEN)
    (tmp_path / "secret.txt").write_text("a secret of some length\n", "utf-8")
    by_variable = TELEGRAM + 'token_env = "SHOP_BOT_TOKEN"\n'
    by_file = WEB + 'identity_secret_file = "secret.txt"\n'
    telegram, web = load(tmp_path, by_variable + by_file)
    assert telegram.token.get_secret_value() == TOKEN
    assert web.identity_secret.get_secret_value() == "a secret of some length"
    assert TOKEN not in repr(telegram)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bot = 1", "[[bot]]"),
        ("[bot]\nname = 'x'", "[[bot]]"),
        ("[[bot]\n", "channels.toml"),
        (WEB + "[other]\n", "[[bot]]"),
        (WEB.replace("web", "fax"), "channel: expected one of"),
        (WEB.replace('"shop"', '"Shop 1"'), "name"),
        (WEB.replace('brand = "brands/lamps"\n', ""), "shop: brand"),
        (WEB + 'colour = "red"\n', "shop: colour"),
        (WEB + 'allowed_origins = ["shop.example"]\n', "shop: allowed_origins"),
        (WEB + WEB, "two bots are called 'shop'"),
        (TELEGRAM, "tg: token"),
        (TELEGRAM + f'token = "{TOKEN}"\n', "a secret does not belong here"),
        (TELEGRAM + 'token_env = "NO_SUCH_VARIABLE"\n', "NO_SUCH_VARIABLE is not set"),
        (TELEGRAM + 'token_env = ""\n', "tg: token_env"),
        (TELEGRAM + 'token_file = "none.txt"\n', "none.txt cannot be read"),
    ],
)
def test_a_mistake_gets_one_line_that_names_the_place(tmp_path, text, words):
    with pytest.raises(ChannelsError) as found:
        load(tmp_path, text)
    assert words in str(found.value)
    assert "channels.toml" in str(found.value)
    assert TOKEN not in str(found.value)
    assert len(str(found.value).splitlines()) == 1
