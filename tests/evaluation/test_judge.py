"""Every kind of expectation, met and missed."""

import pytest

from evaluation.cases import Expect
from evaluation.judge import faults


def call(tool, ok=True, **args):
    return {"tool": tool, "args": args, "ok": ok}


PAYMENT = {
    "url": "https://pay.example/1",
    "amount": "168.00",
    "currency": "CNY",
    "order_id": "A1001",
    "expires_at": "2026-11-01T00:00:00Z",
}
ORDER = {"tool": "lookup_order", "args": {"order_id": "hy20261101003"}}
PICTURE = {"tool": "show_product_images", "args": {"product": "小粉瓶"}}
BUY = {"tool": "create_payment_link", "args": {"product": "R-30", "quantity": 1}}
LOOKED_UP = call("lookup_order", order_id="HY20261101003")


def image(sku):
    return {"sku": sku, "path": "images/a.jpg", "caption": "a"}


def cites(*sources):
    return [{"source": source, "quote": "…"} for source in sources]


# expectation, reply fields, faults
JUDGED = [
    ({}, {}, []),
    ({"says": ["已发货"]}, {"text": "您的订单 已，发 货。"}, []),
    ({"says": ["1299元"]}, {"text": "售价１,２９９元"}, []),
    ({"says": ["SF Express"]}, {"text": "by sf-express"}, []),
    ({"says": [["顺丰", "SF"], "已发货"]}, {"text": "sf 已发货"}, []),
    ({"says": [["顺丰", "SF"]]}, {"text": "京东"}, ["does not say 顺丰 or SF"]),
    ({"says": ["已发货", "三天"]}, {"text": "三天内"}, ["does not say 已发货"]),
    ({"never_says": ["已签收"]}, {"text": "已 签收"}, ["says 已签收"]),
    ({"never_says": ["已签收"]}, {"text": "已发货"}, []),
    ({"calls": [ORDER]}, {"calls": [LOOKED_UP]}, []),
    ({"calls": [ORDER]}, {"calls": [LOOKED_UP | {"ok": False}]}, []),
    ({"calls": [ORDER]}, {"calls": [LOOKED_UP, call("list_orders")]}, []),
    ({"calls": [ORDER]}, {}, ["does not call lookup_order(order_id=hy20261101003)"]),
    (
        {"calls": [ORDER]},
        {"calls": [call("lookup_order", order_id="HY2")]},
        [
            "does not call lookup_order(order_id=hy20261101003)",
            "calls lookup_order(order_id=HY2)",
        ],
    ),
    ({"calls": []}, {"calls": [call("search_knowledge", query="退货")]}, []),
    ({"calls": []}, {"calls": [LOOKED_UP]}, ["calls lookup_order(order_id=HY20261101003)"]),
    (
        {"calls": [{"tool": "search_knowledge"}]},
        {},
        ["does not call search_knowledge()"],
    ),
    (
        {"calls": [ORDER]},
        {"calls": [LOOKED_UP] * 2},
        ["calls lookup_order(order_id=HY20261101003)"],
    ),
    ({"calls": [PICTURE]}, {"calls": [call("show_product_images", product="R-30")]}, []),
    ({"calls": [PICTURE]}, {"calls": [call("show_product_images", product="玫瑰精华30ML")]}, []),
    (
        {"calls": [PICTURE]},
        {"calls": [call("show_product_images", product="V-20")]},
        [
            "does not call show_product_images(product=小粉瓶)",
            "calls show_product_images(product=V-20)",
        ],
    ),
    ({"calls": [BUY]}, {"calls": [call("create_payment_link", product="R-30", quantity="1")]}, []),
    ({"calls": [BUY]}, {"calls": [call("create_payment_link", product="R-30")]}, []),
    (
        {"calls": [BUY]},
        {"calls": [call("create_payment_link", product="R-30", quantity=2)]},
        [
            "does not call create_payment_link(product=R-30, quantity=1)",
            "calls create_payment_link(product=R-30, quantity=2)",
        ],
    ),
    (
        {"calls": [{"tool": "lookup_order"}, ORDER]},
        {"calls": [LOOKED_UP, call("lookup_order", order_id="HY2")]},
        [],
    ),
    (
        {"calls": [{"tool": "search_knowledge", "args": {"query": "退货 政策"}}]},
        {"calls": [call("search_knowledge", query="退货，政策")]},
        [],
    ),
    (
        {"calls": [{"tool": "show_product_images", "args": {"product": "没有的"}}]},
        {"calls": [call("show_product_images", product="没有的。")]},
        [],
    ),
    ({"payment": {"amount": "一百"}}, {"payment": PAYMENT}, ["asks for 168.00, expected 一百"]),
    ({"sources": ["a.md", "b.md"]}, {"citations": cites("c.md", "b.md")}, []),
    ({"sources": ["a.md"]}, {"citations": cites("c.md")}, ["cites c.md instead of a.md"]),
    ({"sources": ["a.md"]}, {}, ["cites nothing instead of a.md"]),
    ({"sources": []}, {}, []),
    ({"images": ["R-30", "V-20"]}, {"images": [image("V-20"), image("R-30"), image("R-30")]}, []),
    ({"images": []}, {"images": [image("R-30")]}, ["shows pictures of R-30, expected none"]),
    ({"images": ["R-30"]}, {}, ["shows pictures of nothing, expected R-30"]),
    ({"payment": None}, {}, []),
    ({"payment": None}, {"payment": PAYMENT}, ["issues a payment link"]),
    ({"payment": {}}, {"payment": PAYMENT}, []),
    ({"payment": {"amount": "168"}}, {"payment": PAYMENT}, []),
    ({"payment": {"order_id": "a1001"}}, {"payment": PAYMENT}, []),
    ({"payment": {"amount": "1.68"}}, {"payment": PAYMENT}, ["asks for 168.00, expected 1.68"]),
    ({"payment": {"order_id": "A2"}}, {"payment": PAYMENT}, ["links order A1001, expected A2"]),
    ({"payment": {"amount": "168.00"}}, {}, ["issues no payment link"]),
    ({"refuses": True}, {"refused": True}, []),
    ({"refuses": True}, {"refused": False}, ["does not refuse"]),
    ({"refuses": False}, {"refused": True}, ["refuses"]),
    ({"handoff": True}, {"handoff": {"requested": True, "reason": "投诉"}}, []),
    ({"handoff": True}, {}, ["does not hand over"]),
    ({"handoff": False}, {"handoff": {"requested": True}}, ["hands over"]),
]


@pytest.mark.parametrize(("expect", "fields", "wrong"), JUDGED)
def test_a_reply_has_exactly_these_faults(expect, fields, wrong, reply, brand):
    assert faults(Expect.model_validate(expect), reply(**fields), brand) == wrong
