"""PDFs as they look: headings, drawn tables, columns."""

from itertools import pairwise
from pathlib import Path

from knowledge.convert import converted
from knowledge.products import ProductNames
from knowledge.record_passages import document_passages
from tests.knowledge.pdf_parts import write_pdf

BODY, BOLD = "F1", "F2"


def written(x: float, y: float, text: str, size: float = 10, font: str = BODY) -> str:
    escaped = text.replace("(", r"\(").replace(")", r"\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({escaped}) Tj ET"


def grid(xs: list[float], ys: list[float], without: tuple[tuple[int, int], ...] = ()) -> str:
    """The lines around cells; `without` the line below (row, column), so that both are one."""
    lines = [f"{x} {ys[0]} m {x} {ys[-1]} l S" for x in xs]
    for row, y in enumerate(ys):
        for column, (left, right) in enumerate(pairwise(xs)):
            if (row - 1, column) not in without:
                lines.append(f"{left} {y} m {right} {y} l S")
    return "\n".join(lines)


def drawn(path: Path, *pages: list[str]) -> Path:
    parts = [b"<</Type/Catalog/Pages 2 0 R>>"]
    first = 5
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    parts.append(f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode())
    for font in ("Helvetica", "Helvetica-Bold"):
        parts.append(f"<</Type/Font/Subtype/Type1/BaseFont/{font}>>".encode())
    for number, page in enumerate(pages):
        content = "\n".join(page).encode()
        parts.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>>>" % (first + 2 * number + 1)
        )
        parts.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    return write_pdf(path, parts)


XS, YS = [72.0, 180.0, 360.0, 430.0], [700.0, 680.0, 650.0, 620.0]
TABLE = [
    grid(XS, YS),
    written(75, 687, "Zone", font=BOLD), written(185, 687, "Countries", font=BOLD),
    written(365, 687, "Day pass", font=BOLD),
    written(75, 665, "B"), written(185, 665, "Switzerland, Turkey,"),
    written(185, 654, "Isle of Man"), written(365, 665, "3 pounds"),
    written(75, 635, "C"), written(185, 635, "Canada"), written(365, 635, "5 pounds"),
]  # fmt: skip


def test_a_drawn_table_keeps_its_rows_and_what_stands_around_it(tmp_path: Path) -> None:
    text = converted(
        drawn(
            tmp_path / "a.pdf",
            [
                written(72, 740, "Roaming", 18),
                written(72, 715, "What a day abroad costs."),
                *TABLE,
                written(72, 590, "Countries not listed: no roaming."),
            ],
        )
    )
    lines = [line for line in text.split("\n") if line]
    assert lines == [
        "# Roaming",
        "What a day abroad costs.",
        "| Zone | Countries | Day pass |",
        "| --- | --- | --- |",
        "| B | Switzerland, Turkey, Isle of Man | 3 pounds |",
        "| C | Canada | 5 pounds |",
        "Countries not listed: no roaming.",
    ]
    rows = [p for p in document_passages("a.pdf", text, ProductNames(())) if p.kind == "table_row"]
    assert (
        rows[0].text == "Zone: B; Countries: Switzerland, Turkey, Isle of Man; Day pass: 3 pounds"
    )
    assert rows[0].heading == ("Roaming",)


def test_a_table_goes_on_under_its_header_on_the_next_page(tmp_path: Path) -> None:
    further = [
        grid(XS, [770.0, 750.0, 730.0]),
        written(75, 757, "D"), written(185, 757, "Japan"), written(365, 757, "7 pounds"),
        written(75, 737, "E"), written(185, 737, "Fiji"), written(365, 737, "9 pounds"),
    ]  # fmt: skip
    text = converted(drawn(tmp_path / "a.pdf", [written(72, 740, "Roaming", 18), *TABLE], further))
    behind = text[text.index("<!-- page 2 -->") :]
    assert "| Zone | Countries | Day pass |" in behind
    assert "| D | Japan | 7 pounds |" in behind
    other = [
        grid([72.0, 300.0, 430.0], [770.0, 750.0, 730.0]),
        written(75, 757, "Plan"), written(305, 757, "Price"),
        written(75, 737, "Small"), written(305, 737, "4 pounds"),
    ]  # fmt: skip
    text = converted(drawn(tmp_path / "b.pdf", [written(72, 740, "Roaming", 18), *TABLE], other))
    assert "Zone" not in text[text.index("<!-- page 2 -->") :]


def test_a_cell_over_several_rows_is_in_each_of_them(tmp_path: Path) -> None:
    text = converted(
        drawn(
            tmp_path / "a.pdf",
            [
                grid([72.0, 180.0, 300.0], [700.0, 680.0, 660.0, 640.0], without=((1, 0),)),
                written(75, 687, "Plan"), written(185, 687, "Fee"),
                written(75, 657, "Small"), written(185, 667, "4"), written(185, 647, "6"),
            ],
        )
    )  # fmt: skip
    assert "| Small | 4 |\n| Small | 6 |" in text


def test_larger_and_bold_lines_are_headings_and_wrapped_lines_are_joined(tmp_path: Path) -> None:
    wide = "The outer fabric soaks up water although the membrane beneath it is still tight and"
    text = converted(
        drawn(
            tmp_path / "a.pdf",
            [
                written(72, 740, "Care", 18),
                written(72, 715, "Washing", 12),
                written(72, 700, wide),
                written(72, 688, "dry."),
                written(72, 676, "Use no softener."),
                written(72, 660, "Tents", font=BOLD),
                written(72, 648, "Never machine wash a tent, whatever its label says about it."),
                written(72, 636, "This sentence is bold as a warning.", font=BOLD),
            ],
        )
    )
    lines = [line for line in text.split("\n") if line]
    assert lines[:4] == ["# Care", "## Washing", f"{wide} dry.", "Use no softener."]
    passages = document_passages("a.pdf", text, ProductNames(()))
    tents = [one.text for one in passages if one.heading[-1] == "Tents"]
    assert "Never machine wash a tent" in tents[0]
    assert any("bold as a warning" in text for text in tents)


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = ["Returns are free within", "thirty days of delivery", "if the box is unopened."]
    right = ["Repairs take a week and", "cost nothing while the", "warranty still runs."]
    page = [
        written(x, 700 - 14 * number, line)
        for x, lines in ((72, left), (330, right))
        for number, line in enumerate(lines)
    ]
    flat = " ".join(converted(drawn(tmp_path / "a.pdf", page)).split())
    assert flat.index("unopened") < flat.index("Repairs")


def test_a_frame_around_text_is_no_table(tmp_path: Path) -> None:
    page = [
        grid([72.0, 400.0], [700.0, 640.0]),
        written(80, 680, "Please note: we are closed on Monday."),
        written(80, 660, "On Tuesday we open at ten."),
    ]
    text = converted(drawn(tmp_path / "a.pdf", page))
    assert "|" not in text
    assert "closed on Monday" in text
