"""One set of tests for orders, wherever they are kept."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.tools.conftest import (
    book_behind_an_api,
    book_in_a_demo_table,
    book_in_a_shops_table,
    serving_orders_of,
)
from tools.context import Orders, ToolRefusedError
from tools.orders import ShopOrders, guest
from tools.store import sqlite_engine

MINE, OTHERS, NOBODYS = "LA20261101001", "LA20261115003", "LA20991231999"


@pytest.fixture(params=["demo table", "shop's table", "shop's API"])
async def book(request, brand, engine):
    async with AsyncExitStack() as stack:
        match request.param:
            case "demo table":
                yield await stack.enter_async_context(book_in_a_demo_table(brand, engine))
            case "shop's table":
                yield await stack.enter_async_context(book_in_a_shops_table(brand, engine))
            case _:
                shop = stack.enter_context(serving_orders_of(brand))
                yield await stack.enter_async_context(book_behind_an_api(brand, shop))


@pytest.fixture
def orders(book, brand, engine, clock):
    return ShopOrders(brand, book, engine, clock)


async def refused(work):
    with pytest.raises(ToolRefusedError) as caught:
        await work
    return caught.value.code, str(caught.value)


def test_orders_are_what_the_tools_expect(orders):
    assert isinstance(orders, Orders)


@pytest.mark.parametrize("typed", [MINE, f" {MINE.lower()} ", "ＬＡ20261101 001", MINE + "\u200b"])
async def test_the_customer_sees_his_own_order_however_he_types_it(orders, who, typed):
    order = await orders.own_order(typed, who("u-1"))
    assert (order.order_id, order.amount_cents, order.carrier) == (MINE, 16800, "顺丰")
    assert [(line.sku, line.quantity) for line in order.lines] == [("L-1", 1)]
    assert order.created_at.isoformat() == "2026-11-01T20:15:00+08:00"


async def test_somebody_elses_order_reads_exactly_as_none(orders, who):
    code, text = await refused(orders.own_order(OTHERS, who("u-1")))
    assert code == "order_not_found"
    none = await refused(orders.own_order(NOBODYS, who("u-1")))
    assert none == (code, text.replace(OTHERS, NOBODYS))


@pytest.mark.parametrize("number", ["", "../u-1", "' OR 1=1 --", "%", "LA" * 5000, "订单"])
async def test_a_number_that_is_none_is_not_found(orders, who, number):
    assert (await refused(orders.own_order(number, who("u-1"))))[0] == "order_not_found"


async def test_someone_not_signed_in_is_asked_for_proof_whatever_the_number(orders, who):
    answers = {await refused(orders.own_order(number, who())) for number in (MINE, NOBODYS)}
    assert {code for code, _ in answers} == {"sign_in_needed"}
    assert len(answers) == 1


async def test_own_orders_come_newest_first_and_are_nobody_elses(orders, who):
    mine = await orders.own_orders(who("u-1"))
    assert [order.order_id for order in mine] == ["LA20261120002", MINE]
    assert await orders.own_orders(who("u-9")) == ()
    assert await orders.own_orders(who()) == ()


async def test_number_and_phone_prove_an_order_in_this_conversation_only(orders, who):
    assert (await orders.prove(MINE.lower(), "5566", who())).order_id == MINE
    assert (await orders.own_order(MINE, who())).order_id == MINE
    assert [order.order_id for order in await orders.own_orders(who())] == [MINE]
    await orders.prove(MINE, " ５５６６ ", who())
    assert (await refused(orders.own_order(MINE, who(None, "c-2"))))[0] == "sign_in_needed"
    assert (await refused(orders.own_order(OTHERS, who())))[0] == "sign_in_needed"


@pytest.mark.parametrize("tail", ["5567", "", "55", "55665566", "%"])
async def test_a_wrong_number_and_a_wrong_phone_read_the_same(orders, who, tail):
    wrong_phone = await refused(orders.prove(MINE, tail, who()))
    wrong_number = await refused(orders.prove(NOBODYS, tail, who()))
    assert wrong_phone == wrong_number
    assert wrong_phone[0] == "wrong_proof"


async def test_five_wrong_tries_lock_the_conversation_for_an_hour(orders, who, clock):
    for _ in range(5):
        assert (await refused(orders.prove(NOBODYS, "0000", who())))[0] == "wrong_proof"
    assert (await refused(orders.prove(MINE, "5566", who())))[0] == "locked"
    clock.move(minutes=59)
    assert (await refused(orders.prove(MINE, "5566", who())))[0] == "locked"
    clock.move(minutes=1)
    assert (await orders.prove(MINE, "5566", who())).order_id == MINE


async def test_five_wrong_tries_lock_an_order_for_everybody_who_opens_new_conversations(
    orders, who
):
    for number in range(5):
        code, _ = await refused(orders.prove(MINE, f"000{number}", who(None, f"n-{number}")))
        assert code == "wrong_proof"
    assert (await refused(orders.prove(MINE, "5566", who(None, "n-9"))))[0] == "locked"
    assert (await orders.prove(OTHERS, "7788", who(None, "n-9"))).order_id == OTHERS
    assert (await orders.own_order(MINE, who("u-1"))).order_id == MINE


async def test_guesses_made_all_at_once_get_no_further(orders, who):
    tails = [f"{number:04d}" for number in range(5557, 5567)]
    tries = [orders.prove(MINE, tail, who(None, f"g-{tail}")) for tail in tails]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    codes = [outcome.code for outcome in outcomes if isinstance(outcome, ToolRefusedError)]
    assert len(codes) + sum(not isinstance(outcome, Exception) for outcome in outcomes) == 10
    assert codes.count("wrong_proof") <= 5


async def test_right_proofs_do_not_count_as_wrong_tries(orders, who):
    for _ in range(8):
        await orders.prove(MINE, "5566", who())
    assert (await refused(orders.prove(MINE, "0000", who())))[0] == "wrong_proof"


async def test_a_lock_and_a_proof_survive_a_restart(brand, book, engine, tmp_path, who, clock):
    before = ShopOrders(brand, book, engine, clock)
    await before.prove(MINE, "5566", who())
    for _ in range(5):
        await refused(before.prove(OTHERS, "0000", who()))
    again = sqlite_engine(tmp_path / "shop.db")
    after = ShopOrders(brand, book, again, clock)
    assert (await refused(after.prove(OTHERS, "7788", who())))[0] == "locked"
    assert (await after.own_order(MINE, who())).order_id == MINE
    await again.dispose()


async def test_an_order_is_placed_once_per_key_at_the_catalogues_price(orders, who):
    order = await orders.place("L-2", 2, who("u-1"), "key-1")
    assert (order.amount_cents, order.currency, order.status) == (35700, "CNY", "unpaid")
    assert (order.customer_id, order.phone_tail) == ("u-1", "5566")
    assert order.order_id.startswith("LA20261123")
    assert order.order_id[10:].isdigit()
    assert await orders.place("L-2", 2, who("u-1"), "key-1") == order
    assert (await orders.place("L-2", 2, who("u-1"), "key-2")).order_id != order.order_id
    assert len(await orders.own_orders(who("u-1"))) == 4


async def test_one_key_at_once_from_many_sides_is_one_order(orders, who):
    placed = await asyncio.gather(*(orders.place("L-1", 1, who("u-7"), "same") for _ in range(6)))
    assert len({order.order_id for order in placed}) == 1
    assert len(await orders.own_orders(who("u-7"))) == 1


async def test_a_guest_owns_what_he_bought_in_this_conversation(orders, who):
    order = await orders.place("L-1", 1, who(), "key-3")
    assert order.customer_id == guest(who())
    assert (await orders.own_order(order.order_id, who())).order_id == order.order_id
    assert [o.order_id for o in await orders.own_orders(who())] == [order.order_id]
    assert (await orders.own_order(order.order_id, who("u-1"))).order_id == order.order_id
    elsewhere = await refused(orders.own_order(order.order_id, who(None, "c-2")))
    assert elsewhere[0] == "sign_in_needed"


@pytest.mark.parametrize(
    ("sku", "quantity", "code"),
    [
        ("L-9", 1, "unknown_product"),
        ("L-1", 0, "bad_quantity"),
        ("L-1", -1, "bad_quantity"),
        ("L-1", 100, "bad_quantity"),
        ("L-1", 13, "out_of_stock"),
        ("L-3", 1, "out_of_stock"),
    ],
)
async def test_what_cannot_be_bought_is_refused(orders, who, sku, quantity, code):
    assert (await refused(orders.place(sku, quantity, who("u-1"), "k")))[0] == code


async def test_an_order_without_a_known_phone_cannot_be_proved(
    demo_book, brand, engine, clock, who
):
    orders = ShopOrders(brand, demo_book, engine, clock)
    order = await orders.place("L-1", 1, who("u-8"), "key-8")
    assert order.phone_tail == ""
    for tail in ("", "0000"):
        code, _ = await refused(orders.prove(order.order_id, tail, who()))
        assert code == "wrong_proof"
