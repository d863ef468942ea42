"""The world outside the service: every provider, each with its ledger, and the bots' settings."""

import asyncio
import hmac
import random
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.wiring import real_time
from tests.brands.small_brand import write_brand
from tests.channels.telegram.bot_api import BotApi, bot_api
from tests.channels.telegram.ledger import TOKEN as TELEGRAM_TOKEN
from tests.channels.wechat.caller import AES_KEY, TOKEN
from tests.channels.wechat.fake_wechat import APP_ID, APP_SECRET, FakeWeChat
from tests.channels.wechat.fake_wecom import AGENT_ID, CORP_ID, CORP_SECRET, OPEN_KFID, FakeWeCom
from tests.channels.wechat.provider import Clock, Provider
from tests.channels.wechat.provider_server import ProviderSite, served

SECRETS = {
    "telegram": TELEGRAM_TOKEN,
    "app_secret": APP_SECRET,
    "token": TOKEN,
    "aes_key": AES_KEY,
    "corp_secret": CORP_SECRET,
    "identity": "the shop's own secret",
}
# What Telegram's calls carry where nothing else is set.
TELEGRAM_SECRET = hmac.new(TELEGRAM_TOKEN.encode(), b"telegram webhook", "sha256").hexdigest()
_CALLED = 'token_file = "token"\naes_key_file = "aes_key"\n'
BOTS = {
    "web": 'channel = "web"\nidentity_secret_file = "identity"\n',
    "telegram": 'channel = "telegram"\ntoken_file = "telegram"\napi_url = "{telegram}"\n',
    "wechat": (
        f'channel = "wechat"\napp_id = "{APP_ID}"\napp_secret_file = "app_secret"\n'
        f'api_url = "{{wechat}}"\n{_CALLED}'
    ),
    "desk": (
        f'channel = "wecom"\ncorp_id = "{CORP_ID}"\nagent_id = {AGENT_ID}\n'
        f'secret_file = "corp_secret"\napi_url = "{{wecom}}"\n{_CALLED}'
    ),
    "care": (
        f'channel = "wechat_kf"\ncorp_id = "{CORP_ID}"\nopen_kfid = "{OPEN_KFID}"\n'
        f'secret_file = "corp_secret"\napi_url = "{{wecom}}"\n{_CALLED}'
    ),
}


class RunningClock(Clock):
    """The providers' clock, in real time."""

    def __call__(self):
        return real_time()


@dataclass
class Outside:
    """All providers, and a line into the shop for those that call it."""

    folder: Path
    telegram: BotApi
    wechat: FakeWeChat
    wecom: FakeWeCom
    http: httpx.AsyncClient
    port: int
    chance: random.Random

    @property
    def shop(self) -> str:
        """Where the shop listens."""
        return f"http://127.0.0.1:{self.port}"

    async def lose_answers(self, seconds: float) -> None:
        """Every so often a message arrives at the customer, and the shop is not told so."""
        while True:
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * seconds)
            match self.chance.randrange(4):
                case 0:
                    self.telegram.spoil("sendMessage", "lose")
                case 1:
                    self.wechat.fail("/cgi-bin/message/custom/send", "drop")
                case 2:
                    self.wecom.fail("/cgi-bin/message/send", "drop")
                case _:
                    self.wecom.fail("/cgi-bin/kf/send_msg", "drop")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@asynccontextmanager
async def outside(
    folder: Path, bots: tuple[str, ...] = tuple(BOTS), seed: int = 1, **more: str
) -> AsyncIterator[Outside]:
    """Providers that listen, and a folder from which a service of these bots can be started.

    `more` are further lines of a bot's settings, by its name.
    """
    wechat, wecom = FakeWeChat(clock=RunningClock()), FakeWeCom(clock=RunningClock())
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(bot_api())
        addresses = {"telegram": telegram.url}
        provider: Provider
        for name, provider in (("wechat", wechat), ("wecom", wecom)):
            site = served(ProviderSite(provider))
            addresses[name] = await stack.enter_async_context(site)
        _write(folder, bots, addresses, more)
        limits = httpx.Limits(max_connections=200)
        line = httpx.AsyncClient(trust_env=False, limits=limits, timeout=10.0)
        http = await stack.enter_async_context(line)
        yield Outside(folder, telegram, wechat, wecom, http, free_port(), random.Random(seed))


def _write(
    folder: Path, bots: tuple[str, ...], addresses: dict[str, str], more: dict[str, str]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_brand(folder / "lamps")
    for name, secret in SECRETS.items():
        (folder / name).write_text(secret, "utf-8")
    tables = [
        f'[[bot]]\nname = "{name}"\nbrand = "{folder / "lamps"}"\n'
        + BOTS[name].format(**addresses)
        + more.get(name, "")
        for name in bots
    ]
    (folder / "channels.toml").write_text("\n".join(tables), "utf-8")
