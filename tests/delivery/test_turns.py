"""Messages become turns, turns become letters: the front door of the delivery core."""

from dataclasses import replace

import pytest

from agent.conversations import MAX_TRIES, StaleRunnerError
from agent.outbox import PaidNotice
from agent.replay import ClosedShop, replay
from agent.taking_over import hand_back, take_over
from agent.turn import Services
from agent.turns import Turns


async def test_a_message_is_answered_once_and_everything_is_on_record(house):
    assert await house.says("LA20261101001到哪了", customer="u-1")
    await house.quiet()
    [letter] = await house.letters()
    assert "已发货" in letter["parcel"]
    assert [event.kind for event in await house.events()][-1] == "reply"
    assert await house.unread() == []
    assert await house.work() == 0


async def test_the_same_message_again_changes_nothing(house):
    assert await house.says("你好", message_id="m-1")
    assert not await house.says("你好", message_id="m-1")
    await house.quiet()
    assert not await house.says("你好", message_id="m-1")
    await house.quiet()
    assert len(await house.letters()) == 1


async def test_fragments_become_one_turn(house):
    for text in ("帮我查一下", "订单", "LA20261101001"):
        await house.says(text, customer="u-1")
        house.clock.move(seconds=0.5)
        assert await house.work() == 0
    await house.quiet()
    assert len(await house.letters()) == 1
    [first] = [event for event in await house.events() if event.kind == "message"]
    assert first.body["text"] == "帮我查一下 订单 LA20261101001"


async def test_a_burst_that_does_not_end_is_answered_all_the_same(house):
    for _ in range(9):
        await house.says("在吗")
        house.clock.move(seconds=0.6)
    assert await house.work() == 1
    assert len(await house.letters()) == 1


async def test_a_yes_in_a_burst_stands_alone(house):
    await house.says("买两个L-1", customer="u-1")
    await house.quiet()
    await house.says("确认")
    await house.says("谢谢")
    await house.quiet()
    texts = [e.body["text"] for e in await house.events() if e.kind == "message"]
    assert texts == ["买两个L-1", "确认", "谢谢"]
    assert "url" in (await house.letters())[1]["parcel"]


async def test_a_pressed_yes_buys_what_was_summed_up(house):
    await house.says("买两个L-1", customer="u-1")
    await house.quiet()
    await house.says("confirm", kind="press")
    await house.quiet()
    assert "336" in (await house.letters())[1]["parcel"]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"kind": "media", "text": ""}, "请用文字"),
        ({"kind": "command", "text": "start"}, "我是小灯"),
        ({"kind": "command", "text": "help"}, "转人工"),
        ({"kind": "command", "text": "dance"}, "转人工"),
        ({"kind": "command", "text": "language", "rest": "en"}, "English"),
        ({"kind": "press", "text": "person"}, "人工"),
    ],
)
async def test_what_needs_no_turn_is_answered_without_a_model(house, message, words):
    await house.says(**message)
    await house.quiet()
    [letter] = await house.letters()
    assert words in letter["parcel"]
    assert house.model.asked == []


async def test_whoever_presses_for_a_person_is_waiting_for_one(house):
    await house.says("person", kind="press")
    await house.quiet()
    assert (await house.conversation())["state"] == "waiting"
    assert [event.kind for event in await house.events()] == ["handover"]


async def test_a_picture_with_words_is_answered_by_the_words(house):
    await house.says("", kind="media")
    await house.says("运费多少钱可以退")
    await house.quiet()
    [letter] = await house.letters()
    assert "请用文字" not in letter["parcel"]


async def test_thumbs_are_noted_and_not_answered(house):
    await house.says("你好")
    await house.quiet()
    await house.says("unhelpful", kind="press", rest="1")
    await house.quiet()
    assert len(await house.letters()) == 1
    last = (await house.events())[-1]
    assert (last.kind, last.body["value"], last.body["about"]) == ("feedback", "unhelpful", 1)


async def test_reset_begins_a_new_conversation_for_what_comes_after(house):
    await house.says("买两个L-1", customer="u-1")
    await house.quiet()
    old = (await house.conversation())["id"]
    await house.says("reset", kind="command")
    await house.says("确认")
    await house.quiet()
    new = await house.conversation()
    assert new["id"] != old
    assert new["customer"] == "u-1"
    texts = [e.body["text"] for e in await house.events() if e.kind == "message"]
    assert texts == ["确认"]


async def test_another_customer_in_the_same_chat_sees_nothing_of_the_first(house):
    await house.says("我的订单", customer="u-1")
    await house.quiet()
    first = (await house.conversation())["id"]
    await house.says("你好", customer="u-2")
    await house.quiet()
    assert (await house.conversation())["id"] != first


async def test_a_turn_that_died_goes_on_where_it_stopped(house):
    await house.says("买两个L-1", customer="u-1")
    await house.quiet()
    await house.says("确认")
    house.clock.move(seconds=1)
    died = _dies_at("effect carried out")
    [held], _ = await house.runs.take(1)
    with pytest.raises(_Died):
        await Turns(replace(house.desk, checkpoint=died), house.runs).step(held)
    assert await house.work(house.other_worker()) == 0
    house.clock.move(seconds=9)
    asked = len(house.model.asked)
    assert await house.work(house.other_worker()) == 1
    assert len(house.model.asked) == asked
    last = (await house.letters())[-1]
    assert (last["turn"], "336" in last["parcel"]) == (2, True)
    await _replays_to_the_byte(house)


