"""The report as it is printed: figures, accuracy by tag, and the turns that went wrong."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

MAX_WRONG_TURNS = 40
_MAX_QUOTE = 120


def print_report(report: dict[str, Any], console: Console) -> None:
    """Print the report to the console."""
    console.print(_figures(report))
    if report["by_tag"]:
        console.print(_tags(report["by_tag"]))
    _print_wrong(report["results"], console)
    if report["interrupted"]:
        console.print("Interrupted: these figures cover the cases that were run.", style="yellow")


def per_cent(share: float | None) -> str:
    """A share for reading; a dash where there was nothing to judge."""
    return "–" if share is None else f"{share:.1%}"


def shortened(text: str) -> str:
    """The text on one line, of bounded length."""
    line = " ".join(text.split())
    return line if len(line) <= _MAX_QUOTE else line[: _MAX_QUOTE - 1] + "…"


def _figures(report: dict[str, Any]) -> Table:
    latency, refusal = report["latency_ms"], report["refusal"]
    runs = f", {report['runs']} runs" if report["runs"] > 1 else ""
    title = f"{report['brand']} · {report['model']} · {report['cases']} cases{runs}"
    table = Table(title=Text(title), show_header=False, title_justify="left")
    rows = {
        "cases right": per_cent(report["case_accuracy"]),
        "turns right": per_cent(report["turn_accuracy"]),
        **{f"all of {k} runs right": per_cent(v) for k, v in report["pass_k"].items() if k != "1"},
        "calls exact": per_cent(report["call_exact"]),
        "refusal precision": per_cent(refusal["precision"]),
        "refusal recall": per_cent(refusal["recall"]),
        "handover right": per_cent(report["handoff_accuracy"]),
        "unsupported facts": str(report["unsupported_facts"]),
        "crashed cases": str(report["crashed"]),
        "turn, median": _milliseconds(latency["p50"]),
        "turn, 95 % within": _milliseconds(latency["p95"]),
        "first word, median": _milliseconds(latency["first_token_p50"]),
        "decision, median": _milliseconds(latency["decide_p50"]),
        "own time, median": _milliseconds(latency["own_p50"]),
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def _tags(by_tag: dict[str, dict[str, Any]]) -> Table:
    table = Table("tag", "cases", "right")
    for tag, figures in by_tag.items():
        table.add_row(Text(tag), str(figures["cases"]), per_cent(figures["case_accuracy"]))
    return table


def _print_wrong(results: list[dict[str, Any]], console: Console) -> None:
    wrong = [
        (f"{result['id']}#{number}", turn)
        for result in results
        for number, turn in enumerate(result["turns"], 1)
        if not turn["right"]
    ]
    for place, turn in wrong[:MAX_WRONG_TURNS]:
        console.print(Text(f"{place}  {shortened(turn['user'])}", style="bold"))
        if turn["reply"]:
            console.print(Text(f"  › {shortened(turn['reply']['text'])}", style="dim"))
        for fault in turn["faults"]:
            console.print(Text(f"  ✗ {shortened(fault)}", style="red"))
    if len(wrong) > MAX_WRONG_TURNS:
        console.print(f"… and {len(wrong) - MAX_WRONG_TURNS} more wrong turns: see report.json")


def _milliseconds(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f} ms"
