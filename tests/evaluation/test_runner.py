"""An evaluation from cases to report, with a scripted answerer."""

import asyncio
import io
import json

import pytest
from rich.console import Console

from evaluation.report import report_of, write_report
from evaluation.results import ResultFile
from evaluation.runner import Plan, run
from evaluation.table import print_report

SHIPPED = {"says": ["已发货"]}


@pytest.fixture
def two_cases(case):
    return (
        case("a", ("到哪了", SHIPPED), customer="u-1", tags=["order"]),
        case("b", ("能退吗", {"refuses": False}), ("几天", {"says": ["七天"]})),
    )


@pytest.fixture
def replies(reply):
    return {"到哪了": reply("已发货"), "能退吗": reply("可以"), "几天": reply("15天内")}


async def test_every_case_and_run_has_a_conversation_of_its_own(two_cases, replies, script, brand):
    agent = script(replies)
    done = await run(Plan(two_cases, brand, runs=2), agent)
    assert agent.asked == [
        ("eval-a-1", "到哪了", "u-1"),
        ("eval-b-1", "能退吗", None),
        ("eval-b-1", "几天", None),
        ("eval-a-2", "到哪了", "u-1"),
        ("eval-b-2", "能退吗", None),
        ("eval-b-2", "几天", None),
    ]
    assert [(r.id, r.run, r.right) for r in done.results] == [
        *(("a", 1, True), ("a", 2, True), ("b", 1, False), ("b", 2, False)),
    ]


async def test_a_figure_that_nothing_gave_is_counted_as_unsupported(case, reply, script, brand):
    text = "七天可退，168元，满300包邮，9点至21点，小粉瓶"
    asked = case("a", ("我买了300元的", {}), ("可以退吗", {}))
    agent = script({"我买了300元的": reply("嗯"), "可以退吗": reply(text)}, ("7天无理由",))
    done = await run(Plan((asked,), brand), agent)
    assert done.results[0].turns[1].unsupported == ("168元", "小粉瓶")


async def test_a_crash_is_a_fault_of_its_case_only(two_cases, replies, script, brand):
    replies["能退吗"] = RuntimeError("no model")
    done = await run(Plan(two_cases, brand), script(replies))
    good, bad = done.results
    assert (good.right, bad.right, bad.crashed) == (True, False, True)
    assert [t.faults for t in bad.turns] == [
        ("crashed: RuntimeError: no model",),
        ("not asked: an earlier turn crashed",),
    ]


async def test_progress_tells_done_all_and_right_so_far(two_cases, replies, script, brand):
    seen = []
    await run(Plan(two_cases, brand), script(replies), progress=lambda *now: seen.append(now))
    assert seen == [(1, 2, 1), (2, 2, 1)]


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), asyncio.CancelledError()])
async def test_an_interrupted_evaluation_hands_back_what_was_done(
    stop, two_cases, replies, script, brand
):
    done = await run(Plan(two_cases, brand), script(replies | {"能退吗": stop}))
    assert done.interrupted
    assert [result.id for result in done.results] == ["a"]


async def test_ctrl_c_leaves_time_to_write_the_report(two_cases, replies, script, brand, tmp_path):
    class Waiting(script):
        async def answer(self, conversation, text, customer):
            if text == "能退吗":
                await asyncio.sleep(30)
            return await super().answer(conversation, text, customer)

    async def evaluate():
        done = await run(Plan(two_cases, brand), Waiting(replies))
        await asyncio.sleep(0)
        report = report_of(done.results, model="m", brand="b", interrupted=done.interrupted)
        return write_report(report, tmp_path / "out")

    task = asyncio.create_task(evaluate())
    await asyncio.sleep(0.05)
    task.cancel()
    report = json.loads((await task).read_text(encoding="utf-8"))
    assert (report["interrupted"], report["cases"]) == (True, 1)


async def test_resuming_runs_only_what_is_missing(two_cases, replies, script, brand, tmp_path):
    path = tmp_path / "out" / "results.jsonl"
    plan = Plan(two_cases, brand, setup="model 1")
    stopped = replies | {"能退吗": KeyboardInterrupt()}
    await run(plan, script(stopped), ResultFile(path, resume=False))
    path.write_text(path.read_text(encoding="utf-8") + '{"id": "b", "ru', encoding="utf-8")

    agent = script(replies)
    done = await run(plan, agent, ResultFile(path, resume=True))
    assert [conversation for conversation, *_ in agent.asked] == ["eval-b-1", "eval-b-1"]
    assert done == await run(plan, script({}), ResultFile(path, resume=True))


@pytest.mark.parametrize("change", ["case", "setup", "fresh", "crash"])
async def test_a_stale_or_crashed_result_is_not_reused(
    change, case, reply, script, brand, tmp_path
):
    path = tmp_path / "results.jsonl"
    first = case("a", ("到哪了", SHIPPED))
    answers = {"到哪了": OSError("down") if change == "crash" else reply("已发货")}
    await run(Plan((first,), brand, setup="1"), script(answers), ResultFile(path, resume=False))

    again = case("a", ("到哪了", {"says": ["签收"]})) if change == "case" else first
    plan = Plan((again,), brand, setup="2" if change == "setup" else "1")
    agent = script({"到哪了": reply("已发货")})
    await run(plan, agent, ResultFile(path, resume=change != "fresh"))
    assert len(agent.asked) == 1


async def test_the_report_is_written_whole_and_the_table_shows_what_went_wrong(
    two_cases, replies, script, brand, tmp_path
):
    done = await run(Plan(two_cases, brand), script(replies))
    report = report_of(done.results, model="scripted:[x]", brand="test")
    path = write_report(report, tmp_path / "out")
    assert json.loads(path.read_text(encoding="utf-8")) == report
    assert report["latency_ms"]["decide_p50"] == 40
    assert [p.name for p in path.parent.iterdir()] == ["report.json"]

    console = Console(file=io.StringIO(), width=100)
    print_report(report, console)
    shown = console.file.getvalue()
    assert "scripted:[x]" in shown
    assert "50.0%" in shown
    assert "b#2  几天" in shown
    assert "✗ does not say 七天" in shown
    assert "a#1" not in shown


async def test_the_table_is_bounded_and_says_when_it_is_partial(case, reply, script, brand):
    long = "很长" * 200
    cases = tuple(case(f"c{n}", (long, {"refuses": True})) for n in range(50))
    done = await run(Plan(cases, brand), script({long: reply(long)}))
    console = Console(file=io.StringIO(), width=100)
    print_report(report_of(done.results, model="m", brand="b", interrupted=True), console)
    shown = console.file.getvalue()
    assert long not in shown.replace("\n", "")
    assert "and 10 more wrong turns" in shown
    assert "Interrupted" in shown
