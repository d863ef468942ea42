"""A storm of WeChat calls against the whole service: every call three times, the model hanging.

Prints how quickly calls were acknowledged, and what the fake provider's ledger says.
"""

import argparse
import asyncio
import os
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import select

from agent.delivery_tables import inbox
from app.gateway import build_app
from app.service import Service, open_service
from app.serving import running
from app.settings import Settings
from app.wiring import real_time
from tests.brands.small_brand import write_brand
from tests.channels.wechat.caller import AES_KEY, TOKEN, Caller, text_xml
from tests.channels.wechat.fake_wechat import APP_ID, APP_SECRET, FakeWeChat
from tests.channels.wechat.provider import Clock
from tests.channels.wechat.provider_server import ProviderSite, served
from tests.delivery.fakes import RuleModel

SEND = "/cgi-bin/message/custom/send"
CHANNELS = """
[[bot]]
name = "shop"
channel = "wechat"
brand = "{brand}"
app_id = "{app_id}"
app_secret_env = "CHAOS_APP_SECRET"
token_env = "CHAOS_TOKEN"
aes_key_env = "CHAOS_AES_KEY"
api_url = "{wechat}"
"""


@dataclass
class RealClock(Clock):
    """The fake's clock, running."""

    def __call__(self):
        return real_time()


@dataclass
class Storm:
    wechat: FakeWeChat
    caller: Caller
    said: list[tuple[str, str]] = field(default_factory=list)

    async def blow(self, seconds: float, rate: float, each: int) -> None:
        """`rate` messages a second, every one called about `each` times at once."""
        calls: list[asyncio.Task[object]] = []
        for number in range(int(seconds * rate)):
            user = f"u{number % max(1, int(seconds * rate) // 3)}"
            self.said.append((user, f"m{number}"))
            self.wechat.customer_did(user)
            xml = text_xml(user, f"你好{number}", f"m{number}", int(real_time().timestamp()))
            calls += [asyncio.create_task(self.caller.tell(xml, f"m{number}")) for _ in range(each)]
            await asyncio.sleep(1 / rate)
        await asyncio.gather(*calls)


def settings_for(folder: Path, wechat: str) -> Settings:
    secrets = {"APP_SECRET": APP_SECRET, "TOKEN": TOKEN, "AES_KEY": AES_KEY}
    os.environ.update({f"CHAOS_{name}": value for name, value in secrets.items()})  # noqa: TID251
    brand = write_brand(folder / "brand")
    channels = folder / "channels.toml"
    channels.write_text(CHANNELS.format(brand=brand, app_id=APP_ID, wechat=wechat), "utf-8")
    return Settings(brand=brand, channels=channels, data_dir=folder / "var", turns_at_once=1000)


async def main(args: argparse.Namespace) -> int:
    wechat, model = FakeWeChat(clock=RealClock()), RuleModel(seconds=args.hang)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        address = await stack.enter_async_context(served(ProviderSite(wechat)))
        settings = settings_for(Path(folder), address)
        stop = asyncio.Event()
        service = await stack.enter_async_context(open_service(settings, model=model))
        app = await build_app(service, settings.payment_page, stop)
        await stack.enter_async_context(running(service, stop, channels=True))
        ours = await stack.enter_async_context(served(app))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=ours, timeout=30))
        storm = Storm(wechat, Caller(http, "/wechat/shop", RealClock(), APP_ID))
        await storm.blow(args.seconds, args.rate, args.each)
        await answered(storm, args.wait)
        return await judged(storm, service)


async def answered(storm: Storm, seconds: float) -> None:
    """Wait until everybody has been told something."""
    wanted = {user for user, _ in storm.said}
    for _ in range(int(seconds * 10)):
        if wanted == {one.to for one in storm.wechat.delivered}:
            return
        await asyncio.sleep(0.1)


async def judged(storm: Storm, service: Service) -> int:
    """Compare the ledgers; the exit status."""
    async with service.around.database.reading() as connection:
        rows = (await connection.execute(select(inbox.c.message_id))).scalars().all()
    calls = storm.caller.calls
    seconds = sorted(call.seconds for call in calls)
    heard = Counter(user for user, _ in storm.said)
    told = Counter(one.to for one in storm.wechat.delivered)
    faults = {
        "not acknowledged": sum(call.status != 200 for call in calls),
        "lost": len({number for _, number in storm.said} - set(rows)),
        "heard twice": len(rows) - len(set(rows)),
        "more than 5 out for one in": sum(told[user] > 5 * heard[user] for user in told),
        "told nothing": len(set(heard) - set(told)),
        "refused by WeChat": storm.wechat.asked.count(SEND) - len(storm.wechat.delivered),
    }
    p50, p99 = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)]
    print(f"{len(storm.said)} messages, {len(calls)} calls, {sum(told.values())} messages out")
    print(f"acknowledged: p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms")
    print(", ".join(f"{name}: {count}" for name, count in faults.items()))
    return int(any(faults.values()) or p99 > 1.0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rate", type=float, default=20, help="Messages a second.")
    parser.add_argument("--each", type=int, default=3, help="Calls about each message.")
    parser.add_argument("--hang", type=float, default=60, help="Seconds the model takes.")
    parser.add_argument("--wait", type=float, default=90, help="Seconds for the answers.")
    raise SystemExit(asyncio.run(main(parser.parse_args())))
