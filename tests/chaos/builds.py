"""Knowledge whose builds are killed: at any instant the old version or the new one, whole."""

import asyncio
import random
import signal
import sys
import time
from dataclasses import dataclass, field
from os import killpg
from pathlib import Path

from knowledge.change import snapshot_folder
from knowledge.manifest import read_manifest
from knowledge.snapshot import load_snapshot
from tests.brands.small_brand import write_brand
from tests.chaos.table import Line
from tests.knowledge.test_collect import word_file

_ROOT = Path(__file__).parents[2]
_FILES = 12


@dataclass
class Bench:
    """A brand folder whose files all name the edition they are of, and the index of it."""

    folder: Path
    index: Path
    edition: int = 0
    faults: list[str] = field(default_factory=list)

    def edit(self) -> None:
        """Bring all files to the next edition, one after the other as a person would."""
        self.edition += 1
        for number in range(_FILES):
            text = f"# 规定 {number}\n\n第 {self.edition} 版：运费 {self.edition} 元。\n"
            (self.folder / "knowledge" / f"rule-{number:02}.md").write_text(text, "utf-8")

    def look(self, when: str, *, expect: int | None = None) -> None:
        """What a reader finds now: every file once, and all of one edition."""
        manifest = read_manifest(self.index)
        if manifest is None:
            self.faults.append(f"{when}: there is no index any more")
            return
        try:
            rows = load_snapshot(snapshot_folder(self.index, manifest.version)).rows
        except (OSError, ValueError) as error:
            self.faults.append(f"{when}: version {manifest.version} cannot be opened ({error})")
            return
        rules = [row.passage for row in rows if "rule-" in row.passage.source]
        editions = {passage.text.partition(" 版")[0].removeprefix("第 ") for passage in rules}
        if len(rules) != _FILES or len(editions) != 1:
            self.faults.append(f"{when}: {len(rules)} passages of editions {sorted(editions)}")
        elif expect is not None and editions != {str(expect)}:
            self.faults.append(f"{when}: edition {editions}, not {expect}")
        if len(rows) != manifest.passages:
            self.faults.append(f"{when}: {len(rows)} passages, {manifest.passages} on record")


async def killed_builds(folder: Path, kills: int, seed: int = 1) -> Line:
    """Kill that many builds, each at a random instant, and look after each."""
    started = time.monotonic()
    chance = random.Random(seed)
    bench = Bench(write_brand(folder / "shop"), folder / "index")
    word_file(bench.folder / "knowledge" / "gift.docx")
    bench.edit()
    took = await _built(bench)
    unfinished = 0
    for number in range(1, kills + 1):
        bench.edit()
        unfinished += await _killed(bench, chance, took)
        bench.look(f"kill {number}")
        if number % 10 == 0:
            await _built(bench)
            bench.look(f"build after kill {number}", expect=bench.edition)
    await _built(bench)
    bench.look("last build", expect=bench.edition)
    left = [path.name for path in bench.index.glob("*.part")]
    if left or (bench.index / "change").exists():
        bench.faults.append(f"left behind: {left or ['change']}")
    return Line(
        row="builds killed",
        size=f"{kills} builds of {_FILES} changed files",
        wanted="always one whole version",
        found=f"{unfinished} died unfinished, {len(bench.faults)} not whole",
        seconds=time.monotonic() - started,
        faults=bench.faults,
    )


async def _start(bench: Bench, *, watched: bool) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.chaos.building",
        str(bench.folder),
        str(bench.index),
        cwd=_ROOT,
        start_new_session=True,
        stderr=asyncio.subprocess.PIPE if watched else asyncio.subprocess.DEVNULL,
    )


async def _built(bench: Bench) -> float:
    """How long a build takes that nobody kills."""
    started = time.monotonic()
    child = await _start(bench, watched=True)
    _, complaint = await child.communicate()
    if child.returncode:
        bench.faults.append(f"a build failed: {complaint.decode()[-300:]}")
    return time.monotonic() - started


async def _killed(bench: Bench, chance: random.Random, took: float) -> bool:
    """Kill a build, with its children or without them; whether it had not ended by itself."""
    child = await _start(bench, watched=False)
    # Python's start is most of a build; what matters comes after it.
    await asyncio.sleep(chance.uniform(0.3, 1.1) * took)
    if child.returncode is not None:
        return False
    together = chance.random() < 0.5
    try:
        killpg(child.pid, signal.SIGKILL) if together else child.kill()
    except ProcessLookupError:
        return False  # it ended in this very moment
    await child.wait()
    return True
