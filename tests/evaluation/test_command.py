"""`evaluate` and `case` as they are typed, with a scripted model and real everything else."""

import json
import re

import pytest

from app.__main__ import main
from tests.agent.conftest import calls
from tests.brands.small_brand import write_brand

NOW = "2026-11-23T10:00+08:00"
GREETING = '{"talk":"greeting"}'
HELLO = '{"id": "h-1", "tags": ["talk"], "turns": [{"user": "你好", "expect": {"handoff": false}}]}'


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Two brand folders that are alike, and a way to record model answers."""
    one, two = write_brand(tmp_path / "lamps"), write_brand(tmp_path / "more")
    toml = (two / "brand.toml").read_text("utf-8").replace('id = "lamps"', 'id = "more"')
    (two / "brand.toml").write_text(toml, "utf-8")
    for brand in (one, two):
        (brand / "cases" / "held.jsonl").write_text(HELLO + "\n", "utf-8")
    answers = tmp_path / "answers.jsonl"
    monkeypatch.setenv("DIGITAL_HUMAN_BRAND", str(one))
    monkeypatch.setenv("DIGITAL_HUMAN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("DIGITAL_HUMAN_ANSWERS", "quote")
    monkeypatch.setenv("DIGITAL_HUMAN_MODEL", f"scripted:{answers}")

    def record(*texts):
        lines = [json.dumps({"text": text}, ensure_ascii=False) for text in texts]
        answers.write_text("\n".join(lines), "utf-8")

    record(*[GREETING] * 8)
    return tmp_path, record


def evaluate(folder, *more, out="out"):
    status = main(["evaluate", "--now", NOW, "--out", str(folder / out), *map(str, more)])
    path = folder / out / "report.json"
    return status, json.loads(path.read_text("utf-8")) if path.exists() else None


def test_two_brands_and_a_baseline_have_their_own_figures(shop, capsys):
    folder, _ = shop
    files = [folder / brand / "cases" / "held.jsonl" for brand in ("lamps", "more")]
    brands = ["--brand", folder / "lamps", "--brand", folder / "more"]
    status, report = evaluate(folder, *brands, "--cases", *files, "--baseline", "retrieval")
    assert status == 0
    assert (report["brand"], report["cases"]) == ("lamps more", 2)
    assert report["by_brand"]["more"]["files"]["held.jsonl"]["case_accuracy"] == 1.0
    assert report["by_file"]["held.jsonl"]["mean_over_brands"] == 1.0
    assert report["baselines"]["retrieval"]["cases"] == 2
    assert [(r["brand"], r["file"]) for r in report["results"]] == [
        ("lamps", "held.jsonl"),
        ("more", "held.jsonl"),
    ]
    assert "retrieval" in capsys.readouterr().out


def test_runs_use_the_paraphrases_in_turn_and_are_resumed(shop):
    folder, record = shop
    path = folder / "lamps" / "cases" / "held.jsonl"
    turn = {"user": "你好", "paraphrases": ["您好"], "expect": {"refuses": False}}
    path.write_text(json.dumps({"id": "h-1", "turns": [turn]}), "utf-8")
    _, report = evaluate(folder, "--cases", path, "--runs", 3, "--baseline", "retrieval")
    assert [r["turns"][0]["user"] for r in report["results"]] == ["你好", "您好", "你好"]
    assert report["pass_k"] == {"1": 1.0, "2": 1.0, "3": 1.0}
    record()
    again = evaluate(folder, "--cases", path, "--runs", 3, "--baseline", "retrieval", "--resume")
    assert again == (0, report)


def test_only_cases_with_one_of_the_tags_are_run(shop, capsys):
    folder, _ = shop
    files = [folder / "lamps" / "cases" / name for name in ("first.jsonl", "held.jsonl")]
    _, report = evaluate(folder, "--cases", *files, "--tags", "talk,none")
    assert [result["id"] for result in report["results"]] == ["h-1"]
    assert evaluate(folder, "--cases", *files, "--tags", "none", out="other")[0] == 1
    assert "none" in capsys.readouterr().err


def test_a_file_of_none_of_the_brands_is_named(shop, capsys):
    folder, _ = shop
    path = folder / "stray.jsonl"
    path.write_text(HELLO, "utf-8")
    brands = ["--brand", folder / "lamps", "--brand", folder / "more"]
    assert evaluate(folder, *brands, "--cases", path)[0] == 1
    assert "stray.jsonl" in capsys.readouterr().err


def test_a_missed_gate_fails_and_a_wrong_one_stops_everything(shop, capsys):
    folder, _ = shop
    gate, path = folder / "gate.toml", folder / "lamps" / "cases" / "held.jsonl"
    gate.write_text("[max]\ncases = 0\n[min]\ncase_accuracy = 1.0\n", "utf-8")
    assert evaluate(folder, "--cases", path, "--gate", gate)[0] == 1
    assert "gate: cases: 1, expected at most 0" in capsys.readouterr().out
    gate.write_text("[max]\nmagic = 0\n", "utf-8")
    assert evaluate(folder, "--cases", path, "--gate", gate, out="never") == (2, None)
    assert "magic" in capsys.readouterr().err


def test_reports_are_compared(shop, capsys):
    folder, record = shop
    path = folder / "lamps" / "cases" / "held.jsonl"
    evaluate(folder, "--cases", path, out="a")
    record()  # A model that does not answer: a person is called.
    evaluate(folder, "--cases", path, out="b")
    reports = [str(folder / name / "report.json") for name in "ab"]
    capsys.readouterr()
    assert main(["evaluate", "--compare", *reports]) == 0
    out = capsys.readouterr().out
    assert "worse  lamps h-1" in out
    assert "1 runs of cases in both: 0 better, 1 worse" in out
    assert main(["evaluate", "--compare", reports[0], str(path)]) == 1
    assert main(["evaluate"]) == 2


def test_the_page_is_one_file_without_scripts_and_escapes_what_was_said(shop):
    folder, record = shop
    path = folder / "lamps" / "cases" / "held.jsonl"
    turn = {"user": "<script>alert(1)</script>退货几天", "expect": {"says": ["<b>九天"]}}
    path.write_text(json.dumps({"id": "x", "turns": [turn]}, ensure_ascii=False), "utf-8")
    record(calls("search:退货几天"), '{"lines":[1]}')
    evaluate(folder, "--cases", path)
    page = (folder / "out" / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;退货几天" in page
    assert not re.search(r"""(?:src|href)=|url\(|@import|https?://""", page)
    for word in ("decision", "found", "七天无理由退货", "knowledge/returns.md"):
        assert word in page


def test_a_recorded_conversation_becomes_a_case_that_loads_and_passes(shop, capsys):
    folder, record = shop
    record(calls("lookup_order"))
    said = ["ask", "LA20261101001到哪了", "--customer", "u-1", "--conversation", "c-1"]
    assert main(said) == 0
    capsys.readouterr()
    path = folder / "lamps" / "cases" / "new.jsonl"
    assert main(["case", "add", "c-1", "--to", str(path), "--id", "n-1", "--tags", "order"]) == 0
    case = json.loads(capsys.readouterr().out)
    assert case == json.loads(path.read_text("utf-8"))
    assert (case["id"], case["customer"], case["tags"]) == ("n-1", "u-1", ["order"])
    expect = case["turns"][0]["expect"]
    assert expect["calls"] == [{"tool": "lookup_order", "args": {"order_id": "LA20261101001"}}]
    assert (expect["says"], expect["payment"], expect["handoff"]) == ([], None, False)
    record(calls("lookup_order"))
    assert evaluate(folder, "--cases", path)[1]["case_accuracy"] == 1.0
    before = path.read_text("utf-8")
    assert main(["case", "add", "c-1", "--to", str(path), "--id", "n-1"]) == 1
    assert "used twice" in capsys.readouterr().err
    assert path.read_text("utf-8") == before
    assert [p.name for p in path.parent.glob("*.part")] == []
    assert main(["case", "add", "c-none"]) == 1


def test_what_was_asked_before_is_not_asked_again(shop, capsys):
    folder, record = shop
    cases, kept = folder / "lamps" / "cases" / "held.jsonl", folder / "kept" / "answers.jsonl"
    evaluate(folder, "--cases", cases, "--remember", kept)
    with kept.open("a") as file:
        file.write('{"request": "half a li')
    record()  # whoever asks the model now gets no answer
    status, report = evaluate(folder, "--cases", cases, "--remember", kept, out="again")
    assert (status, report["remembered"], report["case_accuracy"]) == (0, 1, 1.0)
    assert report["latency_ms"]["p50"] is report["by_brand"]["lamps"]["latency_ms"]["p50"] is None
    assert "1 answers of the model were remembered" in capsys.readouterr().out
