"""What `make chaos` prints: a line for each thing that was proved, or was not."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """A row of the table. `size` is what was run, `faults` in words why it is not as wanted."""

    row: str
    size: str
    wanted: str
    found: str
    seconds: float
    faults: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Whether it is as wanted."""
        return not self.faults


def shown(lines: Iterable[Line]) -> str:
    """The table as Markdown, with the faults below it."""
    head = ("row", "size", "wanted", "found", "seconds")
    rows = [head, tuple("---" for _ in head)]
    below: list[str] = []
    for line in lines:
        mark = "" if line.held else "**NOT HELD** "
        rows.append((line.row, line.size, line.wanted, mark + line.found, f"{line.seconds:.0f}"))
        below += [f"- {line.row}: {fault}" for fault in line.faults[:20]]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return "\n\n".join([table, "\n".join(below)]) if below else table
