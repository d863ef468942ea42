"""The stage between converted texts and passages in the index: what says the same, kept once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.notices import Dated, Notice, dated_in
from knowledge.twins import Documents, Kept, Twins

Read = Callable[[set[str]], Awaitable[Documents]]


@dataclass(frozen=True)
class Once:
    """The passages to write, by source, with what is remembered of all.

    `kept` has the changed sources and those whose passages come back, go, or name other files.
    `missed` are such that could not be read; they have to be read again at the next build. `dated`
    has the notices of those in `kept` that are any: these are compared with nothing, as one that is
    over must not hide a rule that holds.
    """

    twins: Twins
    kept: Kept
    missed: set[str]
    dated: Dated


async def kept_once(before: Twins, stale: set[str], documents: Documents, read: Read) -> Once:
    """What is left of these documents; `read` gives the passages of others that are needed."""
    # In threads: of a large brand it takes minutes, in which a service has to answer.
    dated, after, rows = await asyncio.to_thread(_compared, before, stale, documents)
    known = {**documents, **await read(after.sources_of(rows) - documents.keys())}
    after = await asyncio.to_thread(after.decided, rows, known)
    disturbed = await asyncio.to_thread(after.disturbed, before, stale)
    known |= await read(disturbed - known.keys())
    dated |= dated_in({source: known[source] for source in disturbed & known.keys()})
    written = {*documents, *disturbed} & known.keys()
    own = {source: known[source] for source in known if source in written}
    kept = await asyncio.to_thread(after.once, own)
    return Once(after, kept, disturbed - known.keys(), dated)


def _compared(
    before: Twins, stale: set[str], documents: Documents
) -> tuple[dict[str, tuple[Notice, ...]], Twins, NDArray[np.int64]]:
    dated = dated_in(documents)
    after = before.changed(stale, documents, dated)
    return dated, after, after.undecided(set(documents))
