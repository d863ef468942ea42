"""What a service wants to know of all passages, written at build time beside a large index.

Else a service that opens a million passages would read every one of them, for the few words that
set spelling right, the dates of notices and the documents' titles.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path, PurePosixPath

from pydantic import TypeAdapter, ValidationError

from knowledge.notices import Dated, Notice, dated_in
from knowledge.passages import Passage
from knowledge.vocabulary import vocabulary_of

# So many passages, from all over, tell which words are said often, and so many are remembered.
# The names of the catalogue are known besides.
_READ, _REMEMBERED = 20_000, 20_000


@dataclass(frozen=True)
class Gleaned:
    """Words and how often they are said; by source the dated notices, and the title."""

    words: Mapping[str, int]
    dated: Dated
    titles: Mapping[str, str]

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Of all sources."""
        return tuple(itertools.chain.from_iterable(self.dated.values()))


def gleaned_of(passages: Sequence[Passage], dated: Dated | None = None) -> Gleaned:
    """What these passages, all of a brand in order, tell; `dated` if it is known already."""
    step = max(1, len(passages) // _READ)
    words = vocabulary_of(passages[::step]).most_common(_REMEMBERED)
    if dated is None:
        dated = dated_in(dict(_by_source(passages)))
    return Gleaned(dict(words), dated, titles_of(passages))


def glean(
    folder: Path, before: int | None, version: int, stale: Iterable[str], fresh: Gleaned
) -> None:
    """Write it with this version, which has what is fresh in place of the stale sources.

    Not written if nothing was with the version before: then not all passages are at hand.
    """
    known = Gleaned({}, {}, {}) if before is None else read_gleaned(folder, before)
    if known is not None:
        write_gleaned(changed(known, set(stale), fresh), folder, version)


def changed(before: Gleaned, stale: set[str], fresh: Gleaned) -> Gleaned:
    """After other passages took the place of those of the stale sources.

    Words that are said no more are forgotten when the whole index is built anew.
    """
    words = Counter(before.words)
    words.update(fresh.words)
    stay = {source: one for source, one in before.dated.items() if source not in stale}
    titles = {source: one for source, one in before.titles.items() if source not in stale}
    return Gleaned(
        dict(words.most_common(_REMEMBERED)), {**stay, **fresh.dated}, {**titles, **fresh.titles}
    )


def _by_source(passages: Iterable[Passage]) -> Iterator[tuple[str, list[Passage]]]:
    for source, group in itertools.groupby(passages, key=attrgetter("source")):
        yield source, list(group)


def titles_of(passages: Iterable[Passage]) -> dict[str, str]:
    """The title of each knowledge file; the name of the file itself tells a customer nothing."""
    titles: dict[str, str] = {}
    for passage in passages:
        if passage.source in titles or passage.kind == "product":
            continue
        stem = PurePosixPath(passage.source).stem
        if title := next((part for part in passage.heading if part != stem), None):
            titles[passage.source] = title
    return titles


def read_gleaned(folder: Path, version: int) -> Gleaned | None:
    """What was written with this version of the index, if anything was."""
    try:
        return _format().validate_json(_file(folder, version).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def write_gleaned(gleaned: Gleaned, folder: Path, version: int) -> None:
    """Write it beside this version of the index."""
    path = _file(folder, version)
    part = path.with_suffix(".part")
    part.write_bytes(_format().dump_json(gleaned))
    part.replace(path)


def forget_gleaned(folder: Path, versions: Sequence[int]) -> None:
    """Drop what belongs to other versions than these."""
    kept = {_file(folder, version) for version in versions}
    for path in folder.glob("gleaned-*"):
        if path not in kept:
            path.unlink(missing_ok=True)


@cache
def _format() -> TypeAdapter[Gleaned]:
    return TypeAdapter(Gleaned)


def _file(folder: Path, version: int) -> Path:
    return folder / f"gleaned-{version}.json"
