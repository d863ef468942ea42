"""Running text in two columns is read column by column, and rows of a table stay rows."""

from collections.abc import Mapping
from typing import Any

from knowledge.two_columns import two_columns

WIDTH = 600.0


def line(*pieces: tuple[float, str]) -> Mapping[str, Any]:
    """Letters 10 points wide, each piece from its place on."""
    letters = [
        {"text": char, "x0": start + 10.0 * at, "x1": start + 10.0 * at + 10, "size": 10.0}
        for start, text in pieces
        for at, char in enumerate(text)
    ]
    return {"chars": letters}


def test_the_left_column_comes_first_and_broad_lines_divide() -> None:
    rows = [line((50, f"左{n}" + "文" * 20), (320, f"右{n}" + "字" * 20)) for n in range(4)]
    end = line((50, "左完。"), (320, "右四" + "字" * 20))
    title, foot = line((200, "售" * 20)), line((290, "-3-"))
    told = two_columns([title, *rows, end, foot], WIDTH).split("\n")
    assert [one[:2] for one in told] == [
        "售售",
        "左0",
        "左1",
        "左2",
        "左3",
        "左完",
        "右0",
        "右1",
        "右2",
        "右3",
        "右四",
        "-3",
    ]


def test_english_words_stay_apart() -> None:
    rows = [
        line((50, "we take it back in days"), (320, "keep the slip to show us")) for _ in "abcd"
    ]
    assert two_columns(rows, WIDTH).split("\n")[0] == "we take it back in days"


def test_rows_of_a_table_without_lines_are_no_columns() -> None:
    prices = [line((50, "精华液"), (400, "168元")) for _ in range(6)]
    asked = [
        line((50, "能退货吗"), (320, "签收七天内可以退货运费由买家承担")),
        line((50, "怎么开发票"), (320, "在订单页面里申请")),
        line((50, "赠品要不要一起寄回来呢请问"), (320, "要")),
        line((50, "多久发货"), (320, "当天下午四点前付款的当天发出其余次日")),
    ]
    three = [line((50, "文" * 14), (230, "文" * 14), (410, "文" * 14)) for _ in range(6)]
    for rows in (prices, asked, three, prices[:2]):
        assert two_columns(rows, WIDTH) == ""
