"""A figure of the question falls in the range that a row is for, or in none of it."""

import pytest

from agent.ranges import meant


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("4至8楼", "步梯房五楼，上楼费怎么算"),
        ("5年到10年", "用了7年的空调能抵多少"),
        ("10年以上", "12年的空调"),
        ("满99元", "买了120块"),
        ("不满88元", "我买了50元的东西"),
        ("1-5公斤", "寄3kg"),
        ("未满16周岁", "给我14岁的儿子办"),
        ("三个月内", "才买两个月"),
        ("2 to 5 kg", "a three kilo parcel"),
        ("Over £40", "my basket is £45"),
        ("£40 and over", "my basket is 45 quid"),
        ("48 to 24 hours before", "I cancel 30 hours before"),
        ("6 or more people", "we are 8 people"),
        ("Up to 12 years", "my son is 10 years old"),
    ],
)
def test_a_figure_in_the_range(name, question):
    assert meant(name, question) is True


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("1至3楼", "我家六楼没电梯"),
        ("5年以内", "用了7年的"),
        ("满99元", "买了20块"),
        ("2周岁以内", "孩子3周岁"),
        ("16到18周岁", "给我14岁的儿子办"),
        ("Under 2 kg", "a 3kg parcel"),
        ("4th floor and above", "we live on the 2nd floor"),
        ("Less than 24 hours", "I cancel 30 hours before"),
    ],
)
def test_a_figure_beyond_the_range(name, question):
    assert meant(name, question) is False


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
