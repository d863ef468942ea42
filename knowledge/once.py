"""The stage between converted texts and passages in the index: what says the same, kept once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from knowledge.notices import Dated, dated_in
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
    dated = dated_in(documents)
    after = before.changed(stale, documents, dated)
    rows = after.undecided(set(documents))
    known = {**documents, **await read(after.sources_of(rows) - documents.keys())}
    after = after.decided(rows, known)
    disturbed = after.disturbed(before, stale)
    known |= await read(disturbed - known.keys())
    dated |= dated_in({source: known[source] for source in disturbed & known.keys()})
    written = {*documents, *disturbed} & known.keys()
    kept = after.once({source: known[source] for source in known if source in written})
    return Once(after, kept, disturbed - known.keys(), dated)
