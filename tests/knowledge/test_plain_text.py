"""What text files become: tables of values between commas, paragraphs of wrapped lines."""

import pytest

from knowledge.delimited import csv_text
from knowledge.reflow import reflowed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a;b\n1;2,5\n", "| a | b |\n| --- | --- |\n| 1 | 2,5 |"),
        ("a\tb\n1\t2\n", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        ('a,b\n"x|y","两\n行"\n', "| a | b |\n| --- | --- |\n| x\\|y | 两 行 |"),
        (
            "运费表,,\n地区,费,注\n华东,6\n",
            "运费表\n\n| 地区 | 费 | 注 |\n| --- | --- | --- |\n| 华东 | 6 |  |",
        ),
        ("", ""),
        ("a,b\n" + "x" * 200_000 + ",1", None),
    ],
)
def test_csv_becomes_a_table(text: str, expected: str | None) -> None:
    table = csv_text(text)
    assert table == expected if expected is not None else len(table) > 200_000


def test_wrapped_lines_are_joined_and_others_are_not() -> None:
    full = "这一行写得很满直到页面右边的边界为止而且还没有把话"
    assert (
        reflowed(f"{full}\n说完。\n下一段。\n1. 第一步\n") == f"{full}说完。\n下一段。\n1. 第一步\n"
    )
    english = "This line is as long as the page allows it to be and it goes on"
    assert reflowed(f"{english}\nhere.") == f"{english} here."
    assert reflowed(f"{full}\n1. 第一步") == f"{full}\n1. 第一步"
    assert reflowed("") == ""