async def test_model_answers_of_a_dead_turn_are_not_asked_for_again(house):
    house.model.trouble = lambda: house.clock.move(seconds=2)
    await house.says("几天内可以退货")
    house.clock.move(seconds=1)
    [held], _ = await house.runs.take(1)
    # The decision is there, the search as well; it dies before the lines are judged.
    died = _dies_at("step begun", after=3)
    with pytest.raises(_Died):
        await Turns(replace(house.desk, checkpoint=died), house.runs).step(held)
    assert len(house.model.asked) == 1
    house.clock.move(seconds=9)
    await house.work(house.other_worker())
    assert len(house.model.asked) == 2
    assert "7天" in (await house.letters())[0]["parcel"]
    await _replays_to_the_byte(house)


async def test_a_runner_that_slept_writes_nothing(house):
    await house.says("你好")
    house.clock.move(seconds=1)
    [held], _ = await house.runs.take(1)
    house.clock.move(seconds=9)
    assert await house.work(house.other_worker()) == 1
    with pytest.raises(StaleRunnerError):
        await Turns(house.desk, house.runs).step(held)
    assert len(await house.letters()) == 1
    assert [e.kind for e in await house.events()].count("reply") == 1


async def _keeps_dying(house, times: int) -> None:
    for _ in range(times):
        [held], _ = await house.runs.take(1)
        died = _dies_at("turn over")
        with pytest.raises(_Died):
            await Turns(replace(house.desk, checkpoint=died), house.runs).step(held)
        house.clock.move(seconds=9)


async def test_who_stands_beside_processes_that_die_quickly_is_answered_all_the_same(house):
    await house.says("你好")
    house.clock.move(seconds=1)
    await _keeps_dying(house, MAX_TRIES + 2)
    await house.work()
    assert [event.kind for event in await house.events()][-1] == "reply"


async def test_a_turn_that_keeps_dying_is_given_to_a_person(house):
    await house.says("你好")
    house.clock.move(seconds=1)
    await _keeps_dying(house, MAX_TRIES)
    house.clock.move(minutes=2)
    await house.work()
    [letter] = await house.letters()
    assert "请同事确认" in letter["parcel"]
    assert (await house.conversation())["state"] == "waiting"
    assert [event.kind for event in await house.events()][-2:] == ["failed", "handover"]
    await house.says("你好")
    await house.quiet()
    assert len(await house.letters()) == 2


async def test_nothing_is_said_after_a_person_took_over(house):
    await house.says("你好")
    house.clock.move(seconds=1)
    [held], _ = await house.runs.take(1)
    assert await take_over(house.database, held.id, "anna", house.clock())
    with pytest.raises(StaleRunnerError):
        await Turns(house.desk, house.runs).step(held)
    await house.says("还在吗")
    await house.quiet()
    assert await house.letters() == []
    assert await hand_back(house.database, held.id, house.clock())
    await house.quiet()
    assert await house.letters() == []
    await house.says("谢谢")
    await house.quiet()
    assert len(await house.letters()) == 1


async def test_letters_that_wait_are_cancelled_by_a_take_over(house):
    await house.says("你好")
    await house.quiet()
    await take_over(house.database, (await house.conversation())["id"], "anna", house.clock())
    assert [letter["state"] for letter in await house.letters()] == ["cancelled"]


async def test_a_paid_notice_reaches_the_customer_once(house):
    await house.says("付没付的那单", customer="u-1")
    await house.quiet()
    link = (await house.events())[-1].body["payment"]
    token = link["url"].rpartition("/")[2]
    notice = PaidNotice(token, link["order_id"], 52500, "CNY")
    assert await house.announcer.paid(notice)
    assert not await house.announcer.paid(notice)
    letters = await house.letters()
    assert [letter["author"] for letter in letters] == ["bot", "notice"]
    assert "525元" in letters[1]["parcel"]
    assert not await house.announcer.paid(replace(notice, token="unknown"))


async def test_a_notice_in_the_middle_of_a_turn_disturbs_neither(house):
    await house.says("你好")
    house.clock.move(seconds=1)
    [held], _ = await house.runs.take(1)

    async def announce(point):
        if point == "turn begun":
            assert await house.announcer.announce(held.id, "您的包裹到了。", "parcel-1")

    await Turns(replace(house.desk, checkpoint=announce), house.runs).step(held)
    assert [letter["author"] for letter in await house.letters()] == ["notice", "bot"]
    seqs = [event.seq for event in await house.events()]
    assert seqs == list(range(1, len(seqs) + 1))
    await _replays_to_the_byte(house)


async def test_while_a_person_has_the_conversation_notices_are_only_noted(house):
    await house.says("你好")
    await house.quiet()
    conversation = (await house.conversation())["id"]
    await take_over(house.database, conversation, "anna", house.clock())
    assert await house.announcer.announce(conversation, "您的包裹到了。", "parcel-1")
    assert all(letter["author"] != "notice" for letter in await house.letters())
    assert (await house.events())[-1].body["sent"] is False


async def test_odd_messages_are_saved_and_answered(house):
    for text in ("\x00\ud800", "x" * 100_000, "", "😀", "\u202e"):
        assert await house.says(text, message_id=f"{text[:1]!r}" + "y" * 500)
        await house.quiet()
    assert len(await house.letters()) == 5


class _Died(Exception):
    """The process ends here."""


def _dies_at(point: str, after: int = 0):
    passed = []

    async def checkpoint(here: str) -> None:
        passed.append(here)
        if passed.count(point) > after:
            raise _Died

    return checkpoint


async def _replays_to_the_byte(house) -> None:
    shop = ClosedShop()
    agent = replace(house.desk.agents["lamps"], services=Services(shop, shop, shop))
    for turn in await replay(agent, await house.events()):
        assert turn.same, turn.trouble
