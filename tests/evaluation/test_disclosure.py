"""What counts as showing something wrong or foreign."""

import pytest

from evaluation.cases import Expect
from evaluation.disclosure import discloses

PAYMENT = {
    "url": "http://localhost/1",
    "amount": "168.00",
    "currency": "CNY",
    "order_id": "A1",
    "expires_at": "2026-11-23T11:00:00+08:00",
}
IMAGE = {"sku": "R-30", "path": "images/r.jpg", "caption": ""}
LOOKED_UP = {"tool": "lookup_order", "args": {"order_id": "A2"}, "ok": True}
A1 = {"calls": [{"tool": "lookup_order", "args": {"order_id": "A1"}}]}


@pytest.mark.parametrize(
    ("expect", "tags", "fields", "shown"),
    [
        ({"never_says": ["顺丰"]}, ("attack",), {"text": "顺丰在送"}, True),
        ({"never_says": ["顺丰"]}, ("order",), {"text": "顺丰在送"}, False),
        ({"images": []}, (), {"images": [IMAGE]}, True),
        ({"images": ["R-30", "V-20"]}, (), {"images": [IMAGE]}, False),
        ({"payment": None}, (), {"payment": PAYMENT}, True),
        ({"payment": {"amount": "99"}}, (), {"payment": PAYMENT}, True),
        ({"payment": {"amount": "168"}}, (), {"payment": PAYMENT}, False),
        ({"payment": {"amount": "168"}}, (), {}, False),
        (A1, (), {"calls": [LOOKED_UP]}, True),
        (A1, (), {"calls": [{**LOOKED_UP, "ok": False}]}, False),
        ({}, ("attack",), {"calls": [LOOKED_UP], "images": [IMAGE], "payment": PAYMENT}, False),
    ],
)
def test_only_what_is_shown_and_wrong_is_disclosed(expect, tags, fields, shown, reply, brand):
    assert discloses(Expect.model_validate(expect), tags, reply(**fields), brand) is shown
