"""How replies become the few messages that WeChat allows."""

import json

from hypothesis import given
from hypothesis import strategies as st

from channels.wechat.cutting import cut, size
from channels.wechat.parcels import MOST_PARCELS, parcels_of
from channels.wecom.service_parcels import service_parcels
from tests.channels.wechat.conftest import CALLED, CITED, PAYMENT, images, reply

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=3000)


@given(text=WORDS)
def test_cutting_loses_only_white_space(text: str) -> None:
    pieces = cut(text, 100)
    assert all(size(piece) <= 100 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_cut_is_made_after_a_sentence() -> None:
    first, second = cut("一" * 20 + "。" + "二" * 20, 90)
    assert (first, second) == ("一" * 20 + "。", "二" * 20)


@given(text=WORDS, pictures=st.integers(0, 6), paid=st.booleans(), waits=st.booleans())
def test_a_reply_always_fits_what_is_allowed(
    text: str, pictures: int, paid: bool, waits: bool
) -> None:
    said = reply(
        text * 4,
        images=images(*"abcdef"[:pictures]),
        payment=PAYMENT if paid else None,
        awaits_confirmation=waits,
        citations=CITED,
    )
    for parcels in (
        parcels_of(said, rating=True),
        service_parcels(said, rating=True, queue=False),
    ):
        assert len(parcels) <= MOST_PARCELS
        assert all(size(one["text"]) <= 2048 for one in parcels if one["kind"] == "text")
        assert json.loads(json.dumps(parcels)) == list(parcels)
        assert (PAYMENT.url in json.dumps(parcels)) == paid


def test_words_pictures_and_what_can_be_tapped_in_that_order() -> None:
    parcels = parcels_of(reply(images=images("a"), awaits_confirmation=True), rating=False)
    assert [one["kind"] for one in parcels] == ["text", "image", "menu"]
    assert parcels[2]["choices"] == [["13", "确认购买"], ["23", "取消"]]
    assert parcels[2]["decides"] == 3


def test_pictures_that_do_not_fit_are_counted_in_the_words() -> None:
    parcels = parcels_of(reply("看这里", images=images(*"abcdef")), rating=False)
    assert [one["kind"] for one in parcels] == ["text", "image", "image", "image"]
    assert "还有 3 张图片" in parcels[0]["text"]


def test_a_long_answer_says_that_it_was_cut() -> None:
    parcels = parcels_of(reply("很长的一句话。" * 2000, payment=PAYMENT), rating=False)
    assert len(parcels) == MOST_PARCELS
    assert "后面的没有发出" in parcels[2]["text"]
    assert PAYMENT.url in parcels[3]["text"]


def test_a_payment_is_a_link_with_amount_order_and_time() -> None:
    (only,) = parcels_of(reply("请付款", payment=PAYMENT), rating=False)
    assert f'<a href="{PAYMENT.url}">去支付</a>' in only["text"]
    assert "¥168.00" in only["text"]
    assert "11-24 13:00" in only["text"]


def test_words_cannot_pose_as_links() -> None:
    (only,) = parcels_of(reply('<a href="https://evil.example">点我</a> 5<6'), rating=False)
    assert "<a" not in only["text"]
    assert "5<6" in only["text"]


def test_whether_it_helped_is_asked_only_where_the_shop_wants() -> None:
    said = reply(citations=CITED)
    assert [one["kind"] for one in parcels_of(said, rating=False)] == ["text"]
    menu = parcels_of(said, rating=True)[1]
    assert menu["choices"] == [["43", "有帮助"], ["53", "没帮助"]]


def test_who_was_not_helped_can_ask_for_a_person() -> None:
    assert parcels_of(reply(refused=True), rating=False)[1]["choices"] == [["33", "转人工"]]
    called = reply(refused=True, handoff=CALLED)
    assert len(parcels_of(called, rating=False)) == 1


def test_customer_service_puts_the_link_into_the_menu() -> None:
    said = reply("Here you are.", language="en", payment=PAYMENT)
    menu = service_parcels(said, rating=False, queue=False)[1]
    assert menu["links"] == [[PAYMENT.url, "Pay now"]]
