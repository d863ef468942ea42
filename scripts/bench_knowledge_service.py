"""What a service pays for a large brand: opened whole, and one changed file until it is found.

`PYTHONPATH=.:scripts python scripts/bench_knowledge_service.py FOLDER SIZE prepare|open`; FOLDER
has the index that scripts/bench_knowledge_size.py built. Its passages get files of a brand that
they might have been read from, so that a service finds everything as a build would have left it.
"""

import asyncio
import json
import shutil
import sys
import time
from pathlib import Path

import numpy as np
from bench_knowledge_ingest import brand_at
from bench_knowledge_size import resident

from agent.spelling import speller_from
from knowledge.embed import EmbeddedE5
from knowledge.gleaning import Gleaned, gleaned_of, write_gleaned
from knowledge.index import Builder
from knowledge.manifest import Manifest, write_manifest
from knowledge.office import Office
from knowledge.reading import Reading
from knowledge.remembered_twins import write_twins
from knowledge.search import BrandKnowledge
from knowledge.sources import list_sources
from knowledge.table_rankings import open_table_rankings
from knowledge.twins import Twins

A_FILE, READ = 20, 200


def builder(place: Path) -> Builder:
    return Builder(brand_at(place / "brand"), place, EmbeddedE5())


async def prepare(place: Path, size: int) -> None:
    """Files, manifest and what is remembered, as a build leaves them."""
    shutil.rmtree(place / "brand", ignore_errors=True)
    (place / "brand" / "knowledge").mkdir(parents=True)
    sources = [f"knowledge/d{number}.md" for number in range(size // A_FILE)]
    for source in sources:
        (place / "brand" / source).write_text(f"# 标题\n\n{source}\n", "utf-8")
    own, version = builder(place), json.loads((place / "built.json").read_text("utf-8"))["version"]
    listing = list_sources(own.brand.folder, frozenset({".md"}))
    write_manifest(
        Manifest(
            version=1,
            table_version=version,
            embedder=own.embedder.name,
            recipe=own.recipe,
            digests=Reading(own.brand, Office(place / "converted"), None).digests(listing),
            counts=dict.fromkeys(sources, A_FILE),
        ),
        place,
    )
    random = np.random.default_rng(1)
    write_twins(
        Twins(
            tuple(sorted(sources)),
            np.repeat(np.arange(len(sources), dtype=np.uint32), A_FILE),
            np.tile(np.arange(A_FILE, dtype=np.uint32), len(sources)),
            random.integers(1, 2**32, (size, 10), dtype=np.uint32),
            np.zeros(size, dtype=np.uint64),
        ),
        place,
        1,
    )
    rankings = await open_table_rankings(place, version)
    read = [one for source in sources[:READ] for one in await rankings.passages(source)]
    told = gleaned_of(read)
    write_gleaned(Gleaned(told.words, told.dated, dict.fromkeys(sources, "标题")), place, 1)


async def measured(place: Path) -> None:
    """Opened as `serve` does; the second time, when all files are known, counts as well."""
    for _ in ("first", "again"):
        started = time.perf_counter()
        knowledge = await BrandKnowledge.open_with(builder(place))
        read = time.perf_counter()
        told = await knowledge.gleaned()
        speller_from(told.words)
        print(
            f"opened in {read - started:.2f} s, spelling and notices in "
            f"{time.perf_counter() - read:.2f} s, resident {resident():.0f} MB",
            flush=True,
        )
    await knowledge.warm()
    print(f"with the embedding model: {resident():.0f} MB", flush=True)
    looked = time.perf_counter()
    knowledge.state_on_disk()
    print(f"a look for changed files: {time.perf_counter() - looked:.2f} s", flush=True)
    changed = place / "brand" / "knowledge" / "d7.md"
    changed.write_text(f"# 标题\n\n全新的句子是紫色河马。{time.time_ns()}\n", "utf-8")
    started = time.perf_counter()
    await knowledge.refresh()
    found = await knowledge.search("紫色河马的句子")
    seconds = time.perf_counter() - started
    assert any("紫色河马" in hit.passage.text for hit in found.hits)
    print(f"one changed file found after {seconds:.2f} s, resident {resident():.0f} MB", flush=True)


if __name__ == "__main__":
    where = Path(sys.argv[1]) / f"size-{sys.argv[2]}"
    asyncio.run(prepare(where, int(sys.argv[2])) if sys.argv[3] == "prepare" else measured(where))
