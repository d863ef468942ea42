"""What came of a case, as it is kept: judged turns with everything the metrics need."""

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.reply import Reply
from evaluation.cases import Case


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TurnResult(_Value):
    """One judged turn. `reply` None: there was none.

    `calls_right`, `expected_refusal`, `expected_handoff` and `source_found` (a passage of an
    expected source was among the first five found) are None where the case does not say; `expect`
    is what it does say. `disclosed`: something wrong or foreign was shown. `cold`: the first turn
    of a process, in which things are loaded. `unsupported` lists the facts that nothing supports.
    """

    user: str
    right: bool
    faults: tuple[str, ...]
    reply: Reply | None
    calls_right: bool | None = None
    expected_refusal: bool | None = None
    expected_handoff: bool | None = None
    source_found: bool | None = None
    disclosed: bool = False
    cold: bool = False
    expect: dict[str, Any] = {}
    unsupported: tuple[str, ...] = ()
    model_calls: tuple[dict[str, Any], ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the reply was a refusal; no reply is none."""
        return self.reply is not None and self.reply.refused

    @property
    def handoff_right(self) -> bool:
        """Whether a person was asked for exactly when expected; no reply is wrong."""
        reply = self.reply
        return reply is not None and reply.handoff.requested == self.expected_handoff


class CaseResult(_Value):
    """One run of a case. `crashed`: it ended with an error of ours.

    `system` is who answered: empty for the agent, else the name of a baseline. `file` is the name
    of the case file.
    """

    id: str
    run: int
    fingerprint: str
    tags: tuple[str, ...]
    right: bool
    crashed: bool
    turns: tuple[TurnResult, ...]
    brand: str = ""
    file: str = ""
    system: str = ""


def fingerprint_of(case: Case, setup: str) -> str:
    """Changes with the case itself and with `setup`, which names model, prompts and knowledge."""
    text = json.dumps([setup, case.model_dump(mode="json")], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class ResultFile:
    """Results appended as they come, so that an evaluation that was stopped can go on."""

    def __init__(self, path: Path, *, resume: bool) -> None:
        """Start a new file, or with `resume` go on with what it holds."""
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = self._whole_lines() if resume and path.exists() else []
        path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
        self._known = {_key(result): result for result in map(_read, kept) if not result.crashed}

    def known(self, case_id: str, run: int, fingerprint: str) -> CaseResult | None:
        """The result of an earlier, equal run; one that crashed is worth another try."""
        return self._known.get((case_id, run, fingerprint))

    def append(self, result: CaseResult) -> None:
        """Keep a result."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(result.model_dump_json() + "\n")

    def _whole_lines(self) -> list[str]:
        """The lines that can be read: a run that was killed may leave half a line."""
        lines = self._path.read_text(encoding="utf-8", errors="replace").split("\n")
        return [line for line in lines if _is_result(line)]


def _key(result: CaseResult) -> tuple[str, int, str]:
    return result.id, result.run, result.fingerprint


def _read(line: str) -> CaseResult:
    return CaseResult.model_validate_json(line)


def _is_result(line: str) -> bool:
    try:
        _read(line)
    except ValidationError:
        return False
    return True
