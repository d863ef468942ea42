"""The report as it is printed: figures, accuracy by tag, and the turns that went wrong."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evaluation.headline import HEADLINE, cells

MAX_WRONG_TURNS = 40
_MAX_QUOTE = 120


def print_report(report: dict[str, Any], console: Console) -> None:
    """Print the report to the console."""
    console.print(_figures(report))
    if report["by_brand"]:
        console.print(_files(report))
    if report["by_tag"]:
        console.print(_tags(report["by_tag"]))
    _print_wrong(report["results"], console)
    if report["remembered"]:
        console.print(f"{report['remembered']} answers of the model were remembered, not timed.")
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
    runs = f", {report['runs']} runs" if report["runs"] > 1 else ""
    title = f"{report['brand']} · {report['model']} · {report['cases']} cases{runs}"
    others = report["baselines"]
    columns = [report, *others.values()]
    table = Table("", "this agent", *others, title=Text(title), title_justify="left")
    for name, label in HEADLINE.items():
        table.add_row(label, *cells(name, columns))
        if name == "turn_accuracy":
            for k in report["pass_k"]:
                passed = (per_cent(column["pass_k"].get(k)) for column in columns)
                table.add_row(f"pass^{k}", *passed)
    return table


def _files(report: dict[str, Any]) -> Table:
    """Cases right of each brand in each case file; the mean over the brands below."""
    files = list(report["by_file"])
    table = Table("brand", *files, "all")
    for brand, own in report["by_brand"].items():
        each = (per_cent(own["files"].get(f, {}).get("case_accuracy")) for f in files)
        table.add_row(Text(brand), *each, per_cent(own["case_accuracy"]))
    if len(report["by_brand"]) > 1:
        means = (per_cent(figures["mean_over_brands"]) for figures in report["by_file"].values())
        table.add_row("mean", *means, "")
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
