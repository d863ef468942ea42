"""The whole service with WeChat bots: a call comes in over HTTP, and a message goes out."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.gateway import build_app
from app.service import open_service
from app.serving import running
from app.settings import Settings
from app.wiring import real_time
from tests.brands.small_brand import write_brand
from tests.channels.wechat.caller import AES_KEY, TOKEN, Caller, event_xml, text_xml
from tests.channels.wechat.fake_wechat import APP_ID, APP_SECRET, FakeWeChat
from tests.channels.wechat.fake_wecom import (
    AGENT_ID,
    CORP_ID,
    CORP_SECRET,
    OPEN_KFID,
    FakeWeCom,
)
from tests.channels.wechat.provider import Clock
from tests.channels.wechat.provider_server import ProviderSite, served
from tests.delivery.fakes import RuleModel

CHANNELS = """
[[bot]]
name = "shop"
channel = "wechat"
brand = "{brand}"
app_id = "{app_id}"
app_secret_env = "SHOP_APP_SECRET"
token_env = "SHOP_TOKEN"
aes_key_env = "SHOP_AES_KEY"
api_url = "{wechat}"

[[bot]]
name = "small"
channel = "wechat"
replies = "passive"
mode = "plain"
brand = "{brand}"
app_id = "{app_id}"
token_env = "SHOP_TOKEN"

[[bot]]
name = "desk"
channel = "wecom"
brand = "{brand}"
corp_id = "{corp_id}"
agent_id = {agent_id}
secret_env = "CORP_SECRET"
token_env = "SHOP_TOKEN"
aes_key_env = "SHOP_AES_KEY"
api_url = "{wecom}"

[[bot]]
name = "care"
channel = "wechat_kf"
brand = "{brand}"
corp_id = "{corp_id}"
open_kfid = "{open_kfid}"
secret_env = "CORP_SECRET"
token_env = "SHOP_TOKEN"
aes_key_env = "SHOP_AES_KEY"
api_url = "{wecom}"
"""


@dataclass
class House:
    wechat: FakeWeChat
    wecom: FakeWeCom
    model: RuleModel
    http: httpx.AsyncClient
    clock: Clock

    def caller(self, path: str, receiver: str | None) -> Caller:
        return Caller(self.http, path, self.clock, receiver)

    @property
    def at(self) -> int:
        return int(self.clock().timestamp())


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    for name, value in {
        "SHOP_APP_SECRET": APP_SECRET,
        "SHOP_TOKEN": TOKEN,
        "SHOP_AES_KEY": AES_KEY,
        "CORP_SECRET": CORP_SECRET,
    }.items():
        monkeypatch.setenv(name, value)
    clock = Clock(real_time())
    wechat, wecom, model = FakeWeChat(clock=clock), FakeWeCom(clock=clock), RuleModel()
    async with (
        served(ProviderSite(wechat)) as wechat_url,
        served(ProviderSite(wecom)) as wecom_url,
        _service(tmp_path, wechat_url, wecom_url, model) as http,
    ):
        yield House(wechat, wecom, model, http, clock)


@asynccontextmanager
async def _service(
    folder: Path, wechat: str, wecom: str, model: RuleModel
) -> AsyncIterator[httpx.AsyncClient]:
    brand = write_brand(folder / "brand")
    channels = folder / "channels.toml"
    channels.write_text(
        CHANNELS.format(
            brand=brand,
            app_id=APP_ID,
            corp_id=CORP_ID,
            agent_id=AGENT_ID,
            open_kfid=OPEN_KFID,
            wechat=wechat,
            wecom=wecom,
        ),
        "utf-8",
    )
    settings = Settings(
        brand=brand, channels=channels, data_dir=folder / "var", burst_quiet_seconds=0.05
    )
    stop = asyncio.Event()
    async with open_service(settings, model=model) as service:
        app = await build_app(service, settings.payment_page, stop)
        async with running(service, stop, channels=True):
            line = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=line, base_url="http://shop.example") as http:
                yield http


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - many things are waited for
            await asyncio.sleep(0.02)


async def test_customers_are_answered_on_all_four_kinds_of_accounts(house: House) -> None:
    account = house.caller("/wechat/shop", APP_ID)
    house.wechat.customer_did("u1")
    told = [account.tell(text_xml("u1", "你好", "11", house.at), "11", tries=1) for _ in range(3)]
    calls = await asyncio.gather(*told)
    assert {call.body for call in calls} == {"success"}

    passive = house.caller("/wechat/small", None)
    shown = passive.shown(await passive.tell(text_xml("u1", "你好", "11", house.at)))
    assert shown is not None
    assert "小灯" in shown["Content"]

    desk = house.caller("/wecom/desk", CORP_ID)
    await desk.tell(text_xml("zhangsan", "你好", "11", house.at))

    house.wecom.write("wm1", "你好")
    care = house.caller("/wechat-kf/care", CORP_ID)
    token = house.wecom.call_token()
    await care.tell(event_xml("", "kf_msg_or_event", house.at, Token=token, OpenKfId=OPEN_KFID))

    await until(lambda: house.wechat.delivered and len(house.wecom.delivered) == 2)
    assert [one.to for one in house.wechat.delivered] == ["u1"]
    assert {one.to for one in house.wecom.delivered} == {"zhangsan", "wm1"}
    said = [*house.wechat.delivered, *house.wecom.delivered]
    assert all("小灯" in one.content["content"] for one in said)


async def test_a_slow_model_does_not_keep_wechat_waiting(house: House) -> None:
    """Twenty messages, each called three times, a model that takes long: heard once, answered."""
    house.model.seconds = 0.3
    account = house.caller("/wechat/shop", APP_ID)
    users = [f"u{number}" for number in range(20)]
    for user in users:
        house.wechat.customer_did(user)
    calls = await asyncio.gather(
        *(
            account.tell(text_xml(user, "你好", f"m-{user}", house.at), user, tries=1)
            for user in users
            for _ in range(3)
        )
    )
    assert {(call.status, call.body) for call in calls} == {(200, "success")}
    await until(lambda: len(house.wechat.delivered) >= len(users))
    await asyncio.sleep(0.5)
    assert sorted(one.to for one in house.wechat.delivered) == sorted(users)
    assert len(house.model.asked) == len(users)


async def test_pictures_and_a_purchase_on_wechat(house: House) -> None:
    account = house.caller("/wechat/shop", APP_ID)
    house.wechat.customer_did("u9")
    await account.tell(text_xml("u9", "我要买晨光阅读台灯 白色", "1", house.at))
    await until(lambda: any(one.kind == "msgmenu" for one in house.wechat.delivered))
    menu = next(one for one in house.wechat.delivered if one.kind == "msgmenu")
    number = menu.content["list"][0]["id"]
    assert menu.content["list"][0]["content"] == "确认购买"
    house.wechat.customer_did("u9", "clicked")
    tapped = text_xml("u9", "确认购买", "2", house.at, bizmsgmenuid=number)
    for _ in range(3):
        await account.tell(tapped)
    await until(lambda: "去支付" in str(house.wechat.delivered[-1].content))
    assert "168.00" in house.wechat.delivered[-1].content["content"]
