"""Who is asked for."""

import pytest

from agent.people import asks_what_it_is, names_somebody, wants_person


@pytest.mark.parametrize(
    "text",
    [
        "我要跟你们主管讲话，你解决不了",
        "能让客服小姐姐接一下吗",
        "麻烦转接一下前台",
        "你说不清楚，换个人来",
        "怎么转人工",
        "能不能叫你们经理来",
        "天天拖，把你们主管喊出来",
        "can I talk to a person please",
        "this is useless, is there an actual person there",
        "就没有个真人吗",
        "not talking to a bot, get someone to ring me back",
        "不想跟机器人聊了",
        "connect me with an agent",
        "sick of this, I want your supervisor",
        "you're useless, put me through to someone",
        "can somebody ring me instead of this bot",
        "你们必须派人给我个说法",
        "这个事你处理不了 让店里人给我回个话",
    ],
)
def test_a_person_is_wanted_however_politely(text):
    assert wants_person(text)
    assert not asks_what_it_is(text)


@pytest.mark.parametrize(
    "text",
    [
        "人工客服几点上班",
        "客服电话多少",
        "你们老板是谁",
        "你是机器人还是真人",
        "when can I reach a real person",
        "who is the supervisor of the lab",
        "can I put the router on someone else's account",
        "帮我转账可以吗",
        "能请工作人员上门安装吗",
        "可以让同事代签吗",
        "能帮我查客服上次的回复吗",
    ],
)
def test_a_question_about_people_is_no_wish_for_one(text):
    assert not wants_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "你是机器人还是真人",
        "你是真人吗",
        "对面是人工还是AI",
        "这是机器人吧",
        "你到底是不是机器人啊",
        "are you a bot",
        "am I talking to a real person?",
    ],
)
def test_who_asks_what_it_is_is_understood(text):
    assert asks_what_it_is(text)


@pytest.mark.parametrize(
    "text",
    [
        "扫地机器人多少钱",
        "你们的退款是人工审核吗",
        "is this wig human hair",
        "is this a machine washable bag",
    ],
)
def test_a_word_for_machines_alone_does_not_ask_that(text):
    assert not asks_what_it_is(text)


def test_a_wish_behind_a_question_is_still_a_wish():
    assert wants_person("你们是24小时人工吗？我想转人工")


@pytest.mark.parametrize(
    "text", ["人工考评的灯光怎么考啊", "人工草坪多少钱一平", "人工费怎么算", "ten kilos per person"]
)
def test_what_is_made_by_hand_is_nobody(text):
    assert not names_somebody(text)
    assert not wants_person(text)


@pytest.mark.parametrize(
    "text", ["再没人处理我打12315", "I'll go to trading standards", "找消协去"]
)
def test_who_threatens_to_complain_elsewhere_gets_a_person(text):
    assert wants_person(text)
