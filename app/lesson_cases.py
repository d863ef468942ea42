"""Regression cases made of corrections: added, run while an operator waits, and as judges."""

import json
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agent.corrections import Correction, latest_corrections
from agent.database import Database
from agent.log import Log
from agent.reply import Reply
from agent.turn import Agent
from agent.verdicts import Judge
from app.evaluated_agent import LoggedAgent
from app.settings import Settings
from app.wiring import Running, fresh_shop
from console.lessons import CaseRun, LessonError, Wanted
from evaluation.cases import Case, CaseError, load_cases
from evaluation.judge import faults
from evaluation.recording import corrected_case
from evaluation.runner import Plan, run
from knowledge.brand import Brand, BrandError
from knowledge.brand_edit import add_line
from knowledge.brand_lines import check_cases

FILE = "cases/corrections.jsonl"


@dataclass(frozen=True)
class LessonCases:
    """`console.lessons.Cases` over the brands that are served; `agents` are those of now."""

    settings: Settings
    running: Mapping[str, Running]
    agents: Mapping[str, Agent]
    database: Database

    async def add(self, correction: Correction, wanted: Wanted) -> str:
        """Append a case to the brand's corrections file, if the whole file loads with it."""
        brand = self.agents[correction.brand].brand
        case_id = f"fix-{correction.number}"
        if case_id in {case.id for case in _cases(brand)}:
            return case_id
        events = await Log(self.database.engine).read(correction.conversation)
        try:
            line = corrected_case(
                events,
                correction.turn,
                case_id,
                ("correction", correction.fault),
                _expect(wanted),
            )
            text = json.dumps(line, ensure_ascii=False)
            await add_line(brand.folder, FILE, text, lambda folder: _check(folder, brand))
        except (CaseError, BrandError, ValueError, OSError) as error:
            raise LessonError(str(error)) from error
        return case_id

    async def run(self, brand: str, case: str) -> CaseRun:
        """Run one case; nothing of it reaches the record or the shop."""
        own = replace(self.running[brand], agent=self.agents[brand])
        found = _case_of(self.agents[brand].brand, case)

        @asynccontextmanager
        async def fresh() -> AsyncIterator[Running]:
            with tempfile.TemporaryDirectory(prefix="digital-human-case-") as folder:
                where = (self.settings, own.agent.clock, Path(folder))
                async with fresh_shop(own, *where) as opened:
                    yield opened

        async with aclosing(LoggedAgent(fresh)) as answerer:
            done = await run(Plan((found,), own.agent.brand), answerer)
        result = done.results[0]
        last = result.turns[-1]
        wrong = tuple(fault for turn in result.turns for fault in turn.faults)
        return CaseRun(result.right, last.reply.text if last.reply else "", wrong)

    async def judge(self, brand: str) -> Judge:
        """Cases of corrections judge their turn; one that is named as a conversation, all of it."""
        own = self.agents[brand].brand
        cases = {case.id: case for case in _cases(own)}
        expects = {
            (one.conversation, one.turn): cases[one.case].turns[-1].expect
            for one in await latest_corrections(self.database, brand, limit=100_000)
            if one.case in cases
        }

        def judged(conversation: str, turn: int, reply: Reply) -> Sequence[str] | None:
            expect = expects.get((conversation, turn))
            whole = cases.get(conversation)
            if expect is None and whole and turn <= len(whole.turns):
                expect = whole.turns[turn - 1].expect
            return None if expect is None else faults(expect, reply, own)

        return judged


def _cases(brand: Brand) -> tuple[Case, ...]:
    """The brand's cases; none where a file has a mistake that somebody made by hand."""
    try:
        return load_cases(sorted((brand.folder / "cases").glob("*.jsonl")), brand)
    except CaseError:
        return ()


def _case_of(brand: Brand, case: str) -> Case:
    try:
        found = {one.id: one for one in load_cases((brand.folder / FILE,), brand)}
        return found[case]
    except (CaseError, KeyError) as error:
        raise LessonError(f"{FILE}: there is no case {case!r} any more") from error


def _expect(wanted: Wanted) -> dict[str, Any]:
    expect: dict[str, Any] = {}
    if wanted.says:
        expect["says"] = [list(one) if len(one) > 1 else one[0] for one in wanted.says]
    if wanted.never_says:
        expect["never_says"] = list(wanted.never_says)
    if wanted.refuses is not None:
        expect["refuses"] = wanted.refuses
    if wanted.calls is not None:
        expect["calls"] = [{"tool": tool, "args": {}} for tool in wanted.calls]
    return expect


def _check(folder: Path, brand: Brand) -> None:
    check_cases(folder)
    load_cases(sorted((folder / "cases").glob("*.jsonl")), brand)
