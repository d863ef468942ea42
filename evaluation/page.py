"""report.html: the report for reading, in one file that asks nothing of the network."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from evaluation.confidence import risk_coverage
from evaluation.headline import HEADLINE, cells
from evaluation.plots import bars, curve, histogram
from evaluation.results import CaseResult
from evaluation.table import per_cent
from evaluation.wrong_turns import wrong_turns

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body>{body}</body></html>
"""


def write_page(report: dict[str, Any], results: Sequence[CaseResult], folder: Path) -> Path:
    """Write report.html into the folder, all of it or nothing; hands back its path."""
    path, unfinished = folder / "report.html", folder / "report.html.part"
    unfinished.write_text(page_of(report, results), encoding="utf-8")
    return unfinished.replace(path)


def page_of(report: dict[str, Any], results: Sequence[CaseResult]) -> str:
    """The page of a report and of the results it is made of."""
    own = [result for result in results if not result.system]
    style = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    title = f"{report['brand']} · {report['model']}"
    parts = [_head(report), _headline(report), _by_file(report), _charts(report, own)]
    body = "\n".join([*parts, wrong_turns(own)])
    return _PAGE.format(title=escape(title), style=style, body=body)


def _head(report: dict[str, Any]) -> str:
    runs = f", {report['runs']} runs" if report["runs"] > 1 else ""
    stopped = '<p class="bad">Interrupted: partial figures.</p>' if report["interrupted"] else ""
    if report["remembered"]:
        stopped += f"<p class=soft>{report['remembered']} answers remembered, not timed.</p>"
    return (
        f"<h1>{escape(report['brand'])}</h1><p class=soft>{escape(report['model'])} · "
        f"{report['cases']} cases, {report['turns']} turns{runs}</p>{stopped}"
    )


def _headline(report: dict[str, Any]) -> str:
    others = report["baselines"]
    columns = [report, *others.values()]
    head = ["", "this agent", *others]
    rows = [[label, *cells(name, columns)] for name, label in HEADLINE.items()]
    passed = [
        [f"pass^{k}", *(per_cent(column["pass_k"].get(k)) for column in columns)]
        for k in report["pass_k"]
    ]
    return f"<h2>Figures</h2>{_table(head, rows[:2] + passed + rows[2:], 'figures')}"


def _by_file(report: dict[str, Any]) -> str:
    files = list(report["by_file"])
    rows = [
        [brand, *(per_cent(own["files"].get(f, {}).get("case_accuracy")) for f in files),
         per_cent(own["case_accuracy"])]
        for brand, own in report["by_brand"].items()
    ]  # fmt: skip
    if not rows:
        return ""
    means = [per_cent(figures["mean_over_brands"]) for figures in report["by_file"].values()]
    every = per_cent(report["case_accuracy"])
    rows.append(["mean over brands", *means, ""] if len(rows) > 1 else ["all", *means, every])
    return f"<h2>Cases right, by brand and file</h2>{_table(['', *files, 'all'], rows)}"


def _charts(report: dict[str, Any], own: Sequence[CaseResult]) -> str:
    tags = [
        (
            tag,
            figures["case_accuracy"],
            f"{per_cent(figures['case_accuracy'])} of {figures['cases']}",
        )
        for tag, figures in report["by_tag"].items()
    ]
    turns = [turn for result in own for turn in result.turns]
    times = [turn.reply.timings.total_ms for turn in turns if turn.reply and not turn.cold]
    risk = curve(risk_coverage(turns), "share of turns answered", "wrong among them")
    return (
        f"<h2>Cases right by tag</h2>{bars(tags)}<div class=pair>"
        f"<section><h2>Risk and coverage</h2>{risk}<p><small>Answers from the knowledge, the "
        "surest first: how many are wrong if only so many were given.</small></p></section>"
        f"<section><h2>Time per turn</h2>{histogram(times, 'milliseconds')}</section></div>"
    )


def _table(head: Iterable[str], rows: Iterable[Sequence[str]], name: str = "") -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f'<div class="wide {name}"><table><tr>{top}</tr>{body}</table></div>'
