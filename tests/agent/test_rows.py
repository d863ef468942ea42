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


SHOP = (
    "Store: Leeds; Address: Albion Street 71; Mon-Fri: 9:00-18:30; Saturday: 9:00-19:00; "
    "Sunday: 11:00-17:00; Repair desk: yes"
)


CLUB = (
    "Club: Leeds; Address: Mill Lane 2; Parking: 60 spaces free for 4 hours; guests £3; "
    "Wall: 18 m; Cafe: yes"
)


@pytest.mark.parametrize(
    ("row", "question", "said"),
    [
        (CLUB, "can I park in Leeds", "Leeds: Parking 60 spaces free for 4 hours, guests £3"),
        (SHOP, "when are you open on a Sunday in Leeds", "Leeds: Sunday 11:00-17:00"),
        (
            SHOP,
            "Leeds Saturday hours, and do they have a repair desk",
            "Leeds: Saturday 9:00-19:00, Repair desk yes",
        ),
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


def test_a_follow_up_is_told_what_it_asks_and_not_what_was_asked_before():
    row = "Plan: Fast; Down: 900; Up: 110; Set-up fee (GBP): 0; Router included: R3"
    new, whole = "which router comes with it", "which router comes with it any set-up fee on Fast"
    assert row_said(row, new, whole) == "Fast: Router included R3"


MACHINE = (
    "Model: Tarn Duo; Tank (l): 2.8; Power (W): 1900; Width (cm): 34.5; Height (cm): 41; "
    "Weight (kg): 21.6; Max cup height (cm): 11"
)


@pytest.mark.parametrize(
    ("row", "question", "said"),
    [
        (MACHINE, "how wide is the tarn duo", "Tarn Duo: Width 34.5 cm"),
        (MACHINE, "how heavy is the duo", "Tarn Duo: Weight 21.6 kg"),
        (MACHINE, "how tall is it", "Tarn Duo: Height 41 cm"),
        (
            "型号: 壁柜; 宽（cm）: 80; 高（cm）: 200; 深（cm）: 40; 材质: 松木",
            "有多深",
            "壁柜：深 40 cm",
        ),
    ],
)
def test_a_measure_is_told_by_whatever_word_its_column_has(row, question, said):
    assert row_said(row, question) == said


def test_of_rows_that_begin_alike_the_second_cell_tells_which_is_which():
    row = (
        "门店: 西湖店; 厅: 听荷厅; 楼层: 一层; 面积（平方米）: 120; "
        "课桌式（人）: 80; 全天（元）: 8000"
    )
    question = "西湖店课桌式坐70人全天多少"
    assert row_said(row, question) == "西湖店：课桌式 80 人，全天 8000 元"
    assert row_said(row, question, shared=True) == "西湖店 听荷厅：课桌式 80 人，全天 8000 元"


AGES = "品类: 挂机空调; 5年以内: 310元; 5年到10年: 180元; 10年以上: 100元"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("用了7年的挂机能抵多少", "挂机空调：5年到10年 180元"),
        ("挂机空调能抵多少", "挂机空调：5年以内 310元，5年到10年 180元，10年以上 100元"),
    ],
)
def test_columns_for_a_range_are_said_if_the_figure_falls_in_it(question, said):
    assert row_said(AGES, question) == said


def test_what_a_column_takes_is_said_with_its_name():
    assert (
        row_said("体重（kg）: 30以上; 每天（元）: 280", "多少钱") == "体重 30 kg以上：每天 280 元"
    )
    assert row_said("权益: 生日券; 银卡（满5000元）: 30元", "银卡要花多少") == (
        "生日券：银卡（满5000元） 30元"
    )


@pytest.mark.parametrize(
    ("row", "question", "said"),
    [
        (
            "地区: 海南; 首重1公斤（元）: 13; 续重（元/公斤）: 7; 时效（天）: 5; 满额包邮: 不参加",
            "寄海南超一公斤的每公斤加多少",
            "海南：首重1公斤 13 元，续重 7 元/公斤",
        ),
        (
            "Zone: North; First kilo (£): 9; Above (£/kg): 2; Days: 3; Free over (£): 90",
            "how much per kg above that",
            "North: Above 2 £/kg",
        ),
    ],
)
def test_what_each_more_costs_stands_in_the_column_with_that_unit(row, question, said):
    assert row_said(row, question) == said


def test_the_rows_own_name_is_no_word_for_one_of_its_columns():
    row = "Bike: E-Bike; Bike weight (kg): 24.5; Range (km): 70; Frame: low; Deposit (£): 150"
    assert "Range 70 km" in row_said(row, "how far does the E-Bike go on a charge")
    row = (
        "Boat: Double kayak; Seats: 2; Boat weight (kg): 38; Maximum load (kg): 220; Hatch (l): 90"
    )
    assert "Maximum load 220 kg" in row_said(row, "how much weight can the double kayak carry")


def test_what_is_free_is_no_column_of_costs():
    row = "等级: 花漾; 年累计实付（元）: 5000; 折扣: 95折; 免费升级顺丰: 是; 生日券（元）: 50"
    assert "5000" in row_said(row, "升到花漾会员要消费多少")
