"""The menu under an account's chats."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from channels.wechat.opening import Outside, open_account
from tests.channels.wechat.conftest import LedgerInbox, wechat_bot
from tests.channels.wechat.fake_wechat import FakeWeChat

CREATE = "/cgi-bin/menu/create"
MENU = (
    {"label": "我的订单", "key": "say:我的订单"},
    {"label": "商城", "url": "https://shop.example"},
    {"label": "服务", "buttons": [{"label": "人工客服", "key": "person"}]},
)


async def test_a_menu_is_put_up_once_until_it_changes(
    wechat: FakeWeChat, brand: Path, outside: Outside, inbox: LedgerInbox
) -> None:
    for menu in (MENU, MENU, MENU[:1]):
        await open_account(wechat_bot(brand, menu=menu), outside).receive(inbox)
    assert wechat.asked.count(CREATE) == 2
    assert wechat.menu == [{"type": "click", "name": "我的订单", "key": "say:我的订单"}]


async def test_all_kinds_of_lines_are_written_as_wechat_takes_them(
    wechat: FakeWeChat, brand: Path, outside: Outside, inbox: LedgerInbox
) -> None:
    await open_account(wechat_bot(brand, menu=MENU), outside).receive(inbox)
    line = {"type": "click", "name": "人工客服", "key": "person"}
    assert wechat.menu[1] == {"type": "view", "name": "商城", "url": "https://shop.example"}
    assert wechat.menu[2] == {"name": "服务", "sub_button": [line]}


async def test_a_menu_that_wechat_refuses_does_not_stop_the_rest(
    wechat: FakeWeChat, brand: Path, outside: Outside, inbox: LedgerInbox
) -> None:
    wechat.fail(CREATE, 40016)
    account = open_account(wechat_bot(brand, menu=MENU), outside)
    await account.receive(inbox)
    await account.receive(inbox)
    assert len(wechat.menu) == 3


@pytest.mark.parametrize(
    "top",
    [
        {"label": "空"},
        {"label": "两样", "key": "person", "url": "https://shop.example"},
        {"label": "六个汉字太长了", "key": "person"},
        {"label": "不懂", "key": "V1001"},
        {"label": "脚本", "url": "javascript:alert(1)"},
        {"label": "混", "key": "person", "buttons": [{"label": "人工", "key": "person"}]},
        {"label": "里面空", "buttons": [{"label": "空"}]},
    ],
)
def test_a_wrong_menu_is_named_before_anything_runs(brand: Path, top: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        wechat_bot(brand, menu=(top,))
