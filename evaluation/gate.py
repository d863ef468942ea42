"""A gate: bounds that figures must keep, in a TOML file, for builds that may fail."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from evaluation.figures import flat, known

Side = Literal["min", "max"]


class GateError(ValueError):
    """The gate file has a mistake; the message names it and says what was expected."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure and its bound; `file` "" means over all cases."""

    figure: str
    side: Side
    value: float
    file: str = ""

    def missed(self, report: dict[str, Any]) -> str | None:
        """One line that says by what it is missed; None if it is kept."""
        figures = report["by_file"].get(self.file, {}) if self.file else report
        value = flat(figures).get(self.figure)
        kept = value is not None and (
            value >= self.value if self.side == "min" else value <= self.value
        )
        if kept:
            return None
        where = f" in {self.file}" if self.file else ""
        word = "at least" if self.side == "min" else "at most"
        shown = "nothing was measured" if value is None else f"{value:g}"
        return f"{self.figure}{where}: {shown}, expected {word} {self.value:g}"


def load_gate(path: Path, files: frozenset[str]) -> tuple[Bound, ...]:
    """The bounds of a gate file for an evaluation of these case files.

    Raises:
        GateError: it cannot be read, or names a figure or file that there is not.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GateError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise GateError(f"{path}: {error}") from error
    unknown = set(table) - {"min", "max", "file"}
    if unknown:
        raise GateError(f"{path}: expected [min], [max] or [file], found [{min(unknown)}]")
    bounds = _bounds(path, table, "")
    for file, own in _table(path, "file", table.get("file", {})).items():
        if file not in files:
            raise GateError(f"{path}: [file]: no case file {file!r} in this evaluation")
        bounds += _bounds(path, _table(path, f"file.{file}", own), file)
    if not bounds:
        raise GateError(f"{path}: no bound; expected such as [min] and case_accuracy = 0.7")
    return tuple(bounds)


def _bounds(path: Path, table: dict[str, Any], file: str) -> list[Bound]:
    sides: tuple[Side, ...] = ("min", "max")
    found = []
    for side in sides:
        for figure, value in _named(_table(path, side, table.get(side, {}))).items():
            if not known(figure):
                raise GateError(f"{path}: [{side}]: there is no figure {figure!r} in a report")
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise GateError(f"{path}: {figure}: expected a number, found {value!r}")
            found.append(Bound(figure, side, value, file))
    return found


def _named(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """`refusal.recall = 0.9` without quotes is a table in TOML: it means the same."""
    named: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            named |= _named(value, f"{prefix}{key}.")
        else:
            named[f"{prefix}{key}"] = value
    return named


def _table(path: Path, name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise GateError(f"{path}: {name}: expected a table, found {value!r}")
    return value
