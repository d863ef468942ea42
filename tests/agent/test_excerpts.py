"""Which sentences of a passage are told."""

import pytest

from agent.excerpts import Fit
from knowledge.asked_kinds import Wanted
from knowledge.sentences import plain, sentences_of

INSURED = (
    "寄件时可以声明价值并购买保障。玉石原石、古董字画和鲜花不接受保障。"
    "声明价值低于实际价值的，部分损坏时按比例赔付。单票声明价值最高 20000 元。"
)


def test_who_asks_for_an_amount_is_told_the_sentence_with_one():
    assert "20000" in Fit("保障最多能赔多少钱", {}).best_of(INSURED, 40)


@pytest.mark.parametrize(
    ("question", "said", "told"),
    [
        ("小粉瓶怎么用", "规格：30ml。核心成分：烟酰胺。用法：早晚各一次，取 2 滴。", "用法："),
        ("how do I apply it", "It is 30 ml. It has rose oil. Massage in twice a day.", "twice"),
    ],
)
def test_who_asks_how_to_use_a_thing_is_told_how(question, said, told):
    assert told in Fit(question, {}).best_of(said, 22)


def test_meaning_counts_where_no_letter_is_shared():
    said = "顾客可在门店自提。物品在运输途中损毁的，由本公司承担。周一至周五营业。"
    lost = sentences_of(said)[1]
    assert lost in Fit("东西碎了谁管", {lost: 0.9, sentences_of(said)[0]: 0.8}).best_of(said, 20)


def test_what_other_sentences_have_too_counts_less():
    said = "会员积分每月结算。会员积分可以兑换礼品。会员积分在十二月清零。"
    assert Fit("会员积分清零吗", {}).best_of(said, 12) == "会员积分在十二月清零。"


def test_sentences_keep_their_order_and_their_spaces():
    said = "Returns take five days. We do not sell gift cards. Refunds follow within a week."
    best = Fit("how long do returns and refunds take", {}).best_of(said, 60)
    assert best == "Returns take five days. Refunds follow within a week."
    assert "".join(sentences_of(said)) == said


OPENED = "VC精华：2 个月。须冷藏。眼霜：12 个月。口红：18 个月。"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("VC精华能放多久", "VC精华：2 个月。须冷藏。"),
        ("眼霜和口红能放多久", "眼霜：12 个月。口红：18 个月。"),
        ("能放多久", "VC精华：2 个月。须冷藏。眼霜：12 个月。口红：18 个月。"),
    ],
)
def test_of_a_list_those_entries_are_told_that_the_question_names(question, told):
    assert Fit(question, {}).best_of(OPENED, 90) == told


def test_what_all_is_about_is_no_name_of_one_entry():
    said = "住宿、餐饮：离店后 180 天内可以开发票。专用发票：要填公司名称和税号。"
    assert Fit("离店两个月还能补开发票吗", {}).best_of(said, 90) == said


def test_what_holds_for_all_entries_stays():
    said = "标快：12 元。特快：20 元。注意：偏远地区加收 5 元。"
    assert Fit("标快多少钱", {}).best_of(said, 90) == "标快：12 元。注意：偏远地区加收 5 元。"


def test_hours_and_addresses_are_no_entries():
    said = "早上8:30开门。晚上9:00关门。See https://x.example."
    assert Fit("晚上几点关门", {}).best_of(said, 90) == said


def test_a_short_passage_is_told_whole():
    assert Fit("多少钱", {}).best_of("不收费。欢迎光临。", 60) == "不收费。欢迎光临。"


@pytest.mark.parametrize(
    ("question", "there", "not_there"),
    [
        ("续重一公斤多少钱", "每公斤 6 元。", "每公斤另算。"),
        ("退款几天到", "原路退回，3 个工作日到账。", "原路退回。"),
        ("周六几点开门", "周六 9:30 起。", "照常营业。"),
        ("最多能寄几件", "一次限 5 件。", "数量有限。"),
        ("how much does the visit cost", "A visit is £25.", "A visit is booked online."),
        ("how long is the warranty", "It is covered for two years.", "It is covered."),
        ("when do you open", "From Monday to Friday.", "In the old town."),
        ("how many routers can I add", "Up to four.", "As many as fit."),
        ("身份证补一张得掏多少", "工本费 40 元。", "15 个工作日。"),
        ("这个咋收费", "每台 99 元。", "当天上门。"),
        ("hows much for a cot", "A cot is £18.", "Ask at the desk."),
        ("whens the chemist shut", "Until 13:00.", "Round the corner."),
        ("怎么收货", "", "每件 6 元。"),
    ],
)
def test_the_kind_of_thing_asked_for_is_seen_by_its_form(question, there, not_there):
    wanted = Wanted(question)
    assert not there or wanted.is_in(there)
    assert not wanted.is_in(not_there)


def test_a_question_that_wants_no_figure_prefers_none():
    assert not Wanted("可以带狗吗").is_in("每只 20 元。")


def test_a_passage_is_said_without_its_markup():
    text = "**退货**\n- 七天内\n- 未拆封"
    assert plain(text, "text") == "退货 七天内 未拆封"
    assert plain("问：能退吗\n答：七天内能退。", "question_answer") == "七天内能退。"


AGES = "16周岁以下：监护人带到营业厅办。16到18周岁：可以网上办。18周岁以上：哪里都可以办。"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("给我14岁的儿子办张卡", "16周岁以下：监护人带到营业厅办。"),
        ("我女儿十七岁能办卡吗", "16到18周岁：可以网上办。"),
        ("能办卡吗", AGES),
    ],
)
def test_of_entries_for_ranges_the_one_is_told_that_a_figure_falls_in(question, told):
    assert Fit(question, {}).best_of(AGES, 90) == told


@pytest.mark.parametrize(
    ("question", "said", "told"),
    [
        (
            "cancelling three days before, do I get my money",
            "Book online. Cancel up to 7 days before and you get your money back. Later than that"
            " there's no refund. If we cancel, you get the lot.",
            "Cancel up to 7 days before and you get your money back. Later than that there's no"
            " refund. ",
        ),
        (
            "能退押金吗",
            "门店每天营业。归还时能退押金。逾期不退。电话预约更快。",
            "归还时能退押金。逾期不退。",
        ),
        (
            "逾期不还怎么算",
            "门店每天营业。归还时能退押金。逾期不还的不退。",
            "归还时能退押金。逾期不还的不退。",
        ),
        ("几点营业", "门店每天八点营业。归还时能退押金。逾期不退。", "门店每天八点营业。"),
    ],
)
def test_a_rule_is_told_with_its_other_side(question, said, told):
    most = 60 if said.isascii() else 9
    assert Fit(question, {}).best_of(said, most, whole=True) == told


def test_a_day_of_the_month_is_no_span_of_time():
    wanted = Wanted("发票几天能收到")
    assert not wanted.is_in("专用发票每月25日截止，25日以后提交的次月开。")
    assert wanted.is_in("2个工作日内发到邮箱。")
    assert wanted.is_in("30日内办结。")


def test_a_question_is_never_told_without_its_answer():
    said = "Do I have to print it? No, the code will do. Is there wifi? Free in both saloons."
    fit = Fit("is there any wifi", {})
    assert fit.best_of(said, 30).strip() == "Is there wifi? Free in both saloons."
    assert sentences_of("有停车位吗？有，地下两层。满了停对面。") == (
        "有停车位吗？有，地下两层。",
        "满了停对面。",
    )
