"""A table's row is said as far as it was asked for."""

import pytest

from agent.rows import row_said

PLAN = (
    "套餐: 畅享套餐; 月费（元/月）: 59; 国内流量（GB）: 40; 可办副卡（张）: 2; 办理对象: 所有个人"
)
ZONE = (
    "Zone: Alaska; Standard (days): 7-10; Standard price (USD): 12; "
    "Express price (USD): 30; Note: none"
)


@pytest.mark.parametrize(
    ("row", "question", "said"),
    [
        (PLAN, "畅享能带几张副卡", "畅享套餐：可办副卡 2 张"),
        (PLAN, "畅享一个月多少流量", "畅享套餐：国内流量 40 GB"),
        (
            PLAN,
            "畅享怎么样",
            "畅享套餐：月费 59 元/月，国内流量 40 GB，可办副卡 2 张，办理对象 所有个人",
        ),
        (ZONE, "how much is express to Alaska", "Alaska: Express price 30 USD"),
        ("项目: 安装费; 收费: 100元", "安装费", "安装费：收费 100元"),
        ("no columns at all", "anything", "no columns at all"),
    ],
)
def test_what_is_asked_is_said_with_its_unit(row, question, said):
    assert row_said(row, question) == said
