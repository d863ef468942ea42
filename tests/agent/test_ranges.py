"""A figure of the question falls in the range that a row is for, or in none of it."""

import pytest

from agent.ranges import meant


@pytest.mark.parametrize(
    ("name", "question", "falls_in"),
    [
        ("4至8楼", "步梯房五楼，上楼费怎么算", True),
        ("5年到10年", "用了7年的空调能抵多少", True),
        ("10年以上", "12年的空调", True),
        ("满99元", "买了120块", True),
        ("不满88元", "我买了50元的东西", True),
        ("1-5公斤", "寄3kg", True),
        ("未满16周岁", "给我14岁的儿子办", True),
        ("三个月内", "才买两个月", True),
        ("2 to 5 kg", "a three kilo parcel", True),
        ("Over £40", "my basket is £45", True),
        ("£40 and over", "my basket is 45 quid", True),
        ("48 to 24 hours before", "I cancel 30 hours before", True),
        ("6 or more people", "we are 8 people", True),
        ("Up to 12 years", "my son is 10 years old", True),
        ("挂机1.5匹", "挂机1.5匹", True),
        ("体重 5 kg", "5公斤的猫", True),
        ("体重 4 kg", "5公斤的猫", False),
        ("体重 5 kg", "十斤的猫", True),
        ("6.8 米厢货", "6米8的车来几个师傅", True),
        ("小包 500 ml", "500毫升的那种", True),
        ("1至3楼", "我家六楼没电梯", False),
        ("5年以内", "用了7年的", False),
        ("满99元", "买了20块", False),
        ("2周岁以内", "孩子3周岁", False),
        ("16到18周岁", "给我14岁的儿子办", False),
        ("Under 2 kg", "a 3kg parcel", False),
        ("4th floor and above", "we live on the 2nd floor", False),
        ("Less than 24 hours", "I cancel 30 hours before", False),
    ],
)
def test_a_figure_falls_in_the_range_or_beyond_it(name, question, falls_in):
    assert meant(name, question, exactly=True) is falls_in


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("二区（邻省）", "寄到邻省多少钱"),
        ("4至8楼", "洗衣机多少钱"),  # no figure
        ("4至8楼", "买5台"),  # of another unit
        ("66号至180号", "11月28号停水吗"),
        ("3至5天", "11月28日能到吗"),  # a day is no number of days
        ("挂机1.5匹", "挂机1.5匹"),  # no range
        ("Pocket 20", "I am on Pocket 20"),
    ],
)
def test_what_cannot_be_compared(name, question):
    assert meant(name, question) is None
