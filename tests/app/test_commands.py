"""The commands as a person types them, with recorded model answers and real everything else."""

import json
import re
import sys
from io import StringIO
from pathlib import Path

import pytest

from app.__main__ import main, parser
from app.settings import Settings, example_file
from tests.agent.conftest import calls, points_at
from tests.brands.small_brand import write_brand

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A brand folder, an empty data folder and a way to record model answers."""
    brand = write_brand(tmp_path / "lamps")
    monkeypatch.setenv("DIGITAL_HUMAN_BRAND", str(brand))
    monkeypatch.setenv("DIGITAL_HUMAN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("DIGITAL_HUMAN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("DIGITAL_HUMAN_ANSWERS", "quote")
    answers = tmp_path / "answers.jsonl"
    monkeypatch.setenv("DIGITAL_HUMAN_MODEL", f"scripted:{answers}")

    def record(*texts):
        lines = [json.dumps({"text": text}, ensure_ascii=False) for text in texts]
        answers.write_text("\n".join(lines), "utf-8")
        return brand

    record()
    return record


@pytest.fixture
def typed(monkeypatch):
    """Lines on standard input, which is no terminal."""
    return lambda text: monkeypatch.setattr(sys, "stdin", StringIO(text))


def test_ask_prints_one_reply_object_and_nothing_else(shop, capsys):
    shop(calls("lookup_order"))
    assert main(["ask", "LA20261101001到哪了", "--customer", "u-1", "--json"]) == 0
    reply = json.loads(capsys.readouterr().out)
    assert "已发货" in reply["text"]
    assert reply["model"].startswith("scripted:")
    assert set(reply["timings"]) == {"first_token_ms", "total_ms", "model_ms", "own_ms"}


def test_a_conversation_goes_on_and_is_replayed_to_the_byte(shop, capsys):
    replies = []
    for text, answer in (
        ("最近那单", calls("lookup_order")),
        ("那上一单呢", calls("lookup_order")),
        ("几天无理由退货", calls("search:几天无理由退货")),
    ):
        shop(answer, points_at(1))
        assert main(["ask", text, "--customer", "u-1", "--conversation", "c-9", "--json"]) == 0
        replies.append(capsys.readouterr().out)
    assert json.loads(replies[1])["calls"][-1]["args"] == {"order_id": "LA20261101001"}
    assert "七天" in json.loads(replies[2])["text"]
    assert main(["replay", "c-9"]) == 0
    assert capsys.readouterr().out == "".join(replies)


def test_a_replay_with_another_model_is_a_comparison(shop, capsys):
    shop(calls("list_orders"))
    assert main(["ask", "我的订单", "--customer", "u-1", "--conversation", "c-2"]) == 0
    brand = shop(calls("person"))
    model = f"scripted:{brand.parent / 'answers.jsonl'}"
    assert main(["replay", "c-2", "--model", model]) == 0
    seen = capsys.readouterr()
    assert "+ " in seen.out
    assert "1 changed" in seen.err


def test_chat_answers_piped_lines_and_pays_the_demo_link(shop, typed, capsys):
    shop(calls("pay"))
    typed("付没付的那单\n/paid\n/id\n/quit\n")
    assert main(["chat", "--customer", "u-1"]) == 0
    out = capsys.readouterr().out
    assert "525元" in out
    assert "已付款" in out


def test_the_demo_without_input_plays_the_brands_tour(shop, typed, capsys):
    brand = shop('{"talk":"greeting"}', calls("show_product_images"))
    tour = {"customer": "u-1", "turns": ["你好", "看看L-1的照片"]}
    (brand / "demo" / "tour.json").write_text(json.dumps(tour), "utf-8")
    typed("")
    assert main(["demo"]) == 0
    out = capsys.readouterr().out
    assert "我是小灯" in out
    assert "desk.jpg" in out


@pytest.mark.parametrize("line", ["😀", "\x00\x1b[2J", "x" * 100_000, "こんにちは", "﻿"])
def test_odd_lines_get_an_answer_and_never_steer_the_terminal(shop, typed, capsys, line):
    shop('{"talk":"other"}')
    typed(f"{line}\n")
    assert main(["chat"]) == 0
    assert "\x1b[2J" not in capsys.readouterr().out


def test_knowledge_is_built_searched_added_to_and_described(shop, tmp_path, capsys):
    assert main(["knowledge", "build"]) == 0
    assert "version 1" in capsys.readouterr().out
    more = tmp_path / "more.md"
    more.write_text("# 安装\n吊灯由师傅免费上门安装。\n", "utf-8")
    assert main(["knowledge", "add", str(more)]) == 0
    assert "version 2" in capsys.readouterr().out
    assert main(["knowledge", "search", "吊灯怎么安装"]) == 0
    assert "knowledge/more.md" in capsys.readouterr().out
    assert main(["knowledge", "stats"]) == 0
    assert "knowledge/returns.md" in capsys.readouterr().out


def test_a_file_of_another_kind_is_passed_over_with_what_to_do(shop, capsys):
    folder = shop() / "knowledge"
    for name in ("old.doc", "film.mp4", "all.zip"):
        (folder / name).write_bytes(b"x")
    assert main(["knowledge", "build"]) == 0
    out = capsys.readouterr().out
    assert "skipped knowledge/old.doc: save it as .docx\n" in out
    assert "skipped knowledge/film.mp4\n" in out
    assert "skipped knowledge/all.zip: unpack it" in out


def test_a_question_may_stand_behind_the_options(shop, capsys):
    brand = shop()
    assert main(["knowledge", "search", "--brand", str(brand), "几天无理由退货"]) == 0
    assert "knowledge/returns.md" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["knowledge", "search", "--brand", str(brand), "退货", "几天"])
    assert "unrecognized arguments: 几天" in capsys.readouterr().err


def test_knowledge_versions_are_listed_and_gone_back_to(shop, tmp_path, capsys):
    main(["knowledge", "build"])
    more = tmp_path / "more.md"
    more.write_text("# 安装\n吊灯由师傅免费上门安装。\n", "utf-8")
    main(["knowledge", "add", str(more)])
    assert main(["knowledge", "rollback", "1"]) == 0
    assert "until `digital-human knowledge build`" in capsys.readouterr().out
    assert main(["knowledge", "versions"]) == 0
    newest, oldest = capsys.readouterr().out.splitlines()
    assert newest.startswith("version 2")
    assert oldest.endswith("answered from, until the next `knowledge build`")
    assert main(["knowledge", "search", "吊灯怎么安装"]) == 0
    assert "knowledge/more.md" not in capsys.readouterr().out
    assert main(["knowledge", "rollback", "9"]) == 1
    assert "these are: 1, 2." in capsys.readouterr().err
    assert main(["knowledge", "build"]) == 0
    assert "version 3" in capsys.readouterr().out


def test_a_search_explains_its_scores_and_can_be_narrowed(shop, capsys):
    question = ["knowledge", "search", "退货要几天", "--explain"]
    assert main([*question, "--kind", "product", "--on", "2026-11-28"]) == 0
    shown = capsys.readouterr().out
    assert "= words " in shown
    assert "filters: kind product" in shown
    assert "foreignness: " in shown
    assert "knowledge/returns.md" not in shown


def test_calibrating_says_how_many_foreign_questions_are_refused(shop, tmp_path, capsys):
    cases = [
        {
            "id": f"own-{n}",
            "turns": [
                {"user": f"第{n}种灯怎么退货", "expect": {"sources": ["knowledge/returns.md"]}}
            ],
        }
        for n in range(30)
    ]
    lines = "\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (shop() / "cases" / "own.jsonl").write_text(lines, "utf-8")
    assert main(["knowledge", "calibrate"]) == 0
    assert "98% of own questions kept" in capsys.readouterr().out
    assert list((tmp_path / "var").glob("knowledge/*/calibration.json"))


def test_evaluate_prints_a_table_and_writes_the_report(shop, tmp_path, capsys):
    brand = shop(calls("list_orders"), '{"talk":"greeting"}')
    cases, out = brand / "cases" / "first.jsonl", tmp_path / "report"
    arguments = ["--cases", str(cases), "--out", str(out), "--now", "2026-11-23T10:00+08:00"]
    assert main(["evaluate", *arguments]) == 0
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert report["cases"] == 2
    # A list of orders names no carrier, which the first case asks for; the second is small talk.
    assert [result["right"] for result in report["results"]] == [False, True]
    assert report["results"][0]["turns"][0]["faults"] == ["does not say 顺丰 or SF"]
    assert report["unsupported_facts"] == 0
    assert not (tmp_path / "var" / "digital-human.sqlite3").exists()


def test_models_are_listed_and_an_unknown_one_is_named(shop, capsys):
    assert main(["models", "list"]) == 0
    assert "qwen2.5-coder-1.5b" in capsys.readouterr().out
    assert main(["models", "pull", "no-such-model"]) == 1
    assert "no-such-model" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", "hi", "--brand", "no/such/folder"], "no/such/folder"),
        (["ask", "hi", "--model", "magic:wand"], "embedded"),
        (["replay", "c-none"], "c-none"),
        (["paid", "http://localhost:8080/pay/none"], "付款链接"),
        (["knowledge", "search"], "needs"),
        (["knowledge", "stats"], "build"),
        (["evaluate", "--cases", "none.jsonl"], "none.jsonl"),
    ],
)
def test_trouble_is_one_line_that_says_what_to_do(shop, capsys, arguments, words):
    assert main(arguments) == 1
    err = capsys.readouterr().err
    assert words in err
    assert len(err.strip().splitlines()) == 1


def test_wrong_usage_is_status_two(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["dance"])
    assert stopped.value.code == 2


def test_a_bad_setting_is_named(shop, monkeypatch, capsys):
    monkeypatch.setenv("DIGITAL_HUMAN_SLOTS", "many")
    assert main(["models", "list"]) == 1
    assert "DIGITAL_HUMAN_SLOTS" in capsys.readouterr().err


def test_the_example_settings_are_up_to_date():
    assert (ROOT / ".env.example").read_text("utf-8") == example_file()
    assert all(field.description for field in Settings.model_fields.values())


def test_both_readmes_list_every_command():
    action = next(a for a in parser()._actions if a.dest == "command")
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text("utf-8")
        listed = set(re.findall(r"^\| `digital-human (\w+)", text, re.MULTILINE))
        assert listed == set(action.choices)
        assert len(text.splitlines()) <= 150


@pytest.mark.live
def test_a_real_qwen_answers_from_end_to_end(tmp_path, monkeypatch, capsys):
    brand = write_brand(tmp_path / "lamps")
    monkeypatch.setenv("DIGITAL_HUMAN_DATA_DIR", str(tmp_path / "var"))
    arguments = ["--brand", str(brand), "--model", "embedded:qwen2.5-coder-0.5b", "--json"]
    assert main(["ask", "LA20261101001发货了吗", "--customer", "u-1", *arguments]) == 0
    reply = json.loads(capsys.readouterr().out)
    assert reply["model"] == "embedded:qwen2.5-coder-0.5b"
    assert reply["calls"][0]["args"] == {"order_id": "LA20261101001"}
    assert "已发货" in reply["text"]
    assert reply["timings"]["model_ms"] > 0


def test_what_one_case_buys_is_no_order_of_the_next(shop, tmp_path):
    brand = shop(calls("buy"), calls("list_orders"))
    buys = [{"user": "买两个L-1", "expect": {}}, {"user": "确认", "expect": {"payment": {}}}]
    lists = [{"user": "我的订单", "expect": {"never_says": ["336"], "says": ["525"]}}]
    cases = [
        {"id": "one", "customer": "u-1", "tags": [], "turns": buys},
        {"id": "two", "customer": "u-1", "tags": [], "turns": lists},
    ]
    file = brand / "cases" / "bought.jsonl"
    file.write_text("".join(json.dumps(case) + "\n" for case in cases), "utf-8")
    out = tmp_path / "report"
    assert main(["evaluate", "--cases", str(file), "--out", str(out)]) == 0
    assert json.loads((out / "report.json").read_text("utf-8"))["case_accuracy"] == 1.0


def test_many_conversations_are_replayed_and_go_on_as_a_batch(shop, capsys):
    for n in range(3):
        shop(calls("list_orders"))
        assert main(["ask", "我的订单", "--customer", "u-1", "--conversation", f"c-{n}"]) == 0
    shop()
    capsys.readouterr()
    assert main(["replay", "--words", "订单"]) == 0
    assert "batch 1: 3 of 3 conversations, 3 unchanged" in capsys.readouterr().out
    assert main(["replay", "--resume", "1"]) == 0
    assert main(["replay", "--refused"]) == 1
    assert "nothing to replay" in capsys.readouterr().err


def test_other_words_are_a_what_if(shop, capsys):
    shop(calls("list_orders"))
    assert main(["ask", "我的订单", "--customer", "u-1", "--conversation", "c-1"]) == 0
    shop(calls("lookup_order"))
    assert main(["replay", "c-1", "--say", "1=LA20261101001到哪了"]) == 0
    seen = capsys.readouterr()
    assert "+ 订单" in seen.out
    assert "1 changed" in seen.err
    assert main(["replay", "c-1", "--say", "LA2026"]) == 1
    assert "expected TURN=TEXT" in capsys.readouterr().err


def test_training_samples_are_written_to_a_file(shop, capsys, tmp_path):
    shop()
    assert main(["training", "export", "--out", str(tmp_path / "samples.jsonl")]) == 0
    assert (tmp_path / "samples.jsonl").read_text("utf-8") == ""
    assert "0 samples" in capsys.readouterr().err
