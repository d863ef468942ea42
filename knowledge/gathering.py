"""What came of gathering knowledge from somewhere."""

from dataclasses import dataclass, field


@dataclass
class Gathered:
    """What came of it: names of files, and why something gave none; `passed` are of other kinds."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
