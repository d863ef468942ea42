"""`evaluate --compare`: two reports side by side."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evaluation.compare import Change, Comparison, compared, read_report
from evaluation.table import shortened


def compare_reports(before: Path, after: Path) -> int:
    """Print what changed from the first report to the second."""
    comparison = compared(read_report(before), read_report(after))
    console = Console(highlight=False)
    _print_changes("better", "green", comparison.better, console)
    _print_changes("worse", "red", comparison.worse, console)
    console.print(_figures(comparison, (str(before), str(after))))
    print(
        f"{comparison.paired} runs of cases in both: {len(comparison.better)} better, "
        f"{len(comparison.worse)} worse; McNemar's exact test, two-sided: "
        f"p = {comparison.p_value:.4g}"
    )
    return 0


def _print_changes(word: str, style: str, changes: tuple[Change, ...], console: Console) -> None:
    for change in changes:
        console.print(Text(f"{word}  {change.brand} {change.id}", style=style))
        for user in change.users:
            console.print(Text(f"  {shortened(user)}"))
        for fault in change.faults:
            console.print(Text(f"  ✗ {shortened(fault)}", style="dim"))


def _figures(comparison: Comparison, names: tuple[str, str]) -> Table:
    table = Table("figure", *names)
    for figure, values in comparison.figures.items():
        style = "" if values[0] == values[1] else "bold"
        table.add_row(figure, *("–" if v is None else f"{v:g}" for v in values), style=style)
    return table
