"""A web chat on a real port, answered by an agent of fixed words that keeps a ledger."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from agent.channel import Inbound
from agent.reply import Citation, Image, Payment, Reply, Timings
from channels.web.channel import WebChannel
from channels.web.feed import Event, MemoryFeed
from channels.web.router import router
from channels.web.settings import WebBot
from channels.web.site import CitedPassage, Face, Papers, PaymentState, Site

BRAND = Path("brands/huayang")
SESSION_KEY = b"a session key for tests"
SECRET = "the shop's own secret"
PASSAGE = (
    "自签收之日起7天内，商品未拆封、不影响二次销售的，可以申请无理由退货。"
    "已拆封的护肤品不支持无理由退货。"
)
QUOTE = "商品未拆封、不影响二次销售的，可以申请无理由退货。"
NO_TIME = Timings(first_token_ms=1, total_ms=1, model_ms=1, own_ms=1)


def real_time() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - tokens of a browser test hold in real time


@dataclass
class SmallPapers(Papers):
    """One passage, and payments in a table."""

    payments: dict[str, PaymentState] = field(default_factory=dict)

    def title(self, source: str) -> str:
        return {"knowledge/returns.md": "退换货规则"}.get(source, source)

    async def passage(self, source: str, quote: str) -> CitedPassage | None:
        if source != "knowledge/returns.md":
            return None
        return CitedPassage("退换货规则", ("退换货规则", "七天无理由"), PASSAGE)

    async def payment_state(self, url: str) -> PaymentState | None:
        return self.payments.get(url)


def reply(turn: int, text: str, **more: Any) -> Reply:
    fixed = {"conversation": "c", "language": "zh", "model": "fixed", "timings": NO_TIME}
    return Reply(turn=turn, text=text, **{**fixed, **more})


def answers(now: datetime, pay_page: str) -> Mapping[str, dict[str, Any]]:
    payment = Payment(
        url=f"{pay_page}/token-1",
        amount="178.00",
        currency="CNY",
        order_id="HY20261124001",
        expires_at=(now + timedelta(hours=1)).isoformat(),
    )
    pictures = tuple(
        Image(sku="HY-JH-30", path=f"images/{name}.jpg", caption=caption)
        for name, caption in (("essence", "小粉瓶精华 30ml"), ("essence-box", "小粉瓶精华 包装"))
    )
    return {
        "可以退货吗": {
            "text": f"亲，可以的。{QUOTE}",
            "citations": (Citation(source="knowledge/returns.md", quote=QUOTE),),
        },
        "看看图片": {"text": "亲，这是小粉瓶精华的图片。", "images": pictures},
        "我要买两瓶玫瑰水": {
            "text": "请确认：玫瑰纯露 200ml × 2，单价 89元，合计 178元。回复“确认”即可下单。",
            "awaits_confirmation": True,
        },
        "确认": {"text": "订单已生成，点下面的按钮付款，1 小时内有效。", "payment": payment},
    }


@dataclass
class FixedAgent:
    """Answers what is in its table; clearing `go` holds an answer back in the middle."""

    feed: MemoryFeed
    channel: WebChannel
    table: Mapping[str, dict[str, Any]]
    go: asyncio.Event = field(default_factory=asyncio.Event)
    pause: float = 0.02
    answered: list[str] = field(default_factory=list)

    async def run(self) -> None:
        self.go.set()
        while True:
            await asyncio.sleep(self.pause)
            for inbound in self.feed.taken[len(self.answered) :]:
                self.answered.append(inbound.message_id)
                if words := said(inbound):
                    await self.answer(inbound.chat, words)

    async def answer(self, chat: str, words: str) -> None:
        turn = len(self.answered)
        found = reply(turn, **self.table.get(words, {"text": f"收到：{words}"}))
        await self.feed.show("shop", chat, Event("typing"))
        await asyncio.sleep(self.pause)
        for end in (len(found.text) // 2, len(found.text)):
            await self.feed.show("shop", chat, Event("sentence", {"text": found.text[:end]}))
            await self.go.wait()
        for parcel in self.channel.parcels(found):
            await self.tell(chat, Event("reply", parcel, key=f"{chat} {turn}"))

    async def tell(self, chat: str, event: Event) -> None:
        await self.feed.show("shop", chat, replace(event, at=real_time()))


def said(inbound: Inbound) -> str:
    if inbound.kind == "text":
        return inbound.text
    return {"confirm": "确认", "say": inbound.rest, "person": "转人工"}.get(inbound.text, "")


def site(feed: MemoryFeed, clock: Callable[[], datetime], **more: Any) -> Site:
    fields = {"name": "shop", "brand": BRAND, "identity_secret": SecretStr(SECRET), **more}
    bot = WebBot.model_validate(fields)
    names = ("essence", "essence-box", "rose-water", "sunscreen")
    images = {f"images/{name}.jpg": BRAND / "images" / f"{name}.jpg" for name in names}
    face = Face("花漾旗舰店", "小漾", "亲，我是小漾，有什么可以帮您？", "zh")
    return Site(bot, face, SESSION_KEY, feed, feed, clock, images, SmallPapers(), ("u-1001",))


def app_of(one: Site, closing: asyncio.Event | None = None) -> FastAPI:
    app = FastAPI()
    app.include_router(router({one.bot.name: one}, closing or asyncio.Event()))
    return app


@dataclass
class Front:
    """A running server and what stands behind it."""

    url: str
    feed: MemoryFeed
    channel: WebChannel
    agent: FixedAgent
    papers: SmallPapers
    app: FastAPI
    closing: asyncio.Event
    loop: asyncio.AbstractEventLoop

    def do(self, work: Any) -> Any:
        """Run something in the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def hold(self, *, back: bool) -> None:
        """Hold answers back in the middle, or let them go on."""
        self.loop.call_soon_threadsafe(self.agent.go.clear if back else self.agent.go.set)


def build(url: str, loop: asyncio.AbstractEventLoop, bot: dict[str, Any]) -> Front:
    feed, closing = MemoryFeed(), asyncio.Event()
    one = site(feed, real_time, **bot)
    channel = WebChannel("shop")
    agent = FixedAgent(feed, channel, answers(real_time(), f"{url}/pay"))
    papers = SmallPapers(payments={f"{url}/pay/token-1": "live"})
    app = app_of(replace(one, papers=papers), closing)
    return Front(url, feed, channel, agent, papers, app, closing, loop)


async def serve(front: Front, server: uvicorn.Server, listener: socket.socket) -> None:
    answering = asyncio.create_task(front.agent.run())
    await server.serve(sockets=[listener])
    answering.cancel()
    await asyncio.wait([answering])


@contextlib.contextmanager
def open_front(port: int = 0, **bot: Any) -> Iterator[Front]:
    """Serve in a thread until the block ends."""
    listener = socket.create_server(("127.0.0.1", port))
    loop = asyncio.new_event_loop()
    front = build(f"http://127.0.0.1:{listener.getsockname()[1]}", loop, bot)
    server = uvicorn.Server(uvicorn.Config(front.app, log_level="warning", lifespan="off"))
    serving = serve(front, server, listener)
    thread = threading.Thread(target=loop.run_until_complete, args=(serving,))
    thread.start()
    try:
        yield front
    finally:
        loop.call_soon_threadsafe(front.closing.set)
        server.should_exit = True
        thread.join(10)
        loop.close()
        listener.close()
