"""Exported chat logs of many makes, mined into a review file, accepted, and found."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.accepting import accept
from knowledge.brand import Brand
from knowledge.chat_answers import question_key
from knowledge.chat_review import ChatOptions, Reviewed, mine_log
from knowledge.chat_words import SMALL_TALK
from knowledge.errors import KnowledgeError
from knowledge.index import Builder
from knowledge.origins import read_origins
from knowledge.review import Record, line_of, read_review

NOW = datetime(2026, 11, 28, tzinfo=UTC)
KEEPS = "开封后请在 6 个月内用完。"


def mine(brand: Brand, tmp_path: Path, name: str, text: str, *staff: str) -> Reviewed:
    (tmp_path / name).write_text(text, "utf-8")
    return mine_log(brand, tmp_path / name, ChatOptions({}, staff, "own"), NOW)


def records(brand: Brand, reviewed: Reviewed) -> list[Record]:
    text = (brand.folder / reviewed.name).read_text("utf-8")
    return [record for _, record in read_review(text, "x")]


def pairs(brand: Brand, reviewed: Reviewed) -> list[tuple[str, str]]:
    return [(r.fields["question"], r.fields["answer"]) for r in records(brand, reviewed)]


def table() -> str:
    told = io.StringIO()
    rows = [
        ("会话ID", "时间", "角色", "内容"),
        ("c1", "2025/3/1 10:02", "客服", KEEPS),
        ("c1", "2025/3/1 10:01", "客户", "您好\n开封后能放多久"),
    ]
    csv.writer(told).writerows(rows)
    return told.getvalue()


LINES = [
    {"conversation_id": 7, "sender": "u-9", "role": "user", "text": "开封后能放多久"},
    {"conversation_id": 7, "sender": "bot", "role": "assistant", "text": "您好，转人工中"},
    {"conversation_id": 7, "sender": "li", "role": "agent", "text": KEEPS},
]
TELEGRAM = {
    "name": "Lin",
    "type": "personal_chat",
    "messages": [
        {"type": "service", "date": "2025-03-01T10:00:00", "action": "x"},
        {"type": "message", "date": "2025-03-01T10:01:00", "from": "Lin", "text": "开封后能放多久"},
        {
            "type": "message",
            "date": "2025-03-01T10:02:00",
            "from": "小店",
            "text": ["开封后请在 ", {"type": "bold", "text": "6 个月"}, "内用完。"],
        },
    ],
}
CONSOLE = [
    ("message", {"text": "开封后能放多久", "brand": "shop"}),
    ("reply", {"text": "抱歉，我需要请同事确认。"}),
    ("operator", {"text": KEEPS}),
]
LOGS = {
    "a.csv": table(),
    "a.jsonl": "\n".join(json.dumps(line, ensure_ascii=False) for line in LINES),
    "result.json": json.dumps(TELEGRAM),
    "all.json": json.dumps({"chats": {"list": [TELEGRAM]}}),
    "console.jsonl": "\n".join(
        json.dumps({"conversation": "c", "seq": n, "turn": 1, "kind": kind, "at": "", "body": body})
        for n, (kind, body) in enumerate(CONSOLE)
    ),
    "qq.txt": "消息对象:小花\n\n2025-03-01 10:01:09 小花(12345)\n开封后能放多久\n\n"
    f"2025-03-01 10:02:10 客服小王(54321)\n{KEEPS}\n",
    "qianniu.txt": "tb_88(2025-03-01 10:01:09): 开封后能放多久\n"
    f"小店旗舰店:客服小王(2025-03-01 10:02:10): {KEEPS}\n",
    "wechat.txt": f"2025-03-01 10:01 小花: 开封后能放多久\n2025-03-01 10:02 客服小王: {KEEPS}\n",
    "copied.txt": "小花 2025-03-01 10:01:22\n开封后能放多久\n\n客服 2025-03-01 10:02:00\n" + KEEPS,
    "whatsapp.txt": "[3/1/25, 10:01:11 AM] Ann: 开封后能放多久\n"
    f"[3/1/25, 10:02:00 AM] 小店客服: {KEEPS}\n",
    "android.txt": f"01/03/25, 10:01 - Ann: 开封后能放多久\n01/03/25, 10:02 - 小店: {KEEPS}\n",
}


@pytest.mark.parametrize("name", sorted(LOGS))
def test_every_make_of_log_gives_the_same_pair(brand: Brand, tmp_path: Path, name: str) -> None:
    reviewed = mine(brand, tmp_path, name, LOGS[name])
    assert pairs(brand, reviewed) == [("开封后能放多久", KEEPS)]
    assert reviewed.conversations == 1


def chat(*turns: tuple[str, str], customer: str = "小花") -> str:
    return "".join(
        f"2025-03-{1 + n // 60:02} 10:{n % 60:02} {customer}: {asked}\n"
        f"2025-03-{1 + n // 60:02} 10:{n % 60:02} 客服: {told}\n"
        for n, (asked, told) in enumerate(turns)
    )


PRIVATE = {
    "personal": [
        ("可以改电话吗 13812345678", "可以的，改好了。"),
        ("发票能开给谁？", "小花，可以开给您本人。"),
        ("能送到吗？收货地址：杭州市西湖区文一路12号3幢201室", "可以送到的哦。"),
        ("有人联系我吗？", "王女士的电话我们会打。"),
        ("邮箱能收发票吗？", "发到 li.hua@example.org 了。"),
    ],
    "order": [
        ("我的快递到哪了？", "在杭州，明天就到。"),
        ("可以开发票吗？", "订单 HY20261101003 的发票已开。"),
        ("物流公司是哪家？", "单号 SF1234567890123。"),
        ("客服电话是多少？", "可以打 400-800-1234 哦。"),
    ],
    "price": [
        ("多少钱一瓶？", "168 包邮哦亲。"),
        ("有优惠吗？", "满300减30元。"),
        ("运费怎么算？", "满99包邮，新疆除外。"),
        ("面霜是多少？", "158"),
        ("能便宜点吗？", "给您打九五折，¥159。"),
    ],
    "link": [("怎么付款呢？", "点这里 https://pay.example/abc 付款。")],
    "no answer": [("可以换货吗？", "请问是什么问题呢？")],
    "unclear": [("这个可以用吗？", "可以用的哦，放心。"), ("多久？", "两天左右就到。")],
    "no question": [("我想买面霜", "有玫瑰和修护两种。")],
}


def test_what_is_one_customers_own_never_gets_out(brand: Brand, tmp_path: Path) -> None:
    turns = [turn for some in PRIVATE.values() for turn in some]
    good = ("支持七天无理由吗？", "未拆封 7 天内可以退。")
    reviewed = mine(brand, tmp_path, "a.txt", chat(*turns, good))
    assert pairs(brand, reviewed) == [good]
    assert reviewed.dropped == {reason: len(some) for reason, some in PRIVATE.items()}
    with pytest.raises(KnowledgeError, match="no answer that could be told to others"):
        mine(brand, tmp_path, "b.txt", chat(*turns))


def test_hello_and_thanks_are_no_part_of_what_is_known(brand: Brand, tmp_path: Path) -> None:
    text = chat(
        ("在吗", "在的亲"), ("您好，请问能开发票吗？", "亲，您好，可以开的。"), ("谢谢", "不客气～")
    )
    reviewed = mine(brand, tmp_path, "a.txt", text)
    assert pairs(brand, reviewed) == [("能开发票吗？", "可以开的。")]
    assert not reviewed.dropped


def test_the_most_frequent_answer_counts_and_others_are_told_of(
    brand: Brand, tmp_path: Path
) -> None:
    turns = [("能开发票吗？", "可以，下单时备注。")] * 2
    turns += [
        ("请问可以开发票吗", "可以, 下单时备注"),
        ("开发票吗？", "不开。"),
        ("怎么退货？", "联系客服。"),
    ]
    first, second = records(brand, mine(brand, tmp_path, "a.txt", chat(*turns)))
    assert first.fields == {"question": "能开发票吗？", "answer": "可以，下单时备注。"}
    assert first.by == "log: asked 4 times, 2025-03-01 to 2025-03-01; 1 times answered otherwise"
    assert second.fields["question"] == "怎么退货？"


def test_only_politeness_makes_two_questions_one() -> None:
    same = ["孕妇可以用面霜吗", "请问孕妇能用面霜吗？", "孕婦可不可以用面霜呢"]
    assert len({question_key(text) for text in same}) == 1
    others = [
        "孕妇不可以用面霜吗",
        "孕妇能用眼霜吗",
        "孕妇怎么用面霜",
        "30ml 能用多久",
        "50ml 能用多久",
    ]
    assert len({question_key(text) for text in [*others, same[0]]}) == len(others) + 1


def test_who_is_the_shop_may_be_said_and_has_to_be(brand: Brand, tmp_path: Path) -> None:
    text = "2025-03-01 10:01 Ann: Do you ship to Canada?\n2025-03-01 10:02 Max: We do, in 5 days.\n"
    with pytest.raises(KnowledgeError, match=r"--staff NAME\. Names: Ann, Max"):
        mine(brand, tmp_path, "a.txt", text)
    reviewed = mine(brand, tmp_path, "a.txt", text, "max")
    assert pairs(brand, reviewed) == [("Do you ship to Canada?", "We do, in 5 days.")]


def test_a_folder_of_logs_is_one_log_and_a_bad_one_stops_no_other(
    brand: Brand, tmp_path: Path
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    for name, text in LOGS.items():
        (folder / name).write_text(text, "utf-8")
    (folder / "bad.csv").write_bytes(b"\x00\xff")
    reviewed = mine_log(brand, folder, ChatOptions({}, (), ""), NOW)
    [record] = records(brand, reviewed)
    assert record.by.startswith(f"log: asked {len(LOGS)} times")
    assert reviewed.refused == ("bad.csv cannot be read: it is not text.",)


async def test_what_an_editor_accepts_is_found_and_a_second_run_keeps_his_word(
    builder: Builder, tmp_path: Path
) -> None:
    brand = builder.brand
    turns = [("能开发票吗？", "可以，下单时备注。"), ("怎么退货？", "联系客服就行。")]
    reviewed = mine(brand, tmp_path, "a.txt", chat(*turns))
    path = brand.folder / reviewed.name
    decided = [
        one.model_copy(update={"accept": "发票" in one.quote}) for one in records(brand, reviewed)
    ]
    path.write_text("".join(f"{line_of(one)}\n" for one in decided), "utf-8")
    assert mine(brand, tmp_path, "a.txt", chat(*turns)).unchanged
    again = mine(brand, tmp_path, "a.txt", chat(*turns, ("几点下班？", "每天 21:00。")))
    assert [one.accept for one in records(brand, again)] == [True, False, None]
    assert read_origins(brand.folder)[again.name].licence == "own"
    accepted = await accept(path, brand)
    assert (accepted.added, accepted.refused) == (1, ())
    assert "knowledge/records.jsonl" in (await builder.build()).added


@pytest.mark.parametrize("text", ["", "甲,乙\n1,2\n", "just some words\nand more", '{"a": 1}'])
def test_what_is_no_chat_is_named(brand: Brand, tmp_path: Path, text: str) -> None:
    with pytest.raises(KnowledgeError, match=r"a\.txt "):
        mine(brand, tmp_path, "a.txt", text)


def test_a_line_of_nothing_but_courtesies_costs_no_time() -> None:
    assert SMALL_TALK.fullmatch("好的" * 20_000)
    assert not SMALL_TALK.fullmatch("好的" * 20_000 + "壹")
